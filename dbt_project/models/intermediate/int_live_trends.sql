-- Does a LIVE hold its impressions and its ERR after the warm-up, and do they move together?
-- Grain: one row per live_id.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with lives as (
    select * from {{ ref('int_lives') }}
    where {{ is_rebuilt() }}
),

series as (
    select * from {{ ref('int_dip_series') }}
    where {{ is_rebuilt() }}
),

bins as (
    select * from {{ ref('int_trend_bins') }}
    where rate is not null and {{ is_rebuilt() }}
),

dips as (
    select
        live_id,
        count(*) as dip_count,
        {{ whole('sum(last_minute - first_minute + 1)') }} as dip_minutes,
        max(dip_depth) as dip_depth
    from {{ ref('int_dips') }}
    group by live_id
),

-- A rate is searched for dips where the LIVE is long enough and its ordinary minutes give a level.
levels as (
    select
        live_id,
        metric,
        count(*) as minutes,
        {{ sum_of_trillionths('ordinary_counted') }} as ordinary_counted
    from series
    group by live_id, metric
),

searched as (
    select
        live_id,
        count(*) as metrics_searched
    from levels
    where
        minutes >= {{ parameter('min_trend_minutes') }}
        and ordinary_counted >= {{ parameter('dip_min_count') }}
    group by live_id
),

-- The median slope of all pairs of bins, and Kendall's S over the same pairs (Sen, JASA 63, 1968).
pairs as (
    select
        earlier.live_id,
        earlier.metric,
        {{ ratio('later.rate - earlier.rate', 'later.hours - earlier.hours') }} as slope,
        sign(later.rate - earlier.rate) as step
    from bins as earlier
    inner join bins as later
        on
            earlier.live_id = later.live_id
            and earlier.metric = later.metric
            and earlier.bin < later.bin
),

sizes as (
    select
        live_id,
        metric,
        count(*) as bins,
        sum(minutes) as minutes
    from bins
    group by live_id, metric
),

slopes as (
    select
        live_id,
        metric,
        percentile_cont(0.5) within group (order by slope) as slope,
        sum(step) as kendall_s
    from pairs
    group by live_id, metric
),

trends as (
    select
        slopes.live_id,
        max(case when slopes.metric = 'err' then slopes.slope end) as trend_slope_err,
        max(case when slopes.metric = 'impressions' then slopes.slope end)
            as trend_slope_impressions,
        count(*) as metrics,
        min(
            {{ ratio(
                'slopes.kendall_s',
                'sqrt(' ~ ratio('sizes.bins * (sizes.bins - 1) * (2 * sizes.bins + 5)', '18') ~ ')'
            ) }}
        ) as lowest_z
    from slopes
    inner join sizes on slopes.live_id = sizes.live_id and slopes.metric = sizes.metric
    where sizes.minutes >= {{ parameter('min_trend_minutes') }}
    group by slopes.live_id
),

minutes as (
    select
        live_id,
        exposure as impressions,
        {{ ratio('counted', 'exposure') }} as err
    from series
    where metric = 'err' and exposure > 0
),

-- A constant has no correlation, and Spark divides by its 0 before it looks at a having.
varied as (
    select live_id
    from minutes
    group by live_id
    having
        count(*) >= {{ parameter('min_trend_minutes') }}
        and min(impressions) < max(impressions)
        and min(err) < max(err)
),

unison as (
    select
        minutes.live_id,
        {{ in_order('corr', 'minutes.impressions, minutes.err') }} as unison_corr
    from minutes
    inner join varied on minutes.live_id = varied.live_id
    group by minutes.live_id
)

select
    lives.live_id,
    {{ whole('coalesce(searched.metrics_searched, 0)') }} as metrics_searched,
    case when searched.live_id is not null then coalesce(dips.dip_count, 0) end as dip_count,
    case when searched.live_id is not null then coalesce(dips.dip_minutes, 0) end as dip_minutes,
    dips.dip_depth,
    unison.unison_corr,
    trends.trend_slope_err,
    trends.trend_slope_impressions,
    case when trends.metrics = 2 then trends.lowest_z > -{{ parameter('trend_z') }} end
        as is_stable_or_rising
from lives
left join searched on lives.live_id = searched.live_id
left join dips on lives.live_id = dips.live_id
left join trends on lives.live_id = trends.live_id
left join unison on lives.live_id = unison.live_id
