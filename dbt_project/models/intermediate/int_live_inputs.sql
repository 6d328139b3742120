-- What decides about a LIVE besides its own events, as a hash, and where the LIVE counts.
-- Grain: one row per live_id.

with lives as (
    select * from {{ ref('int_lives') }}
),

order_lines as (
    select * from {{ ref('int_order_lines') }}
),

markets as (
    select * from {{ ref('stg_reference__markets') }}
),

gifts as (
    select * from {{ ref('stg_reference__gifts') }}
),

live_references as (
    select * from {{ ref('int_live_references') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

lives_hashed as (
    select
        live_id,
        {{ rows_hash('lives') }} as row_hash
    from lives
    group by live_id
),

lines_hashed as (
    select
        live_id,
        {{ rows_hash('order_lines') }} as rows_hash
    from order_lines
    group by live_id
),

-- Time zones place what viewers did, and the price list settles the gifts of the webcast feed.
markets_hashed as (
    select {{ rows_hash('markets') }} as rows_hash
    from markets
),

gifts_hashed as (
    select {{ rows_hash('gifts') }} as rows_hash
    from gifts
)

select
    lives.live_id,
    lives.creator_id,
    lives.creator_live_no,
    coalesce(lives.market, '') as market_key,
    lives.report_date,
    {{ week_of('lives.report_date') }} as report_week,
    cast(lives.live_start_ts - interval '1' day as date) as first_date,
    cast(lives.live_end_ts + interval '1' day as date) as last_date,
    lives_hashed.row_hash as lives_hash,
    concat_ws(
        ' ',
        -- who came back depends on which LIVE is the next one
        coalesce(
            lead(lives.live_id) over (
                partition by lives.creator_id order by lives.creator_live_no
            ),
            '-'
        ),
        coalesce(lines_hashed.rows_hash, '-'),
        coalesce(markets_hashed.rows_hash, '-'),
        case when lives.source = 'webcast' then gifts_hashed.rows_hash end,
        live_references.reference_hash
    ) as inputs_hash,
    -- what becomes of orders is told after 30 days, and a week is compared when it has ended
    concat_ws(
        ' ',
        case when lives.live_end_ts + interval '30' day <= as_of.as_of_ts then 'orders' end,
        case
            when
                cast({{ week_of('lives.report_date') }} + interval '7' day as date)
                <= {{ local_date('as_of.as_of_ts', 'lives.reporting_timezone') }}
                then 'week'
        end
    ) as windows_passed
from lives
inner join lives_hashed on lives.live_id = lives_hashed.live_id
inner join live_references on lives.live_id = live_references.live_id
left join lines_hashed on lives.live_id = lines_hashed.live_id
cross join markets_hashed
cross join gifts_hashed
cross join as_of
