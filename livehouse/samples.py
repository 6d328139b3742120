"""Three questions to the current release, with their answers: the end of `make demo`.

What belongs here: showing a newcomer where the marts are and how to ask them.
What does not: the catalogue of sample queries (meta.sample_queries in the release itself).

`python -m livehouse.samples [HOME]`
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from livehouse.settings import Home, default_home
from livehouse.summary import table

QUERIES = (
    (
        "Which LIVEs sold most, and how many of those who saw a product clicked it?",
        """select live_id, views, product_impressions, product_clicks, sku_orders, gmv
from marts.live_sessions
order by gmv desc nulls last, live_id
limit 5""",
    ),
    (
        "Which channel brings people into the room? A sum over sums, never a mean of rates.",
        """select channel, sum(impressions) as impressions, sum(views) as views,
    round(sum(views) / nullif(sum(impressions), 0), 4) as views_per_impression
from marts.live_channels
group by channel
order by impressions desc""",
    ),
    (
        "What does a metric mean?",
        """select metric, unit, formula
from meta.metrics
where metric in ('err', 'live_ctr', 'view_to_order_rate')
order by metric""",
    ),
)


def answers(release: Path) -> str:
    """The three queries with their results, as text."""
    parts = [f"The marts: {release}  (schemas facts, marts, meta)"]
    with duckdb.connect(str(release), read_only=True) as connection:
        for question, sql in QUERIES:
            cursor = connection.execute(sql)
            header = tuple(column[0] for column in cursor.description)
            lines = "\n".join(table(header, cursor.fetchall()))
            parts.append(f"-- {question}\n{sql};\n\n{lines}")
    return "\n\n".join(parts)


if __name__ == "__main__":
    home = Home(Path(sys.argv[1]).resolve()) if len(sys.argv) > 1 else default_home()
    print(answers(home.current / "livehouse.duckdb"))
