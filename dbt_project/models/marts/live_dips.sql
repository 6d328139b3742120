-- Dips of impressions, ERR, CTR, CTOR, GMV and watch GPM in a LIVE, with what ran at the time.
-- Grain: one row per LIVE, metric and start.
{{ config(meta={'key': ['live_id', 'metric', 'start_ts']}) }}

with dips as (
    select * from {{ ref('int_dips') }}
),

lives as (
    select * from {{ ref('int_lives') }}
),

happenings as (
    select * from {{ ref('int_happenings') }}
),

pins as (
    select * from {{ ref('int_intervals') }}
    where kind = 'pin'
),

placed as (
    select
        dips.*,
        lives.creator_id,
        lives.report_date,
        {{ minutes_after("date_trunc('minute', lives.live_start_ts)", 'dips.first_minute') }}
            as start_ts,
        {{ minutes_after("date_trunc('minute', lives.live_start_ts)", 'dips.last_minute + 1') }}
            as end_ts
    from dips
    inner join lives on dips.live_id = lives.live_id
),

running as (
    select
        placed.live_id,
        placed.metric,
        placed.start_ts,
        {{ ran_kinds(['pin', 'no_pin', 'flash_sale', 'giveaway', 'ad', 'violation', 'battle']) }}
    from placed
    inner join happenings
        on
            placed.live_id = happenings.live_id
            and placed.start_ts < happenings.end_ts
            and placed.end_ts > happenings.start_ts
    group by placed.live_id, placed.metric, placed.start_ts
),

pinned as (
    select
        placed.live_id,
        placed.metric,
        placed.start_ts,
        pins.product_id
    from placed
    inner join pins
        on
            placed.live_id = pins.live_id
            and placed.start_ts < pins.end_ts
            and placed.end_ts > pins.start_ts
    qualify
        row_number() over (
            partition by placed.live_id, placed.metric, placed.start_ts
            order by
                {{ microseconds_between(
                    'greatest(placed.start_ts, pins.start_ts)', 'least(placed.end_ts, pins.end_ts)'
                ) }} desc,
                pins.start_ts,
                pins.product_id
        ) = 1
)

select
    -- keys
    placed.live_id,
    placed.metric,
    placed.start_ts,
    placed.creator_id,

    -- attributes
    case
        when
            placed.last_minute - placed.first_minute + 1
            >= {{ parameter('dip_prolonged_minutes') }}
            then 'prolonged'
        else 'sharp'
    end as dip_kind,
    pinned.product_id as pinned_product_id,

    -- measures
    {{ whole('placed.last_minute - placed.first_minute + 1') }} as dip_minutes,
    placed.dip_depth,
    placed.dip_z,

    -- flags
    coalesce(running.ran_pin, 0) = 1 as had_pin_change,
    coalesce(running.ran_no_pin, 0) = 1 as had_no_pin,
    coalesce(running.ran_flash_sale, 0) = 1 as had_flash_sale,
    coalesce(running.ran_giveaway, 0) = 1 as had_giveaway,
    coalesce(running.ran_ad, 0) = 1 as had_ad,
    coalesce(running.ran_violation, 0) = 1 as had_violation,
    coalesce(running.ran_battle, 0) = 1 as had_battle,

    -- times
    placed.end_ts,
    placed.report_date
from placed
left join running
    on
        placed.live_id = running.live_id
        and placed.metric = running.metric
        and placed.start_ts = running.start_ts
left join pinned
    on
        placed.live_id = pinned.live_id
        and placed.metric = pinned.metric
        and placed.start_ts = pinned.start_ts
