"""Which published numbers of a LIVE changed since the last release, and because of what.

Belongs here: the rows of meta.restatements. Does not: the difference of whole releases
(differences.py), and how a file is published.

A reason is what can truly be told. Where a file brought events of the LIVE, it is that file; else
every kind of news since the last release, joined by " or ".
"""

from __future__ import annotations

import duckdb

from livehouse.sql_text import literal, quoted

RELEASES_CARRIED = 30
PATHS_SHOWN = 5
SESSIONS = "marts.live_sessions"
TOLERANCE = 1e-9
"""Relative, what DOUBLE arithmetic may lose."""

COMMENT = (
    "Published numbers of LIVEs that changed from one release to the next, of the last"
    f" {RELEASES_CARRIED} releases; one row per release, LIVE and metric."
)
COLUMNS = {
    "release_id": ("VARCHAR", "The release that changed the number."),
    "live_id": ("VARCHAR", "The LIVE, a row of marts.live_sessions."),
    "metric": ("VARCHAR", "The metric; empty where the LIVE itself is gone."),
    "value_before": ("DOUBLE", "The number in the release before."),
    "value_after": ("DOUBLE", "The number from this release on."),
    "reason": (
        "VARCHAR",
        "definition changed, window passed, late events, reference data, events of other LIVEs,"
        " file withdrawn or replaced, lines erased; with 'or' between where the data cannot tell"
        " which; unknown where nothing else is new, as after a change of the models.",
    ),
    "files": ("VARCHAR", "The files that brought it, where that is known; the first five."),
}


def differs(before: str, after: str, data_type: str) -> str:
    """A SQL condition: two values are not the same; doubles may differ by rounding."""
    if data_type != "DOUBLE":
        return f"{before} is distinct from {after}"
    return (
        f"(({before} is null) <> ({after} is null) or coalesce(abs({before} - {after}) >"
        f" {TOLERANCE!r} * greatest(abs({before}), abs({after})), false))"
    )


def record_restatements(connection: duckdb.DuckDBPyConnection, release_id: str) -> int | None:
    """Fill candidate.meta.restatements from the catalogs candidate, previous and warehouse.

    The number of LIVEs with a change, None where LIVEs cannot be compared.
    """
    if _columns(connection, "previous", "meta.restatements"):
        names = ", ".join(COLUMNS)
        connection.execute(
            f"""
            insert into candidate.meta.restatements ({names})
            select {names}
            from previous.meta.restatements
            where release_id in (
                select release_id from previous.meta.releases
                order by published_at desc, release_id desc
                limit {RELEASES_CARRIED - 1}
            )
            """
        )
    before = _columns(connection, "previous", SESSIONS)
    after = _columns(connection, "candidate", SESSIONS)
    if "live_id" not in before or "live_id" not in after:
        return None
    metrics = {
        name
        for (name,) in connection.execute("select metric from candidate.meta.metrics").fetchall()
    }
    shared = {
        name: data_type
        for name, data_type in after.items()
        if name in metrics and before.get(name) == data_type
    }
    _changed_values(connection, shared)
    _news(connection)
    connection.execute(
        f"""
        insert into candidate.meta.restatements
        select
            {literal(release_id)},
            changed.live_id,
            changed.metric,
            changed.value_before,
            changed.value_after,
            case
                when redefined.metric is not null then 'definition changed'
                when windowed.metric is not null
                    and changed.value_before is null and changed.value_after is not null
                    then 'window passed'
                when touched.live_id is not null
                    then concat_ws(' or ', 'late events', news.beside_files)
                else coalesce(news.all_kinds, 'unknown')
            end as reason,
            case
                when redefined.metric is not null then null
                when windowed.metric is not null and changed.value_before is null then null
                when touched.live_id is not null then touched.paths
                else news.paths
            end as files
        from changed
        left join redefined on changed.metric = redefined.metric
        left join windowed on changed.metric = windowed.metric
        left join touched on changed.live_id = touched.live_id
        cross join news
        order by changed.live_id, changed.metric
        """
    )
    row = connection.execute("select count(distinct live_id) from changed").fetchone()
    return int(row[0]) if row else 0


def _columns(connection: duckdb.DuckDBPyConnection, catalog: str, table: str) -> dict[str, str]:
    # duckdb_columns() would list every column of three files each time.
    try:
        described = connection.execute(f"describe {quoted(catalog, *table.split('.'))}").fetchall()
    except duckdb.CatalogException:
        return {}
    return {name: data_type for name, data_type, *_ in described}


