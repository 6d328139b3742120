-- The instant that the data reaches to: windows that end after it have not passed yet.
-- Grain: one row per warehouse (as_of_ts); NULL is a warehouse without any event.
{{ config(meta={'key': ['as_of_ts']}) }}

with as_of as (
    select * from {{ ref('int_as_of') }}
)

select as_of_ts from as_of
