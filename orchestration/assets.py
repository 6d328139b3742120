"""The steps around dbt as assets: landing, raw, candidate, release.

What belongs here: calling the rooms in their order, and telling Dagster what came out.
What does not: any decision; ingestion, data_quality and publishing make them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import dagster as dg

from data_quality.check import Check
from ingestion.load import stage
from ingestion.merge import merge
from orchestration.journal import Shift
from orchestration.settled import settle, unsettle
from orchestration.steps import RETRY_HICCUPS, WAREHOUSE_POOL, forget_failure, step

if TYPE_CHECKING:
    from publishing.candidate import Candidate, Models

LANDING, RAW = dg.AssetKey("landing"), dg.AssetKey("raw")
CANDIDATE, RELEASE = dg.AssetKey("candidate"), dg.AssetKey("release")
PUBLISHED_ROOMS = frozenset({"facts", "marts", "meta"})

DELIVERY_CHECKS = (
    dg.AssetCheckSpec(
        "deliveries_are_whole_and_clean",
        asset=RAW,
        description="Gate 1. A file that is cut or has too many bad lines is held back.",
    ),
    dg.AssetCheckSpec(
        "deliveries_are_as_usual",
        asset=RAW,
        description="Gate 1. Freshness and volume; a warning never holds a file back.",
    ),
)


@dg.asset(
    key=LANDING,
    group_name="landing",
    kinds={"python", "duckdb"},
    pool=WAREHOUSE_POOL,
    retry_policy=RETRY_HICCUPS,
    description="Files that are new by their bytes, read into the schema `batch`.",
)
def landing(shift: dg.ResourceParam[Shift]) -> dg.MaterializeResult:  # type: ignore[type-arg]
    orders, journal = shift.orders, shift.journal
    with step(shift, "landing"), journal.profile.turns("load", "inspect") as turn:
        unsettle(orders.home)

        def report(text: str) -> None:
            if text.startswith("reading "):
                turn("read")
            journal.say(text)

        delivery = stage(
            orders.home,
            orders.settings,
            orders.landing,
            orders.now,
            orders.accept,
            report,
            orders.retry,
        )
    forget_failure(shift)
    journal.delivery = delivery
    return dg.MaterializeResult(
        metadata={
            "files": len(delivery.files),
            "lines": sum(file.lines for file in delivery.files),
            "rejected": sum(file.rejected for file in delivery.files),
        }
    )


@dg.asset(
    key=RAW,
    deps=[LANDING],
    group_name="raw",
    kinds={"python", "duckdb", "greatexpectations"},
    pool=WAREHOUSE_POOL,
    check_specs=DELIVERY_CHECKS,
    description="Every line of every file accounted for; files that gate 1 holds back stay out.",
)
def raw(shift: dg.ResourceParam[Shift]) -> dg.MaterializeResult:  # type: ignore[type-arg]
    from data_quality.deliveries import held_back, judge_deliveries

    orders, journal = shift.orders, shift.journal
    with step(shift, "raw"):
        with journal.profile.span("checks", "gate 1"):
            checks = judge_deliveries(orders.home, orders.settings, orders.now_utc)
        journal.delivery_checks = checks
        with journal.profile.span("load", "merge"):
            load = merge(orders.home, orders.settings, held_back(checks), orders.now)
        journal.load = load
        held = [file.path for file in load.files if file.state == "held"]
        journal.say(f"raw: {len(load.files) - len(held)} file(s) loaded, {len(held)} held back")
    return dg.MaterializeResult(
        metadata={
            "files": len(load.files),
            "held": held,
            "accepted": sum(file.accepted for file in load.files),
            "duplicates": sum(file.duplicates for file in load.files),
        },
        check_results=[
            verdict(DELIVERY_CHECKS[0], checks, "error"),
            verdict(DELIVERY_CHECKS[1], checks, "warning"),
        ],
    )


def verdict(spec: dg.AssetCheckSpec, checks: Iterable[Check], severity: str) -> dg.AssetCheckResult:
    """All checks of one severity as one Dagster check, with the failed ones listed."""
    ours = [check for check in checks if check.severity == severity]
    failed = [check for check in ours if not check.passed]
    return dg.AssetCheckResult(
        passed=not failed,
        asset_key=spec.asset_key,
        check_name=spec.name,
        severity=(
            dg.AssetCheckSeverity.ERROR if severity == "error" else dg.AssetCheckSeverity.WARN
        ),
        description="; ".join(f"not {check.name} in {check.table}" for check in failed[:5]) or None,
        metadata={
            "checks": len(ours),
            "failed": dg.MetadataValue.json([_shown(check) for check in failed]),
        },
    )


def _shown(check: Check) -> dict[str, Any]:
    return {
        "check": check.name,
        "table": check.table,
        "metric": check.metric,
        "expected": check.expected,
        "observed": check.observed,
        "examples": [{name: str(value) for name, value in row.items()} for row in check.examples],
    }


def candidate_from(keys: Iterable[dg.AssetKey], models: Models) -> dg.AssetsDefinition:
    """The candidate of a release, from every published model and what it says of itself."""
    published = sorted(key for key in keys if key.path[0] in PUBLISHED_ROOMS)

    @dg.asset(
        key=CANDIDATE,
        deps=published,
        group_name="published",
        kinds={"python", "duckdb"},
        pool=WAREHOUSE_POOL,
        description="The next release, built where nobody looks, for gate 2 to judge.",
    )
    def candidate(shift: dg.ResourceParam[Shift]) -> dg.MaterializeResult:  # type: ignore[type-arg]
        from publishing.candidate import build_candidate
        from publishing.release import new_release_id

        orders, journal = shift.orders, shift.journal
        with step(shift, "candidate"), journal.profile.span("candidate", "build"):
            journal.release_id = new_release_id(orders.home, orders.now_utc)
            journal.candidate = build_candidate(
                orders.home,
                journal.release_id,
                orders.now_utc,
                models,
                journal.goes_on_from,
                orders.settings.max_release_waste,
                orders.settings.memory_limit,
            )
            path = journal.candidate.path
            journal.say(f"candidate: {path.stat().st_size / 1e6:.1f} MB")
        return dg.MaterializeResult(
            metadata={"path": dg.MetadataValue.path(path), "bytes": path.stat().st_size}
        )

    return candidate


CANDIDATE_CHECKS = (
    dg.AssetCheckSpec(
        "candidate_keeps_every_promise",
        asset=CANDIDATE,
        blocking=True,
        description="Gate 2. Every hard rule; one that fails and the last good release stays.",
    ),
    dg.AssetCheckSpec(
        "candidate_is_as_usual",
        asset=CANDIDATE,
        description="Gate 2. Everything that is only worth a look.",
    ),
)


@dg.multi_asset_check(name="gate_2", specs=CANDIDATE_CHECKS, pool=WAREHOUSE_POOL)
def gate_2(shift: dg.ResourceParam[Shift]) -> Iterator[dg.AssetCheckResult]:
    from data_quality.candidate import Rebuilt, judge_candidate
    from data_quality.pace import judge_pace

    orders, journal = shift.orders, shift.journal
    with step(shift, "candidate"):
        candidate = _built(shift)
        rows = {".".join(table): by.rows("t") for table, by in candidate.rebuilt.items()}
        with journal.profile.span("checks", "gate 2"):
            checks = judge_candidate(
                candidate.path, Rebuilt(orders.home.warehouse, rows), orders.settings.memory_limit
            )
        pace = judge_pace(candidate.path, journal.profile.seconds, orders.settings)
        checks = (*checks, pace)
        journal.candidate_checks = checks
        failed = sum(not check.passed for check in checks)
        journal.say(f"checks: {len(checks) - failed} of {len(checks)} passed")
    yield verdict(CANDIDATE_CHECKS[0], checks, "error")
    yield verdict(CANDIDATE_CHECKS[1], checks, "warning")


@dg.asset(
    key=RELEASE,
    deps=[CANDIDATE],
    group_name="published",
    kinds={"python", "duckdb"},
    pool=WAREHOUSE_POOL,
    retry_policy=RETRY_HICCUPS,
    description="The judged candidate, swapped in for readers in one step.",
)
def release(shift: dg.ResourceParam[Shift]) -> dg.MaterializeResult:  # type: ignore[type-arg]
    from publishing.release import publish

    orders, journal = shift.orders, shift.journal
    with step(shift, "release"), journal.profile.span("publish", "publish"):
        _built(shift)
        if journal.candidate_checks is None:
            raise dg.Failure(
                "The candidate was not judged in this run. Start the job `nightly`.",
                allow_retries=False,
            )
        checks = (*journal.delivery_checks, *journal.candidate_checks)
        published = publish(
            orders.home,
            journal.release_id,
            checks,
            orders.settings.keep_releases,
            orders.now_utc,
            journal.profile.spans(),
        )
        settle(orders.home, orders.project)
        journal.say(f"release: {published.release_id}")
    forget_failure(shift)
    journal.release = published
    return dg.MaterializeResult(metadata={"release": published.release_id})


def _built(shift: Shift) -> Candidate:
    if shift.journal.candidate is None:
        raise dg.Failure(
            "The candidate was not built in this run. Start the job `nightly`.",
            allow_retries=False,
        )
    return shift.journal.candidate
