-- The weekly review of an account: the week against the creator's weeks before it.
-- Grain: one row per creator, report_week with LIVEs and metric.
{{ config(meta={'key': ['creator_id', 'report_week', 'metric']}) }}

with weeks as (
    select * from {{ ref('fct_creator_week') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

reviewed as (
    {{ account_review_table() }}
),

-- A week has passed everywhere a day after its Sunday.
dated as (
    select
        weeks.*,
        {{ days_before('weeks.report_week', '7 * ' ~ parameter('review_weeks')) }} as first_week,
        {{ days_before('cast(as_of.as_of_ts as date)', '8') }} >= weeks.report_week as has_passed
    from weeks
    cross join as_of
),

week_values as (
    select
        dated.creator_id,
        dated.report_week,
        dated.first_week,
        dated.has_passed,
        reviewed.metric,
        reviewed.bucket,
        reviewed.direction,
        {{ account_review_value('dated.has_passed') }} as metric_value
    from dated
    cross join reviewed
),

earlier as (
    select
        week_values.creator_id,
        week_values.report_week,
        week_values.metric,
        before.report_week as earlier_week,
        before.metric_value
    from week_values
    inner join week_values as before
        on
            week_values.creator_id = before.creator_id
            and week_values.metric = before.metric
            and week_values.report_week > before.report_week
            and week_values.first_week <= before.report_week
    where before.metric_value is not null
),

medians as (
    select
        creator_id,
        report_week,
        metric,
        count(*) as weeks_compared,
        max_by(metric_value, earlier_week) as previous_value,
        percentile_cont(0.5) within group (order by metric_value) as usual_value
    from earlier
    group by creator_id, report_week, metric
),

spreads as (
    select
        medians.creator_id,
        medians.report_week,
        medians.metric,
        percentile_cont(0.5) within group (
            order by abs(earlier.metric_value - medians.usual_value)
        ) as usual_mad
    from medians
    inner join earlier
        on
            medians.creator_id = earlier.creator_id
            and medians.report_week = earlier.report_week
            and medians.metric = earlier.metric
    group by medians.creator_id, medians.report_week, medians.metric
),

compared as (
    select
        week_values.*,
        coalesce(medians.weeks_compared, 0) as weeks_compared,
        medians.previous_value,
        case
            when medians.weeks_compared >= {{ parameter('min_review_weeks') }}
                then medians.usual_value
        end as usual_value,
        case
            when medians.weeks_compared >= {{ parameter('min_review_weeks') }}
                then spreads.usual_mad
        end as usual_mad
    from week_values
    left join medians
        on
            week_values.creator_id = medians.creator_id
            and week_values.report_week = medians.report_week
            and week_values.metric = medians.metric
    left join spreads
        on
            week_values.creator_id = spreads.creator_id
            and week_values.report_week = spreads.report_week
            and week_values.metric = spreads.metric
),

deviating as (
    select
        *,
        {{ robust_deviation('metric_value', 'usual_value', 'usual_mad', 'direction') }} as week_dev
    from compared
)

select
    -- keys
    creator_id,
    report_week,
    metric,

    -- attributes
    bucket,

    -- measures
    metric_value,
    previous_value,
    {{ whole('weeks_compared') }} as weeks_compared,
    usual_value,
    usual_mad,
    week_dev,

    -- flags
    has_passed as is_week_over,
    week_dev <= -{{ parameter('week_dip_deviation') }} as is_dip
from deviating
