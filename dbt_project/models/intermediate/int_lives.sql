-- The LIVEs: who, when, and which feeds their source carries.
-- Grain: one row per live_id.

with bounds as (
    select * from {{ ref('int_live_bounds') }}
),

host_markets as (
    select * from {{ ref('int_host_markets') }}
),

live_starts as (
    select * from {{ ref('int_sparse_events') }}
    where event_type = 'live_start' and live_id is not null
),

feeds as (
    select * from {{ ref('source_feeds') }}
),

creators as (
    select * from {{ ref('stg_reference__creators') }}
),

-- What the host said of the LIVE.
starts as (
    select
        live_id,
        title,
        category,
        device,
        language,
        live_event_id,
        sponsor
    from live_starts
    qualify row_number() over (partition by live_id order by event_ts, event_id) = 1
),

creator_markets as (
    select
        creator_id,
        min(market) as market
    from host_markets
    group by creator_id
),

-- A LIVE lasts from its earliest start to its earliest end; where one is missing, from the first
-- or to the last event of a type that only happens in a running room.
lives as (
    select
        bounds.live_id,
        bounds.source,
        bounds.creator_id,
        coalesce(bounds.started_ts, bounds.first_running_ts) as live_start_ts,
        greatest(
            coalesce(bounds.ended_ts, bounds.last_running_ts),
            coalesce(bounds.started_ts, bounds.first_running_ts)
        ) as live_end_ts,
        bounds.started_ts is null as is_start_inferred,
        bounds.ended_ts is null as is_end_inferred,
        greatest(bounds.live_starts - 1, 0) + greatest(bounds.live_ends - 1, 0) as bound_conflicts
    from bounds
    where bounds.first_running_ts is not null
),

-- The creator's row that was valid when the LIVE started.
hosts as (
    select
        lives.live_id,
        creators.market,
        creators.category
    from lives
    inner join creators
        on
            lives.creator_id = creators.creator_id
            and cast(lives.live_start_ts as date) >= creators.valid_from
    qualify row_number() over (partition by lives.live_id order by creators.valid_from desc) = 1
),

zones as (
    select * from {{ ref('int_market_zones') }}
),

placed as (
    select
        lives.*,
        starts.title,
        coalesce(starts.category, hosts.category) as category,
        starts.device,
        starts.language,
        starts.live_event_id,
        starts.sponsor,
        coalesce(hosts.market, creator_markets.market) as market,
        coalesce(zones.reporting_timezone, 'UTC') as reporting_timezone
    from lives
    left join starts on lives.live_id = starts.live_id
    left join hosts on lives.live_id = hosts.live_id
    left join creator_markets on lives.creator_id = creator_markets.creator_id
    left join zones on coalesce(hosts.market, creator_markets.market) = zones.market
)

select
    placed.*,
    {{ microseconds_between('placed.live_start_ts', 'placed.live_end_ts') }} as span_us,
    {{ local_date('placed.live_start_ts', 'placed.reporting_timezone') }} as report_date,
    row_number() over (
        partition by placed.creator_id order by placed.live_start_ts, placed.live_id
    ) as creator_live_no,
    {{ feed_flags('feeds') }},
    feeds.is_thinned
from placed
inner join feeds on placed.source = feeds.source
