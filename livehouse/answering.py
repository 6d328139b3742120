"""The commands that answer about one LIVE from the current release: review, explain.

What belongs here: their arguments, finding the LIVE, printing text or JSON. What does not: what a
review says (review.py) and what stands behind a number (explain.py).
"""

from __future__ import annotations

import argparse
import dataclasses
import difflib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from livehouse.errors import LivehouseError, UsageError
from livehouse.settings import Home, landing_of
from livehouse.telling import printable

Add = Callable[[str, Any, str], argparse.ArgumentParser]
EXAMPLES_SHOWN = 5
NAMES_OFFERED = 3


def add_answers(add: Add) -> None:
    """Put the two commands into the parser."""
    review = add("review", _review, "the review of one LIVE, in plain words")
    explain = add("explain", _explain, "what stands behind one number of a LIVE")
    explain.add_argument("metric", metavar="METRIC", help="a metric of meta.metrics")
    explain.add_argument("--landing", help="folder of the dumps, to number the example lines")
    explain.add_argument(
        "--examples", type=int, default=EXAMPLES_SHOWN, metavar="N", help="lines to show"
    )
    for command in (review, explain):
        command.add_argument("--live", required=True, metavar="ID", help="its live_id")
        command.add_argument("--json", action="store_true", help="as JSON")


@contextmanager
def release_with(home: Home, live_id: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The current release, read-only, once it is sure that it has the LIVE.

    Raises UsageError naming near or the newest LIVEs, LivehouseError where there is no release or
    an older version of Livehouse made it.
    """
    from livehouse.status import reading

    file = home.current / "livehouse.duckdb"
    if not file.exists():
        raise LivehouseError(
            "There is no release yet.", where=str(home.root), remedy="`livehouse run` makes one."
        )
    with reading(file) as connection:
        try:
            lives = connection.execute(
                "select live_id from marts.live_sessions order by live_start_ts desc, live_id"
            ).fetchall()
            ids = [live for (live,) in lives]
            if live_id not in ids:
                raise UsageError(
                    f"The release has no LIVE {live_id!r}.",
                    where=str(file),
                    remedy=_offer(live_id, ids),
                )
            yield connection
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise LivehouseError(
                f"The release lacks what this command reads: {str(error).splitlines()[0]}",
                where=str(file),
                remedy="An older version made it: `livehouse run --full` publishes it anew.",
            ) from error


def rows(connection: duckdb.DuckDBPyConnection, sql: str, values: Any = None) -> list[Any]:
    """The rows of a query, each as a dict by column."""
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _offer(live_id: str, ids: list[str]) -> str:
    near = difflib.get_close_matches(live_id, ids, n=NAMES_OFFERED, cutoff=0.8)
    if near:
        return f"Near it: {', '.join(near)}."
    if not ids:
        return "It has no LIVE at all: look at `livehouse status`."
    return f"The newest are {', '.join(ids[:NAMES_OFFERED])}."


def _review(options: argparse.Namespace, home: Home) -> int:
    from livehouse.review import read_review, review_lines

    review = read_review(home, options.live)
    return _tell(options, review, review_lines(review))


def _explain(options: argparse.Namespace, home: Home) -> int:
    from livehouse.explain import explain, explanation_lines

    if options.examples < 0:
        raise UsageError("--examples is below 0.", remedy="Give 0 or more.")
    landing = Path(options.landing).resolve() if options.landing else landing_of(home)
    told = explain(home, options.metric, options.live, landing, options.examples)
    return _tell(options, told, explanation_lines(told))


def _tell(options: argparse.Namespace, told: Any, lines: Iterable[str]) -> int:
    if options.json:
        print(json.dumps(dataclasses.asdict(told), indent=1, default=str))
    else:
        # A title may hold anything, a line break too: what is printed is one line as meant.
        print("\n".join(printable(line.replace("\n", "\\n")) for line in lines))
    return 0
