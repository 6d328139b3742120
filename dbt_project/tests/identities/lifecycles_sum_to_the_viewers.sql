-- Viewers of a week are new, returning or resurrecting, and nothing else.
with weeks as (
    select
        viewers,
        lifecycle_new + lifecycle_returning + lifecycle_resurrecting as in_lifecycle
    from {{ ref('fct_creator_week') }}
    union all
    select
        viewers,
        lifecycle_new + lifecycle_returning + lifecycle_resurrecting as in_lifecycle
    from {{ ref('fct_market_week') }}
)

select *
from weeks
where viewers <> in_lifecycle
