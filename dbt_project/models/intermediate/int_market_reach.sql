-- How a week's impressions spread over the creators of a market, and how many small ones got.
-- Grain: one row per market_key ('' is the unknown one) and report_week with LIVEs.

with sessions as (
    select
        *,
        {{ week_of('report_date') }} as report_week,
        coalesce(market, '') as market_key
    from {{ ref('int_live_sessions') }}
    where creator_id is not null
),

sizes as (
    select * from {{ ref('int_creator_sizes') }}
),

creators as (
    select
        sessions.market_key,
        sessions.report_week,
        sessions.creator_id,
        max(sizes.followers) as followers,
        {{ strict_sum('sessions.impressions') }} as impressions
    from sessions
    left join sizes
        on
            sessions.creator_id = sizes.creator_id
            and sessions.report_week = sizes.report_week
    group by sessions.market_key, sessions.report_week, sessions.creator_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by market_key, report_week order by impressions, creator_id
        ) as place
    from creators
    where impressions is not null
),

summed as (
    select
        market_key,
        report_week,
        count(*) as creators,
        sum(impressions) as impressions,
        sum(place * impressions) as placed_impressions,
        sum(impressions) filter (where followers is not null) as impressions_sized,
        sum(impressions) filter (
            where followers < {{ parameter('small_creator_followers') }}
        ) as impressions_small
    from ranked
    group by market_key, report_week
)

select
    market_key,
    report_week,
    case
        when creators >= {{ parameter('min_gini_creators') }}
            then
                {{ ratio(
                    '2 * placed_impressions - (creators + 1) * impressions',
                    'creators * impressions'
                ) }}
    end as creator_reach_gini,
    {{ whole('impressions_sized') }} as impressions_sized,
    case
        when impressions_sized is not null then {{ whole('coalesce(impressions_small, 0)') }}
    end as impressions_small
from summed