def _changed_values(connection: duckdb.DuckDBPyConnection, metrics: dict[str, str]) -> None:
    """The temporary table `changed`; a LIVE that is gone has one row, a new one none."""
    values = ", ".join(
        "{"
        f"metric: {literal(name)},"
        f" value_before: cast({_quoted('before', name)} as double),"
        f" value_after: cast({_quoted('after', name)} as double),"
        f" differs: {differs(_quoted('before', name), _quoted('after', name), data_type)}"
        "}"
        for name, data_type in metrics.items()
    )
    # Most LIVEs are as they were: one hash of all numbers is a third of comparing each.
    before, after = (
        f"hash({', '.join(_quoted(table, name) for name in metrics)})"
        for table in ("before", "after")
    )
    unnested = f"""
        select live_id, value.metric, value.value_before, value.value_after
        from (
            select after.live_id, unnest([{values}]) as value
            from previous.{SESSIONS} as before
            inner join candidate.{SESSIONS} as after on before.live_id = after.live_id
            where {before} <> {after}
        )
        where value.differs
        union all
    """
    connection.execute(
        f"""
        create or replace temp table changed as
        {unnested if metrics else ""}
        select live_id, '' as metric, null::double as value_before, null::double as value_after
        from previous.{SESSIONS}
        where live_id not in (select live_id from candidate.{SESSIONS} where live_id is not null)
        """
    )


def _news(connection: duckdb.DuckDBPyConnection) -> None:
    """What is new since the last release: redefined, windowed, touched and news, the one row."""
    has_versions = all(
        "version" in _columns(connection, catalog, "meta.metrics")
        for catalog in ("previous", "candidate")
    )
    connection.execute(
        "create or replace temp table redefined as select after.metric"
        " from candidate.meta.metrics as after inner join previous.meta.metrics as before"
        " on after.metric = before.metric"
        + (" where after.version <> before.version" if has_versions else " where false")
    )
    connection.execute(
        "create or replace temp table windowed as select metric from candidate.meta.metrics"
        " where list_contains(string_split(null_rule, ' '), 'NC')"
    )
    needed = {"file_id", "path", "family", "state", "accepted", "erased"}
    logs = [_columns(connection, catalog, "meta.loads") for catalog in ("previous", "candidate")]
    if not all(needed <= log.keys() for log in logs):
        connection.execute(
            "create or replace temp table touched as"
            " select null::varchar as live_id, null::varchar as paths where false"
        )
        connection.execute(
            "create or replace temp table news as select null::varchar as beside_files,"
            " null::varchar as all_kinds, null::varchar as paths"
        )
        return
    connection.execute(
        """
        create or replace temp table new_files as
        select
            coalesce(after.file_id, before.file_id) as file_id,
            coalesce(after.path, before.path) as path,
            case
                when before.state = 'loaded' and after.state is distinct from 'loaded'
                    then 'file withdrawn or replaced'
                when after.erased > before.erased then 'lines erased'
                when after.state = 'loaded' and before.state is distinct from 'loaded'
                    then case
                        when after.family = 'reference' or ends_with(lower(after.path), '.csv')
                            then 'reference data'
                        else 'events of other LIVEs'
                    end
            end as kind
        from candidate.meta.loads as after
        full outer join previous.meta.loads as before on after.file_id = before.file_id
        """
    )
    sources = [
        f"select live_id, file_id from warehouse.{table}"
        for table in ("raw.events", "raw.webcast_messages")
        if {"live_id", "file_id"} <= _columns(connection, "warehouse", table).keys()
    ]
    rows = " union all ".join(sources) or "select null::varchar as live_id, 0 as file_id"
    connection.execute(
        f"""
        create or replace temp table touched as
        select live_id, {_paths()} as paths
        from (
            select distinct events.live_id, new_files.path
            from ({rows}) as events
            inner join new_files on events.file_id = new_files.file_id
            where new_files.kind = 'events of other LIVEs' and events.live_id is not null
        )
        group by live_id
        """
    )
    connection.execute(
        f"""
        create or replace temp table news as
        select
            string_agg(distinct kind, ' or ' order by kind) filter (
                where kind <> 'events of other LIVEs'
            ) as beside_files,
            string_agg(distinct kind, ' or ' order by kind) as all_kinds,
            case when count(distinct kind) = 1 then {_paths()} end as paths
        from new_files
        where kind is not null
        """
    )


def _paths() -> str:
    listed = f"array_to_string(list_sort(list(path))[:{PATHS_SHOWN}], ', ')"
    more = f"case when count(*) > {PATHS_SHOWN} then ' and ' || count(*) - {PATHS_SHOWN} || ' more'"
    return f"{listed} || {more} else '' end"


def _quoted(table: str, column: str) -> str:
    return f"{table}.{quoted(column)}"
