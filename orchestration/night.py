"""One night in this process: the same job that the Dagster UI runs, without its overhead.

What belongs here: whether there is anything to do, running the job, and the summary.
What does not: the steps (assets.py), and showing the summary (livehouse/summary.py).

Dagster and dbt take three seconds to import, so they are imported only where there is work.
"""

from __future__ import annotations

import gc
import logging
import warnings
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from livehouse.errors import LivehouseError
from livehouse.lock import home_lock
from livehouse.settings import DBT_PROJECT_DIR, Home, Settings
from livehouse.telling import os_paragraph, paragraph
from orchestration.dbt_run import prepare_manifest, quick_imports
from orchestration.journal import (
    CheckReport,
    DbtNode,
    Engine,
    FileReport,
    Journal,
    NewNameReport,
    Night,
    Orders,
    Outcome,
    Shift,
)
from orchestration.settled import is_settled

if TYPE_CHECKING:
    import dagster as dg

    from data_quality.check import Check

log = logging.getLogger("livehouse.night")


def run_night(
    home: Home,
    landing: Path,
    settings: Settings,
    now: datetime,
    *,
    full: bool = False,
    accept: Iterable[str] = (),
    project: Path = DBT_PROJECT_DIR,
    engine: Engine = "duckdb",
    say: Callable[[str], None] = lambda _: None,
) -> Night:
    """Load what is new, build, judge, publish; `now` is aware and in UTC.

    Raises LivehouseError where the night cannot start: another one runs, the home or the landing
    folder cannot be used, or the engine is not installed. What goes wrong later is told by the
    outcome.
    """
    orders = Orders(home, landing, settings, now, full, frozenset(accept), project, engine)
    _check_orders(orders)
    with home_lock(home, now):
        return night_in_hand(orders, say)


def night_in_hand(orders: Orders, say: Callable[[str], None]) -> Night:
    """A night of somebody who holds the home's lock already."""
    journal = Journal(say=say)
    with journal.profile.span("start", "look for new files"):
        nothing = _nothing_to_do(orders)
    if nothing:
        return Night("nothing_new", journal.profile.seconds, nothing)
    with journal.profile.watching(orders.home):
        problem = _execute(Shift(orders, journal))
    return summarise(orders, journal, problem, journal.profile.seconds)


def _check_orders(orders: Orders) -> None:
    """Raise LivehouseError for what cannot be carried out, before anything is touched."""
    from ingestion.load import check_accept

    check_accept(orders.landing, orders.accept)
    if orders.engine == "spark":
        from orchestration.spark import require_spark

        require_spark()


def _nothing_to_do(orders: Orders) -> str:
    """Why this night may end at once; empty where there is work."""
    from ingestion.load import has_news

    if has_news(orders.home, orders.settings, orders.landing) or orders.accept or orders.retry:
        return ""
    if not orders.home.warehouse.exists():
        return "No file was ever loaded, and the landing folder holds none."
    if orders.full or not is_settled(orders.home, orders.project):
        return ""
    return "No new file since the last release."


def _execute(shift: Shift) -> str:
    """Run the job; what went wrong where no step told it, else nothing."""
    orders, profile = shift.orders, shift.journal.profile
    with profile.span("start", "imports"), quick_imports():
        from orchestration.definitions import JOB, LOG, graph
    # What a night makes is gone with its process; searching it again and again for garbage took a
    # tenth of its time.
    gc.set_threshold(500_000, 50, 100)
    warnings.filterwarnings("ignore", module="dagster")
    # On a pandas that nobody here asks it to use.
    warnings.filterwarnings("ignore", category=FutureWarning, module="pyspark")
    shift.journal.say("models: looking for changes in the dbt project")
    with profile.span("start", "dbt project"):
        path, manifest = prepare_manifest(
            orders.home, orders.settings, orders.dbt_target, orders.project, orders.engine
        )
    with profile.span("start", "asset graph"):
        job = graph(orders.settings, path, manifest=manifest).resolve_job_def(JOB)
    with instance_of(orders.home) as instance:
        result = job.execute_in_process(
            run_config={"loggers": {LOG: {}}},
            instance=instance,
            raise_on_error=False,
            resources={"shift": shift},
        )
    return "" if result.success else _first_problem(result)


