-- Interaction quality: where a LIVE stands among the creator's earlier ones, by three rates.
-- Grain: one row per live_id with three earlier LIVEs for each rate; NULL where it has no rate.

with sessions as (
    select * from {{ ref('int_live_sessions') }}
    where creator_id is not null
),

rated as (
    select
        live_id,
        creator_id,
        creator_live_no,
        creator_live_no - 100 as oldest_live_no,
        {{ ratio('total_watch_sec', 'viewers') }} as watch_sec,
        {{ ratio('new_follows_gross', 'views') }} as follow_rate,
        {{ ratio('comments', 'views') }} as comment_rate
    from sessions
),

-- noqa: disable=LT02
-- (the linter misreads the commas of a loop)
-- The share of earlier LIVEs that were lower; an equal one counts half.
placed as (
    select
        rated.live_id,
        {%- for rate in ['watch_sec', 'follow_rate', 'comment_rate'] %}
        count(earlier.{{ rate }}) as {{ rate }}_lives,
        avg(
            cast(
                case
                    when earlier.{{ rate }} < rated.{{ rate }} then 1.0
                    when earlier.{{ rate }} = rated.{{ rate }} then 0.5
                    when earlier.{{ rate }} > rated.{{ rate }} then 0.0
                end as double
            )
        ) as {{ rate }}_percentile{{ ',' if not loop.last }}
        {%- endfor %}
    from rated
    inner join rated as earlier
        on
            rated.creator_id = earlier.creator_id
            and rated.creator_live_no > earlier.creator_live_no
            and rated.oldest_live_no <= earlier.creator_live_no
    group by rated.live_id
)

select
    live_id,
    {{ ratio('watch_sec_percentile + follow_rate_percentile + comment_rate_percentile', 3) }}
        as interactions_quality_index
from placed
where watch_sec_lives >= 3 and follow_rate_lives >= 3 and comment_rate_lives >= 3
