"""What goes wrong on the way: copies, late events, broken lines, missing ends and leaves.

Belongs here: every planted fault, few enough to stay below the contract's reject threshold.
Does not belong here: the events as they happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import duckdb

from simulator.ids import DAY_US
from simulator.store import DumpFile

# One rejected row of each kind in a file: below ten, so that no file is ever held back.
_BAD_ROWS = {
    1: "event_id = null",
    2: "event_ts = 0",
    3: """payload = '{"count":"many"}'""",
}
REJECTED_ROWS_PER_FILE = len(_BAD_ROWS)
# Bytes that no event has; the blank line is not a reject.
BROKEN_LINES = (
    b'{"event_id":"1","event_type":"comment","event_ts":"2026-03-\n',
    b'{"event_id":"2","event_type":"like","payload":{"title":"\xff\xfe"}}\n',
    b"\n",
)
REJECTED_LINES_PER_JSON_FILE = REJECTED_ROWS_PER_FILE + 2


@dataclass(frozen=True)
class Faults:
    """How often each fault was planted."""

    exact_copies: int
    conflicting_copies: int
    late_events: int
    missing_leaves: int
    unknown_types: int
    rejected_rows: int
    live_ids_without_end: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def plant_faults(
    con: duckdb.DuckDBPyConnection, files: Sequence[DumpFile], *, seed: int, days: int
) -> Faults:
    """Change the table `events` in place; broken bytes are added when files are written."""
    ends = con.execute(
        f"""
        delete from events where event_type = 'live_end' and live_id in (
            select live_id from events where event_type = 'live_end'
            order by {_luck(seed, 1)}, live_id limit (
                select 1 + count(*) // 15 from events where event_type = 'live_end'
            )
        )
        returning live_id
        """
    ).fetchall()
    leaves = _changed(
        con, f"delete from events where event_type = 'room_leave' and {_luck(seed, 2)} < 30"
    )
    last = files[-1].number
    late = 0
    if days > 1:
        delay = (days - 1) * DAY_US
        late = _changed(
            con,
            f"""
            update events set
                file = {last}, received_ts = sort_ts + {delay}, sort_ts = sort_ts + {delay}
            where file < {last // days} and {_luck(seed, 3)} < 15
            """,
        )
    # A copy may land in a file that writes milliseconds, and has to say the same there.
    con.execute(
        f"""
        update events set
            event_ts = event_ts - event_ts % 1000, received_ts = received_ts - received_ts % 1000
        where {_luck(seed, 4)} < 6
        """
    )
    other = f"case when {_luck(seed, 5)} < 500 then least(file + 1, {last}) else file end"
    con.execute(
        f"""
        create temp table copies as
        select * replace ({other} as file), {_luck(seed, 4)} < 5 as is_exact
        from events where {_luck(seed, 4)} < 6
        """
    )
    # Of the conflicting copies every fourth claims to be the earlier one.
    con.execute(
        f"""
        update copies set
            event_ts = event_ts + 1000000,
            received_ts = coalesce(received_ts, sort_ts - sort_ts % 1000)
                + case when {_luck(seed, 6)} < 250 then -1000 else 3000000 end
        where not is_exact
        """
    )
    con.execute("insert into events select * exclude (is_exact) from copies")
    exact, conflicting = con.execute(
        "select count(*) filter (is_exact), count(*) filter (not is_exact) from copies"
    ).fetchall()[0]
    rejected, unknown = _add_bad_rows(con)
    return Faults(
        exact_copies=exact,
        conflicting_copies=conflicting,
        late_events=late,
        missing_leaves=leaves,
        unknown_types=unknown,
        rejected_rows=rejected,
        live_ids_without_end=tuple(sorted(str(row[0]) for row in ends)),
    )


def _luck(seed: int, salt: int) -> str:
    """A number from 0 to 999 that depends on the event, the seed and `salt` alone."""
    return f"((event_id % 1000003) * 7919 + {(seed * 31 + salt) * 104729 % 1000003}) % 10007 % 1000"


def _changed(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    return int(con.execute(sql).fetchall()[0][0])


def _add_bad_rows(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Further events, made from likes of the same file, that a loader must reject or not know."""
    con.execute(
        """
        create temp table bad as
        select * replace (event_id - (1000::bigint << 32) as event_id) from (
            select *, row_number() over (partition by file order by event_id % 1009, event_id)
                as turn
            from (select distinct * from events where event_type = 'like')
        )
        where turn <= 4
        """
    )
    for turn, change in _BAD_ROWS.items():
        con.execute(f"update bad set {change} where turn = {turn}")
    con.execute("update bad set event_type = 'reaction' where turn = 4")
    con.execute("insert into events select * exclude (turn) from bad")
    rejected, unknown = con.execute(
        "select count(*) filter (turn < 4), count(*) filter (turn = 4) from bad"
    ).fetchall()[0]
    return rejected, unknown
