{{ config(meta={'dagster': {'ref': {'name': 'loads'}}}) }}
-- Nothing is lost between the load log and raw: a loaded file's accepted lines are its events.
with events as (
    select file_id from {{ source('raw', 'events') }}
    union all
    select file_id from {{ source('raw', 'webcast_messages') }}
),

counted as (
    select
        file_id,
        count(*) as rows_in_raw
    from events
    group by file_id
)

select
    loads.path,
    loads.accepted,
    counted.rows_in_raw
from {{ ref('loads') }} as loads
left join counted on loads.file_id = counted.file_id
where
    loads.state = 'loaded'
    and loads.family in ('events', 'webcast')
    and not loads.path like '%.csv'
    and loads.accepted <> coalesce(counted.rows_in_raw, 0)