def instance_of(home: Home) -> dg.DagsterInstance:
    """The home's Dagster instance where the UI was used (`make dev`), so that it shows this run;
    else one in memory, which is quicker.
    """
    import dagster as dg

    if (home.dagster / "dagster.yaml").exists():
        return dg.DagsterInstance.from_config(str(home.dagster))
    instance = dg.DagsterInstance.ephemeral()
    # Nobody can look into it, and its SQLite takes seconds: the run's own result and the journal
    # hold what happened.
    storage: Any = instance.event_log_storage
    storage.store_event = lambda event: None
    storage.get_asset_records = lambda asset_keys=None: []
    storage._get_event_records = lambda *query, **options: []
    return instance


def _first_problem(result: dg.ExecuteInProcessResult) -> str:
    for event in result.all_events:
        if event.is_step_failure and event.step_failure_data.error:
            error: Any = event.step_failure_data.error
            log.error("step %s failed:\n%s", event.step_key, error.to_string())
            while error.cause:
                error = error.cause
            return f"step {event.step_key}: {error.message.strip()}"
    return "Dagster ended the run without naming a step."


def summarise(orders: Orders, journal: Journal, problem: str, seconds: float) -> Night:
    """The night from what its steps left; `problem` is empty where every step succeeded."""
    tests = [node for node in journal.nodes if node.kind == "test"]
    checks = (
        *(_report(check, "delivery") for check in journal.delivery_checks),
        *(_report_of_test(test) for test in tests),
        *(_report(check, "candidate") for check in journal.candidate_checks or ()),
    )
    files = tuple(
        FileReport(
            path=file.path,
            state=file.state,
            lines=file.lines,
            accepted=file.accepted,
            duplicates=file.duplicates,
            rejected=file.rejected,
            blank=file.blank,
            erased=file.erased,
            held_reason=file.held_reason or "",
        )
        for file in (journal.load.files if journal.load else ())
    )
    outcome, message = _outcome(journal, problem)
    return Night(
        outcome=outcome,
        seconds=seconds,
        message=message,
        release_id=journal.release.release_id if journal.release else "",
        release_path=_open_path(orders.home) if journal.release else "",
        live_sessions=_live_sessions(journal.release.file) if journal.release else None,
        lives_rebuilt=journal.lives_rebuilt,
        models=sum(node.kind != "test" and node.state == "passed" for node in journal.nodes),
        files=files,
        checks=checks,
        new_names=tuple(
            NewNameReport(new.kind, new.name, new.lines, new.files, new.path)
            for new in (journal.load.new_names if journal.load else ())
        ),
        profile=journal.profile.spans(),
    )


def _open_path(home: Home) -> str:
    """The path that readers open; it stays the same from release to release."""
    return str(home.current / "livehouse.duckdb")


def _live_sessions(release: Path) -> int | None:
    import duckdb

    with duckdb.connect(str(release), read_only=True) as connection:
        row = connection.execute("select count(*) from facts.fct_live_session").fetchone()
    return int(row[0]) if row else None


def _outcome(journal: Journal, problem: str) -> tuple[Outcome, str]:
    if journal.release is not None:
        held = (
            [file.path for file in journal.load.files if file.state == "held"]
            if (journal.load)
            else []
        )
        if held:
            return "published_with_held", f"Held back: {', '.join(held)}."
        return "published", ""
    error = journal.error
    broken = [node.name for node in journal.nodes if node.kind != "test" and node.state == "failed"]
    failed = [node.name for node in journal.nodes if node.kind == "test" and node.state == "failed"]
    failed += [
        f"{check.table}: {check.name}"
        for check in journal.candidate_checks or ()
        if check.severity == "error" and not check.passed
    ]
    if failed and not broken:
        return "judged", f"The last good release stays. Failed: {', '.join(failed)}."
    if isinstance(error, LivehouseError):
        return "failed", paragraph(error)
    if isinstance(error, OSError):
        return "failed", os_paragraph(error)
    unforeseen = LivehouseError(
        f"The night failed in {problem or journal.error_step}",
        remedy="The log has the details; nothing was published, and the next run goes on.",
    )
    return "failed", paragraph(unforeseen)


def _report_of_test(test: DbtNode) -> CheckReport:
    observed = test.message if test.failures is None else f"{test.failures:,} failing rows"
    return CheckReport(test.name, "dbt", test.table, test.state, "no failing row", observed)


def _report(check: Check, net: str) -> CheckReport:
    state = "passed" if check.passed else "failed" if check.severity == "error" else "warned"
    return CheckReport(
        name=check.name,
        net=net,
        table=".".join(part for part in (check.table, check.metric) if part),
        state=state,  # type: ignore[arg-type]
        expected=check.expected,
        observed=check.observed,
        examples=check.examples,
    )
