{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'fct_live_session'}}}) }}
-- METRICS 15.4: buyers clicked before they bought. A warning only: an order may follow a click of
-- an earlier LIVE, or one that the feed lost.
select
    live_id,
    buyers,
    clickers
from {{ ref('fct_live_session') }}
where buyers > clickers
