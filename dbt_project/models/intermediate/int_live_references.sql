-- What reference data says for a LIVE, as a hash: rates of its days, titles of its products.
-- Grain: one row per live_id.

with lives as (
    select
        live_id,
        cast(live_start_ts as date) as first_date,
        cast(live_end_ts as date) as last_date
    from {{ ref('int_lives') }}
),

rates as (
    select * from {{ ref('int_currency_rates') }}
),

products as (
    select * from {{ ref('stg_reference__products') }}
),

span as (
    select
        min(first_date) as first_date,
        max(last_date) as last_date
    from lives
),

-- Not the date of a rate: the same rate told again changes nothing.
rates_of_days as (
    select
        rates.currency,
        rates.usd_per_unit,
        {{ days_from_to(
            'greatest(rates.rate_date, span.first_date)',
            'least(' ~ days_before('rates.next_rate_date', 1) ~ ', span.last_date)'
        ) }} as valid_date
    from rates
    cross join span
    where rates.rate_date <= span.last_date and rates.next_rate_date > span.first_date
),

days_hashed as (
    select
        valid_date,
        {{ rows_hash('rates_of_days') }} as rows_hash
    from rates_of_days
    group by valid_date
),

live_days as (
    select
        live_id,
        {{ days_from_to('first_date', 'last_date') }} as valid_date
    from lives
),

live_rates as (
    select
        live_days.live_id,
        days_hashed.valid_date,
        days_hashed.rows_hash
    from live_days
    inner join days_hashed on live_days.valid_date = days_hashed.valid_date
),

rates_hashed as (
    select
        live_id,
        {{ rows_hash('live_rates') }} as rows_hash
    from live_rates
    group by live_id
),

named_products as (
    select
        live_id,
        product_id
    from {{ ref('int_sparse_events') }}
    where event_type = 'product_pin' and product_id is not null
    union
    select
        live_id,
        product_id
    from {{ ref('int_order_lines') }}
),

titles as (
    select
        named_products.live_id,
        products.product_id,
        products.title,
        products.valid_from
    from named_products
    inner join products on named_products.product_id = products.product_id
),

titles_hashed as (
    select
        live_id,
        {{ rows_hash('titles') }} as rows_hash
    from titles
    group by live_id
)

select
    lives.live_id,
    concat_ws(
        ' ',
        coalesce(rates_hashed.rows_hash, '-'),
        coalesce(titles_hashed.rows_hash, '-')
    ) as reference_hash
from lives
left join rates_hashed on lives.live_id = rates_hashed.live_id
left join titles_hashed on lives.live_id = titles_hashed.live_id
