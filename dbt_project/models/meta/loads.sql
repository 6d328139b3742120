-- The load log: every file that landed, and how each of its lines ended.
-- Grain: one row per file (file_id); lines = accepted + duplicates + rejected + blank + erased.
{{ config(meta={'key': ['file_id']}) }}

with files as (
    select * from {{ source('raw', 'files') }}
)

select
    file_id,
    path,
    family,
    state,
    held_reason,
    lines,
    accepted,
    duplicates,
    rejected,
    blank,
    erased,
    unmodelled,
    {{ ratio_columns('F') }},
    is_truncated,
    min_event_ts,
    max_event_ts,
    loaded_at,
    sha256
from files
