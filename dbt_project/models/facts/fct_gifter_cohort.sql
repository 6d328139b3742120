-- Gifters of a creator by the week of their first gift, and how many gifted again week by week.
-- Grain: one row per creator_id, first_gift_week and weeks_later; twelve weeks, begun ones only.
{{ config(meta={'key': ['creator_id', 'first_gift_week', 'weeks_later']}) }}

with gifter_lives as (
    select * from {{ ref('int_gifter_lives') }}
    where creator_id is not null and viewer_id is not null
),

lives as (
    select * from {{ ref('int_lives') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

-- noqa: disable=LT02
-- (the linter misreads the commas of a loop)
later_weeks as (
    {%- for week in range(1, 13) %}
    select {{ week }} as weeks_later
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

gift_weeks as (
    select distinct
        creator_id,
        viewer_id,
        {{ week_of('report_date') }} as gift_week
    from gifter_lives
),

first_weeks as (
    select
        creator_id,
        viewer_id,
        min(gift_week) as first_gift_week
    from gift_weeks
    group by creator_id, viewer_id
),

cohorts as (
    select
        creator_id,
        first_gift_week,
        count(*) as cohort_gifters
    from first_weeks
    group by creator_id, first_gift_week
),

returns as (
    select
        first_weeks.creator_id,
        first_weeks.first_gift_week,
        gift_weeks.gift_week,
        count(*) as gifters_back
    from first_weeks
    inner join gift_weeks
        on
            first_weeks.creator_id = gift_weeks.creator_id
            and first_weeks.viewer_id = gift_weeks.viewer_id
            and first_weeks.first_gift_week < gift_weeks.gift_week
    group by first_weeks.creator_id, first_weeks.first_gift_week, gift_weeks.gift_week
),

-- The creator's clock, as of the latest LIVE, says which weeks are over.
clocks as (
    select
        lives.creator_id,
        lives.market,
        {{ local_date('as_of.as_of_ts', 'lives.reporting_timezone') }} as as_of_date
    from lives
    cross join as_of
    where lives.creator_id is not null
    qualify
        row_number() over (
            partition by lives.creator_id order by lives.live_start_ts desc, lives.live_id asc
        ) = 1
),

weeks as (
    select
        cohorts.creator_id,
        clocks.market,
        clocks.as_of_date,
        cohorts.first_gift_week,
        later_weeks.weeks_later,
        cohorts.cohort_gifters,
        cast(
            cohorts.first_gift_week + later_weeks.weeks_later * interval '7' day as date
        ) as gift_week
    from cohorts
    inner join clocks on cohorts.creator_id = clocks.creator_id
    cross join later_weeks
)

select
    -- keys
    weeks.creator_id,
    weeks.first_gift_week,
    weeks.weeks_later,

    -- attributes
    weeks.market,

    -- measures
    weeks.cohort_gifters,
    case
        when weeks.as_of_date >= weeks.gift_week + interval '7' day
            then coalesce(returns.gifters_back, 0)
    end as gifters_back
from weeks
left join returns
    on
        weeks.creator_id = returns.creator_id
        and weeks.first_gift_week = returns.first_gift_week
        and weeks.gift_week = returns.gift_week
where weeks.gift_week <= weeks.as_of_date
