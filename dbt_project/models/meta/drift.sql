-- Fields and event types of the dumps that the contract does not name: kept or left, not modelled.
-- Grain: one row per kind of name and name.
{{ config(meta={'key': ['kind', 'name']}) }}

with drift as (
    select * from {{ source('raw', 'drift') }}
),

files as (
    select * from {{ source('raw', 'files') }}
    where state = 'loaded'
),

named as (
    select
        drift.kind,
        drift.name,
        drift.lines,
        files.path,
        files.loaded_at,
        row_number() over (
            partition by drift.kind, drift.name order by files.loaded_at, files.path
        ) as file_no
    from drift
    inner join files on drift.file_id = files.file_id
)

select
    kind,
    name,
    count(*) as files,
    {{ whole('sum(lines)') }} as lines,
    min(loaded_at) as first_loaded_at,
    max(loaded_at) as last_loaded_at,
    max(path) filter (where file_no = 1) as first_path
from named
group by kind, name
