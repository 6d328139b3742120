-- What the gifters, team joins and guests of a LIVE come to, with the diamond's rate of the day.
-- Grain: one row per live_id.

with lives as (
    select
        *,
        live_end_ts + interval '30' day as window_end_ts
    from {{ ref('int_lives') }}
),

concentration as (
    select * from {{ ref('int_gifter_concentration') }}
    where live_id is not null
),

cohorts as (
    select * from {{ ref('int_gifter_cohorts') }}
),

team_joins as (
    select * from {{ ref('int_team_joins') }}
),

guest_time as (
    select * from {{ ref('int_guest_time') }}
),

rates as (
    select
        market,
        usd_per_diamond,
        valid_from,
        coalesce(
            lead(valid_from) over (partition by market order by valid_from), date '9999-12-31'
        ) as next_valid_from
    from {{ ref('stg_reference__diamond_rates') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
)

select
    lives.live_id,
    rates.usd_per_diamond,
    case when lives.has_diamonds then concentration.gift_spread end as gift_spread,
    case when lives.has_diamonds then concentration.top1_gifter_diamonds end
        as top1_gifter_diamonds,
    case when lives.has_diamonds then concentration.top10_gifter_diamonds end
        as top10_gifter_diamonds,
    case
        when lives.has_gifts and lives.creator_id is not null
            then coalesce(cohorts.new_gifters, 0)
    end as new_gifters,
    case
        when
            lives.has_gifts
            and lives.creator_id is not null
            and lives.window_end_ts <= as_of.as_of_ts
            then coalesce(cohorts.repeat_gifters_30d, 0)
    end as repeat_gifters_30d,
    case when lives.has_teams then coalesce(team_joins.heart_me_joins, 0) end as heart_me_joins,
    case
        when lives.has_teams then coalesce(team_joins.team_joiners_with_view, 0)
    end as team_joiners_with_view,
    case
        when lives.has_guests then cast(coalesce(guest_time.guest_us, 0) as double) / 1000000
    end as guest_sec
from lives
cross join as_of
left join concentration on lives.live_id = concentration.live_id
left join cohorts on lives.live_id = cohorts.live_id
left join team_joins on lives.live_id = team_joins.live_id
left join guest_time on lives.live_id = guest_time.live_id
left join rates
    on
        lives.market = rates.market
        and lives.report_date >= rates.valid_from
        and lives.report_date < rates.next_valid_from
