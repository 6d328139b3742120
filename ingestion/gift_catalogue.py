"""Gift catalogue snapshots beside the captures become rows of the reference table `gifts`.

What belongs here: recognising such a CSV by its header, and its columns in the contract's words.
What does not: which of several prices counts on which day (dbt, staging).

The catalogue's `diamond_count` is what a viewer pays, so it is `coins` here; `combo` says that a
gift can streak. The gift's id is its key: catalogues list one name under several ids.
"""

from __future__ import annotations

from collections.abc import Sequence

_REQUIRED = frozenset({"snapshot_date", "gift_id", "name", "diamond_count", "combo"})


def is_gift_catalogue(header: Sequence[str]) -> bool:
    """Whether a CSV with this header is a gift catalogue; further columns are left aside."""
    return {name.strip().lower() for name in header} >= _REQUIRED


def gifts_sql(path: str) -> str:
    """A SELECT of gift_id, name, coins, is_streakable, valid_from, reject_reason and raw_line.

    `reject_reason` is NULL for a good row, else `missing_<column>` or `bad_<column>`; only then
    `raw_line` holds the row's text, its values joined by commas.
    """
    quoted = "'" + path.replace("'", "''") + "'"
    return f"""
with source as (
    select
        nullif(trim(gift_id), '') as gift_id,
        nullif(trim(name), '') as name,
        nullif(trim(diamond_count), '') as coins_text,
        lower(nullif(trim(combo), '')) as combo_text,
        nullif(trim(snapshot_date), '') as date_text,
        concat_ws(',', snapshot_date, gift_id, name, diamond_count, combo) as raw_line
    from read_csv({quoted}, header = true, all_varchar = true, delim = ',', quote = '"')
),

typed as (
    select
        *,
        case
            when regexp_full_match(coins_text, '[0-9]{{1,18}}') then cast(coins_text as bigint)
        end as coins,
        case combo_text when 'true' then true when 'false' then false end as is_streakable,
        case
            when regexp_full_match(date_text, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')
                then try_cast(date_text as date)
        end as valid_from
    from source
),

judged as (
    select
        *,
        case
            when gift_id is null then 'missing_gift_id'
            when regexp_matches(gift_id, '^[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?$')
                and not regexp_full_match(gift_id, '[0-9]+') then 'bad_gift_id'
            when coins_text is null then 'missing_coins'
            when coins is null then 'bad_coins'
            when combo_text is not null and is_streakable is null then 'bad_is_streakable'
            when date_text is not null and valid_from is null then 'bad_valid_from'
        end as reject_reason
    from typed
)

select
    gift_id,
    name,
    coins,
    is_streakable,
    valid_from,
    reject_reason,
    case when reject_reason is not null then raw_line end as raw_line
from judged
"""
