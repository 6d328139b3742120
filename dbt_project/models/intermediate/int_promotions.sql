-- Promotions that ran in a LIVE, with prices and spend, and the dollar rate of their first day.
-- Grain: one row per live_id, kind, subject_id and start_ts.

with intervals as (
    select * from {{ ref('int_intervals') }}
    where kind in ('flash_sale', 'giveaway', 'billboard', 'ad', 'coupon')
),

rates as (
    select * from {{ ref('int_currency_rates') }}
),

exponents as (
    select * from {{ ref('currency_exponents') }}
),

rated as (
    select
        intervals.*,
        {{ unit_of_minor('exponents.minor_digits') }} as unit_of_minor,
        {{ rate_to_usd('intervals.currency', 'rates.usd_per_unit') }} as usd_per_unit
    from intervals
    left join exponents on intervals.currency = exponents.currency
    left join rates
        on
            intervals.currency = rates.currency
            and rates.rate_date <= cast(intervals.start_ts as date)
            and rates.next_rate_date > cast(intervals.start_ts as date)
)

select
    live_id,
    kind,
    subject_id,
    start_ts,
    creator_id,
    product_id,
    promo_task,
    price_minor,
    list_price_minor,
    spend_minor,
    currency,
    usd_per_unit,
    -- a price above the list price is no discount; `greatest` would make a missing one 0 as well
    cast(
        case
            when list_price_minor >= price_minor then list_price_minor - price_minor
            when list_price_minor < price_minor then 0
        end as decimal(18, 0)
    ) * unit_of_minor as discount,
    {{ to_usd('cast(spend_minor as decimal(28, 0)) * unit_of_minor', 'usd_per_unit') }}
        as spend,
    is_end_inferred,
    end_ts,
    report_date
from rated
