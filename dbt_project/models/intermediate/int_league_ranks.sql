-- A creator's last rank in the league in a day or week, and its change since the one before.
-- Grain: one row per creator_id, period (day or week) and period_start with a snapshot.

with snapshots as (
    select
        event_id,
        creator_id,
        league,
        league_rank,
        event_ts
    from {{ ref('int_sparse_events') }}
    where event_type = 'league_snapshot' and league_rank is not null
),

lives as (
    select * from {{ ref('int_lives') }}
),

zones as (
    select
        creator_id,
        max_by(reporting_timezone, creator_live_no) as reporting_timezone
    from lives
    where creator_id is not null
    group by creator_id
),

dated as (
    select
        snapshots.*,
        {{ local_date('snapshots.event_ts', 'zones.reporting_timezone') }} as report_date
    from snapshots
    inner join zones on snapshots.creator_id = zones.creator_id
),

periods as (
    select
        *,
        'day' as period,
        report_date as period_start
    from dated
    union all
    select
        *,
        'week' as period,
        {{ week_of('report_date') }} as period_start
    from dated
),

last_ranks as (
    select *
    from periods
    qualify
        row_number() over (
            partition by creator_id, period, period_start order by event_ts desc, event_id desc
        ) = 1
),

compared as (
    select
        *,
        coalesce(league, '') as league_key,
        lag(coalesce(league, '')) over creator_periods as previous_league_key,
        lag(league_rank) over creator_periods as previous_league_rank
    from last_ranks
    window creator_periods as (partition by creator_id, period order by period_start)
)

-- Ranks of two leagues cannot be compared.
select
    creator_id,
    period,
    period_start,
    league,
    league_rank,
    case
        when league_key = previous_league_key then league_rank - previous_league_rank
    end as league_delta
from compared
