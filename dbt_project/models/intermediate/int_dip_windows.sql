-- Windows of a LIVE in which a rate stands out below its usual level in the same LIVE.
-- Grain: one row per live_id, metric, first_minute and last_minute.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with series as (
    select * from {{ ref('int_dip_series') }}
    where {{ is_rebuilt() }}
),

widths as (
    select cast(parameter_value as bigint) as width
    from {{ ref('parameters') }}
    where parameter like 'dip_window_%'
),

totals as (
    select
        live_id,
        metric,
        {{ sum_of_trillionths('ordinary_counted') }} as live_counted,
        {{ sum_of_trillionths('ordinary_exposure') }} as live_exposure,
        max(minute_index) as last_minute_index
    from series
    group by live_id, metric
),

summed as (
    select
        live_id,
        metric,
        minute_index,
        counted,
        exposure,
        ordinary_counted,
        ordinary_exposure,
        sum(counted) over so_far as counted_so_far,
        sum(exposure) over so_far as exposure_so_far,
        sum(ordinary_counted) over so_far as ordinary_counted_so_far,
        sum(ordinary_exposure) over so_far as ordinary_exposure_so_far
    from series
    window so_far as (
        partition by live_id, metric order by minute_index
        rows between unbounded preceding and current row
    )
),

begins as (
    select
        summed.*,
        totals.live_counted,
        totals.live_exposure,
        summed.minute_index + widths.width - 1 as last_minute
    from summed
    inner join totals on summed.live_id = totals.live_id and summed.metric = totals.metric
    inner join widths on totals.last_minute_index - summed.minute_index + 1 >= widths.width
),

-- Every begin has its end. An inner join says the same, but may be planned as minute by minute of
-- a LIVE before the widths come in, which takes hours where an end is missing and a LIVE has weeks.
-- Inside: the window. Outside: the ordinary minutes of the LIVE that the window leaves.
windows as (
    select
        begins.live_id,
        begins.metric,
        begins.minute_index as first_minute,
        begins.last_minute,
        ends.counted_so_far - begins.counted_so_far + begins.counted as counted_in,
        ends.exposure_so_far - begins.exposure_so_far + begins.exposure as exposure_in,
        (ends.exposure_so_far - begins.exposure_so_far + begins.exposure)
        * (1 - {{ parameter('dip_usual_swing') }}) as least_exposure_in,
        begins.live_counted - (
            ends.ordinary_counted_so_far - begins.ordinary_counted_so_far
            + begins.ordinary_counted
        ) as counted_out,
        begins.live_exposure - (
            ends.ordinary_exposure_so_far - begins.ordinary_exposure_so_far
            + begins.ordinary_exposure
        ) as exposure_out
    from begins
    left join summed as ends
        on
            begins.live_id = ends.live_id
            and begins.metric = ends.metric
            and begins.last_minute = ends.minute_index
),

-- Half a count more inside, for a whole number that stands for a smooth one. A rate swings a little
-- in any LIVE: what is expected inside is the usual rate less that swing.
expected as (
    select
        *,
        counted_in + 0.5 as inside,
        {{ ratio(
            '(counted_in + 0.5 + counted_out) * least_exposure_in', 'least_exposure_in + exposure_out'
        ) }} as expected_in,
        {{ ratio(
            '(counted_in + 0.5 + counted_out) * exposure_out', 'least_exposure_in + exposure_out'
        ) }} as expected_out,
        1 - {{ ratio('counted_in * exposure_out', 'exposure_in * counted_out') }} as depth
    from windows
    where
        counted_out >= {{ parameter('dip_min_count') }}
        and exposure_in > 0
        and exposure_out > 0
),

-- The likelihood ratio of two Poisson rates, as the temporal scan statistic has it (Kulldorff,
-- Communications in Statistics 26, 1997); its signed root is the z of the window.
scored as (
    select
        live_id,
        metric,
        first_minute,
        last_minute,
        last_minute - first_minute + 1 as width,
        depth,
        counted_in,
        sqrt(
            2 * greatest(
                inside * ln({{ ratio('inside', 'expected_in') }})
                + counted_out * ln({{ ratio('counted_out', 'expected_out') }}),
                0
            )
        ) as z
    from expected
    where inside < expected_in
)

select *
from scored
where z >= {{ parameter('dip_z') }} and depth >= {{ parameter('dip_min_depth') }}
