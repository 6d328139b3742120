"""A dbt project of six models over the real raw tables, so that a whole night takes seconds.

What belongs here: the project as text, and dumps of a few lines for it.
What does not: the real models; test_end_to_end runs those.
"""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from functools import cache
from pathlib import Path

from livehouse.settings import DBT_PROJECT_DIR

SESSIONS = """
{{ config(contract={'enforced': false}) }}
select
    live_id,
    count(*) filter (where event_type = 'impression') as impressions,
    true as has_impressions
from {{ ref('stg_dump__events') }}
where live_id is not null
group by live_id
"""
INPUTS = """
select distinct
    live_id, creator_id, '' as market_key, null::date as report_date, null::date as report_week,
    null::date as first_date, null::date as last_date, '' as lives_hash, '' as inputs_hash,
    '' as windows_passed
from {{ ref('stg_dump__events') }}
where live_id is not null
"""
METRICS = """
select
    metric, 'measure' as kind, 'reach' as bucket, '' as numerator, '' as denominator,
    1::double as scale, metric as formula, 'count' as unit, 0::double as lower_bound,
    null::double as upper_bound, 'none' as above_one, 'N0' as null_rule, feed,
    'S' as grains, 'higher' as better, 'A small catalogue.' as description, '' as requirement,
    'computed' as status, 'v1' as version, true as is_additive
from (values ('impressions', 'impressions')) as catalogue (metric, feed)
"""
LOADS = """
select
    file_id, path, family, sha256, state, held_reason, lines, accepted, duplicates, rejected,
    blank, erased, unmodelled, is_truncated, min_event_ts, max_event_ts, loaded_at
from {{ source('raw', 'files') }}
"""
FILES = {
    "dbt_project.yml": """
name: small
version: "1.0"
profile: livehouse
model-paths: [models]
macro-paths: [macros]
models:
  small:
    staging: {+schema: staging, +materialized: view}
    intermediate: {+schema: intermediate, +materialized: table}
    facts: {+schema: facts, +materialized: table}
    meta: {+schema: meta, +materialized: table}
    +post-hook: "{{ comment_all(this) if model.config.materialized == 'table' }}"
""",
    "macros/rooms.sql": """
{% macro generate_schema_name(name, node) %}{{ name }}{% endmacro %}
{% macro comment_all(relation) %}
    {% if execute %}
    comment on table {{ relation }} is 'small';
    {% for column in adapter.get_columns_in_relation(relation) %}
    comment on column {{ relation }}.{{ column.name }} is 'small';
    {% endfor %}
    {% endif %}
{% endmacro %}
""",
    "models/sources.yml": """
sources:
  - name: raw
    tables: [{name: events}, {name: files}]
""",
    "models/staging/stg_dump__events.sql": "select * from {{ source('raw', 'events') }}\n",
    "models/intermediate/int_live_inputs.sql": INPUTS,
    "models/intermediate/int_rebuilt_lives.sql": "select * from {{ ref('int_live_inputs') }}\n",
    "models/facts/fct_live_session.sql": SESSIONS,
    "models/facts/fct_live_session.yml": """
models:
  - name: fct_live_session
    columns:
      - name: live_id
        data_tests:
          - not_null
          - accepted_values:
              arguments: {values: [live-1, live-2, live-3]}
          - accepted_values:
              name: live_is_one_of_the_usual
              arguments: {values: [live-1, live-2]}
              config: {severity: warn}
""",
    "models/meta/metrics.sql": METRICS,
    "models/meta/loads.sql": LOADS,
}


def write_project(folder: Path, **changed: str) -> Path:
    """The project below `folder`; `changed` maps a model's name to another text for it."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(changed.get(path.stem, text) if path.suffix == ".sql" else text)
    (folder / "profiles.yml").write_text((DBT_PROJECT_DIR / "profiles.yml").read_text())
    return folder


@cache
def shared_project(**changed: str) -> Path:
    """The project where every home of this process finds it parsed; nobody may write there."""
    folder = tempfile.mkdtemp(prefix="small-project-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return write_project(Path(folder), **changed)


def write_dump(
    landing: Path, name: str, lives: dict[str, int], day: str = "2026-03-01", bad: int = 0
) -> Path:
    """A dump with `lives[live_id]` impressions each, and `bad` lines that are no JSON."""
    path = landing / "events" / day / name
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        json.dumps(
            {
                "event_id": f"{live_id}-{number}",
                "event_type": "impression",
                "event_ts": f"{day}T12:00:00Z",
                "live_id": live_id,
                "creator_id": "creator-1",
                "viewer_id": f"viewer-{number}",
                "market": "GB",
                "channel": "for_you",
                "is_follower": False,
                "payload": {"is_paid": False},
            }
        )
        for live_id, count in lives.items()
        for number in range(count)
    ]
    path.write_text("".join(f"{line}\n" for line in [*lines, *["{broken"] * bad]))
    return path
