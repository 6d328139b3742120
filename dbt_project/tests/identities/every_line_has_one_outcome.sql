-- METRICS 15.10.
select
    path,
    lines,
    accepted,
    duplicates,
    rejected,
    blank,
    erased
from {{ ref('loads') }}
where lines <> accepted + duplicates + rejected + blank + erased
