"""The same facts by hand on other engines, and the pieces of a night by themselves.

`python -m benchmarks.peers NAME LANDING OUT` writes OUT/sessions.parquet and OUT/funnel.parquet:

- a session is a LIVE: impressions, views, viewers, comments, likes, product_clicks, sku_orders and
  gmv_minor between its start and its end;
- the funnel is LIVE x channel: impressions, views, and product_clicks by the channel of the
  viewer's latest entry.

What belongs here: one function each, as a person would write it for these facts alone. They are
spared what a night does beside: bad lines, copies, late files, checks, publishing.
What does not: taking the time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from benchmarks.data import event_files
from ingestion.contract import DUCKDB_TYPES, ENVELOPE, PAYLOAD

COUNTED = {
    "impressions": "impression",
    "views": "room_enter",
    "comments": "comment",
    "product_clicks": "product_click",
    "sku_orders": "order",
}
USED = ("event_type", "event_ts", "live_id", "viewer_id", "channel")


TIMES = ("event_ts", "received_ts")


def _read(landing: Path) -> str:
    """Every field of the contract, typed. A time is ISO 8601 in some files, an epoch in others."""
    files = event_files(landing)
    if files[0].endswith(".parquet"):
        return f"(from read_parquet({files}))"
    envelope = {field.name: DUCKDB_TYPES[field.kind] for field in ENVELOPE}
    payload = ", ".join(f"{field.name} {DUCKDB_TYPES[field.kind]}" for field in PAYLOAD)
    columns = {**envelope, **dict.fromkeys(TIMES, "VARCHAR"), "payload": f"struct({payload})"}
    times = ", ".join(
        f"coalesce(try_cast({name} as timestamptz)::timestamp,"
        f" epoch_ms(try_cast({name} as bigint))) as {name}"
        for name in TIMES
    )
    return (
        f"(select * replace ({times})"
        f" from read_json({files}, format = 'newline_delimited', columns = {columns}))"
    )


def floor(landing: Path, out: Path) -> None:
    """Parsing alone: every field of every line gets its type, and nothing is kept."""
    duckdb.execute("set timezone = 'UTC'")
    duckdb.sql(f"select count(columns(*)) from {_read(landing)}").fetchall()


def ingestion(landing: Path, out: Path) -> None:
    """The first two steps of a night."""
    from ingestion.load import stage
    from ingestion.merge import merge
    from livehouse.settings import Home, Settings

    home, settings, now = Home(out / "home"), Settings(), datetime.now(UTC)
    stage(home, settings, landing, now)
    merge(home, settings, {}, now)


def duckdb_by_hand(landing: Path, out: Path) -> None:
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    connection.execute("set preserve_insertion_order = false")
    connection.execute(
        f"""
        create table events as
        select {", ".join(USED)}, payload.count as taps, payload.amount_minor as amount_minor
        from {_read(landing)}
        where live_id is not null
        """
    )
    for name, query in {
        "sessions": _sessions_sql("filter"),
        "funnel": _funnel_sql("filter"),
    }.items():
        connection.execute(f"copy ({query}) to '{out / name}.parquet' (format parquet)")


def _sessions_sql(dialect: str) -> str:
    counts = ", ".join(f"{_count(dialect, t)} as {name}" for name, t in COUNTED.items())
    enters = (
        "uniqExactIf(viewer_id, event_type = 'room_enter')"
        if dialect == "if"
        else "count(distinct viewer_id) filter (where event_type = 'room_enter')"
    )
    return f"""
        with lives as ({_LIVES})
        select
            events.live_id as live_id, {counts}, {enters} as viewers,
            coalesce(sum(taps), 0) as likes, coalesce(sum(amount_minor), 0) as gmv_minor
        from events inner join lives on events.live_id = lives.live_id
        where event_ts >= start_ts and event_ts <= end_ts
        group by events.live_id
    """


def _funnel_sql(dialect: str) -> str:
    return f"""
        with lives as ({_LIVES}),
        inside as (
            select events.* from events inner join lives on events.live_id = lives.live_id
            where event_ts >= start_ts and event_ts <= end_ts
                and event_type in ('impression', 'room_enter', 'product_click')
        ),
        entries as (
            select live_id as room, viewer_id as who, event_ts as since, channel as came_by
            from inside where event_type = 'room_enter'
        ),
        acts as (
            select live_id, channel, event_type from inside where event_type <> 'product_click'
            union all
            select live_id, coalesce(nullif(came_by, ''), 'unknown') as channel, event_type
            from (select * from inside where event_type = 'product_click') as clicks
            asof left join entries
                on clicks.live_id = entries.room and clicks.viewer_id = entries.who
                and clicks.event_ts >= entries.since
        )
        select
            live_id, channel, {_count(dialect, "impression")} as impressions,
            {_count(dialect, "room_enter")} as views,
            {_count(dialect, "product_click")} as product_clicks
        from acts
        group by live_id, channel
    """


_LIVES = """
    select
        live_id, min(case when event_type = 'live_start' then event_ts end) as start_ts,
        min(case when event_type = 'live_end' then event_ts end) as end_ts
    from events
    where event_type in ('live_start', 'live_end')
    group by live_id
