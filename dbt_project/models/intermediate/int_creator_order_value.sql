-- What a creator's orders were worth in the 28 days up to a day, that day included.
-- Grain: one row per creator_id and report_date with an order line of a known amount.

with lines as (
    select * from {{ ref('int_settled_lines') }}
    where gmv is not null and creator_id is not null
),

days as (
    select
        creator_id,
        report_date,
        report_date - interval '27' day as first_date,
        count(distinct order_id) as orders,
        sum(gmv) as gmv
    from lines
    group by creator_id, report_date
)

select
    days.creator_id,
    days.report_date,
    sum(earlier.orders) as orders_28d,
    sum(earlier.gmv) as gmv_28d
from days
inner join days as earlier
    on
        days.creator_id = earlier.creator_id
        and days.report_date >= earlier.report_date
        and days.first_date <= earlier.report_date
group by days.creator_id, days.report_date
