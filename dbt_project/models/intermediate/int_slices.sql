-- A LIVE cut at each clock minute and wherever something starts or ends in it.
-- Grain: one row per live_id and slice_start_ts.
{{ config(materialized='rebuilt', rebuilt_by=['live_id']) }}

with minutes as (
    select * from {{ ref('int_minutes') }}
    where {{ is_rebuilt() }}
),

happenings as (
    select * from {{ ref('int_happenings') }}
    where {{ is_rebuilt() }}
),

numbered as (
    select
        live_id,
        minute_ts,
        live_start_ts,
        live_end_ts,
        row_number() over (partition by live_id order by minute_ts) - 1 as minute_index
    from minutes
),

cuts as (
    select
        live_id,
        greatest(minute_ts, live_start_ts) as cut_ts
    from minutes
    union
    select
        live_id,
        start_ts as cut_ts
    from happenings
    union
    select
        live_id,
        end_ts as cut_ts
    from happenings
),

slices as (
    select
        cuts.live_id,
        cuts.cut_ts as slice_start_ts,
        coalesce(
            lead(cuts.cut_ts) over (partition by cuts.live_id order by cuts.cut_ts),
            numbered.live_end_ts
        ) as slice_end_ts,
        numbered.minute_ts,
        numbered.minute_index
    from cuts
    inner join numbered
        on
            cuts.live_id = numbered.live_id
            and date_trunc('minute', cuts.cut_ts) = numbered.minute_ts
            and cuts.cut_ts < numbered.live_end_ts
),

running as (
    select
        slices.live_id,
        slices.slice_start_ts,
        max(case when happenings.kind = 'pause' then 1 else 0 end) as pauses
    from slices
    inner join happenings
        on
            slices.live_id = happenings.live_id
            and slices.slice_start_ts >= happenings.start_ts
            and slices.slice_start_ts < happenings.end_ts
    where happenings.kind <> 'violation_hour'
    group by slices.live_id, slices.slice_start_ts
)

select
    slices.live_id,
    slices.slice_start_ts,
    slices.slice_end_ts,
    slices.minute_ts,
    {{ whole('slices.minute_index') }} as minute_index,
    coalesce(running.pauses, 0) = 1 as is_paused,
    running.live_id is null as is_ordinary
from slices
left join running
    on slices.live_id = running.live_id and slices.slice_start_ts = running.slice_start_ts