"""


def _count(dialect: str, event_type: str) -> str:
    if dialect == "if":
        return f"countIf(event_type = '{event_type}')"
    return f"count(*) filter (where event_type = '{event_type}')"


def chdb(landing: Path, out: Path) -> None:
    from chdb.session import Session

    files = event_files(landing)
    folder = Path(files[0]).parents[1]
    session = Session()
    session.query(
        f"""
        create table events engine = Memory as
        select
            event_type, parseDateTime64BestEffort(event_ts, 6, 'UTC') as event_ts, live_id,
            viewer_id, channel, payload.1 as taps, payload.2 as amount_minor
        from file('{folder}/*/*', 'JSONEachRow',
            'event_type LowCardinality(String), event_ts String, live_id String, viewer_id String,
             channel LowCardinality(String),
             payload Tuple(count Nullable(Int64), amount_minor Nullable(Int64))')
        where live_id <> ''
        settings input_format_json_ignore_unknown_keys_in_named_tuple = 1,
            input_format_skip_unknown_fields = 1
        """
    )
    for name, query in {"sessions": _sessions_sql("if"), "funnel": _funnel_sql("if")}.items():
        session.query(f"{query} into outfile '{out / name}.parquet' truncate format Parquet")


def polars(landing: Path, out: Path) -> None:
    import polars as pl

    schema = {
        **dict.fromkeys(USED, pl.String),
        "payload": pl.Struct({"count": pl.Int64, "amount_minor": pl.Int64}),
    }
    events = (
        pl.scan_ndjson(event_files(landing), schema=schema)
        .filter(pl.col("live_id").is_not_null())
        .with_columns(
            pl.coalesce(
                pl.col("event_ts")
                .str.replace("Z", "+00:00", literal=True)
                .str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%z", time_unit="us", strict=False)
                .dt.convert_time_zone("UTC")
                .dt.replace_time_zone(None),
                pl.from_epoch(pl.col("event_ts").cast(pl.Int64, strict=False), time_unit="ms").cast(
                    pl.Datetime("us")
                ),
            ).alias("event_ts"),
            pl.col("payload").struct.field("count").alias("taps"),
            pl.col("payload").struct.field("amount_minor"),
        )
        .drop("payload")
        .collect()
    )
    is_a = {name: pl.col("event_type") == kind for name, kind in COUNTED.items()}
    lives = events.group_by("live_id").agg(
        pl.col("event_ts").filter(pl.col("event_type") == "live_start").min().alias("start_ts"),
        pl.col("event_ts").filter(pl.col("event_type") == "live_end").min().alias("end_ts"),
    )
    inside = events.join(lives, on="live_id").filter(
        pl.col("event_ts").is_between(pl.col("start_ts"), pl.col("end_ts"))
    )
    inside.group_by("live_id").agg(
        *(condition.sum().alias(name) for name, condition in is_a.items()),
        pl.col("viewer_id").filter(is_a["views"]).n_unique().alias("viewers"),
        pl.col("taps").sum().alias("likes"),
        pl.col("amount_minor").sum().alias("gmv_minor"),
    ).write_parquet(out / "sessions.parquet")
    entries = inside.filter(is_a["views"]).select(
        "live_id", "viewer_id", "event_ts", pl.col("channel").alias("came_by")
    )
    clicks = (
        inside.filter(is_a["product_clicks"])
        .sort("event_ts")
        .join_asof(entries.sort("event_ts"), on="event_ts", by=["live_id", "viewer_id"])
        .with_columns(pl.col("came_by").fill_null("unknown").alias("channel"))
    )
    keys = ["live_id", "channel", "event_type"]
    pl.concat(
        [inside.filter(is_a["impressions"] | is_a["views"]).select(keys), clicks.select(keys)]
    ).group_by("live_id", "channel").agg(
        *(is_a[name].sum().alias(name) for name in ("impressions", "views", "product_clicks"))
    ).write_parquet(out / "funnel.parquet")


def spark(landing: Path, out: Path) -> None:
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[*]")
        .config("spark.driver.memory", "4g")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    schema = (
        "event_type string, event_ts string, live_id string, viewer_id string, channel string,"
        " payload struct<count: bigint, amount_minor: bigint>"
    )
    session.read.schema(schema).json(event_files(landing)).where("live_id is not null").selectExpr(
        *(name for name in USED if name != "event_ts"),
        "coalesce(try_cast(event_ts as timestamp),"
        " timestamp_millis(try_cast(event_ts as bigint))) as event_ts",
        "payload.count as taps",
        "payload.amount_minor as amount_minor",
    ).cache().createOrReplaceTempView("events")
    funnel = f"""
        with lives as ({_LIVES}),
        inside as (
            select events.* from events inner join lives on events.live_id = lives.live_id
            where event_ts >= start_ts and event_ts <= end_ts
                and event_type in ('impression', 'room_enter', 'product_click')
        ),
        acts as (
            select live_id, event_type,
                case when event_type <> 'product_click' then channel else coalesce(
                    last_value(case when event_type = 'room_enter' then channel end, true) over (
                        partition by live_id, viewer_id order by event_ts
                        range between unbounded preceding and current row
                    ), 'unknown') end as channel
            from inside
        )
        select
            live_id, channel, {_count("filter", "impression")} as impressions,
            {_count("filter", "room_enter")} as views,
            {_count("filter", "product_click")} as product_clicks
        from acts
        group by live_id, channel
    """
    for name, query in {"sessions": _sessions_sql("filter"), "funnel": funnel}.items():
        session.sql(query).write.parquet(str(out / f"{name}.parquet"))


WORK: dict[str, Callable[[Path, Path], None]] = {
    work.__name__: work for work in (floor, ingestion, duckdb_by_hand, chdb, polars, spark)
}
PEERS = ("duckdb_by_hand", "chdb", "polars", "spark")


def facts(out: Path) -> dict[str, list[tuple[object, ...]]]:
    """What a peer wrote: all rows of both tables, the same way for all."""
    found = {}
    for name, columns in {
        "sessions": [*COUNTED, "viewers", "likes", "gmv_minor"],
        "funnel": ["impressions", "views", "product_clicks"],
    }.items():
        path = out / f"{name}.parquet"
        files = f"{path}/*.parquet" if path.is_dir() else str(path)
        keys = ["live_id"] if name == "sessions" else ["live_id", "channel"]
        texts = [f"cast({key} as varchar)" for key in keys]
        numbers = [f"cast({column} as bigint)" for column in columns]
        found[name] = duckdb.sql(
            f"select {', '.join(texts + numbers)} from read_parquet('{files}') order by all"
        ).fetchall()
    return found


if __name__ == "__main__":
    name, landing, out = sys.argv[1:]
    Path(out).mkdir(parents=True, exist_ok=True)
    WORK[name](Path(landing), Path(out))
