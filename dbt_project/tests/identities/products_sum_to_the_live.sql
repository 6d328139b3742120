{{ config(meta={'dagster': {'ref': {'name': 'fct_live_product'}}}) }}
-- METRICS 15.5 for products: together they have at most what the LIVE has, and all of it where
-- every act names its product.
-- noqa: disable=LT02
-- (the linter misreads the commas of a loop)
{%- set names = additive_measures('P', 'S') %}
with parts as (
    select
        live_id,
        {%- for name in names %}
        {{ strict_sum(name) }} as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('fct_live_product') }}
    where {{ is_rebuilt() }}
    group by live_id
),

nameless as (
    select
        live_id,
        count(*) as acts
    from {{ ref('int_acts') }}
    where
        event_type in ('product_impression', 'product_click', 'add_to_cart', 'order')
        and product_id is null
        and {{ is_rebuilt() }}
    group by live_id
)

select
    whole.live_id,
    nameless.acts as acts_without_a_product
from {{ ref('fct_live_session') }} as whole
inner join parts on whole.live_id = parts.live_id
left join nameless on whole.live_id = nameless.live_id
where
    {%- for name in names %}
    {{ 'or' if not loop.first }} parts.{{ name }} > whole.{{ name }}
    or (nameless.live_id is null and parts.{{ name }} <> whole.{{ name }})
    {%- endfor %}
