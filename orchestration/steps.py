"""What every step shares: the shift it works on, how its errors are told, when to try again.

What belongs here: the frame around a step.
What does not: the steps themselves (assets.py, dbt_assets.py, gates.py).
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType

import dagster as dg

from livehouse.errors import LivehouseError
from livehouse.lock import home_lock
from livehouse.settings import default_home, landing_of, settings_from_environment
from orchestration.journal import Journal, Orders, Shift

WAREHOUSE_POOL = "warehouse"
RETRY_HICCUPS = dg.RetryPolicy(max_retries=2, delay=1.0, backoff=dg.Backoff.EXPONENTIAL)
HICCUPS = frozenset(
    {errno.EAGAIN, errno.EBUSY, errno.EINTR, errno.EIO, errno.ESTALE, errno.ETIMEDOUT}
)


@dg.resource(
    config_schema={
        "full": dg.Field(bool, default_value=False),
        "accept": dg.Field([str], default_value=[]),
    }
)
@contextmanager
def shift_from_environment(context: dg.InitResourceContext) -> Iterator[Shift]:
    """The shift of a run started from the Dagster UI, holding the home's lock while it lasts.

    `livehouse run` brings its own (night.py).
    """
    home = default_home()
    now = datetime.now(UTC)
    orders = Orders(
        home=home,
        landing=landing_of(home),
        settings=settings_from_environment(),
        now=now,
        full=context.resource_config["full"],
        accept=frozenset(context.resource_config["accept"]),
    )
    log = context.log
    with home_lock(home, now):
        yield Shift(orders, Journal(say=log.info if log else print))


class step:
    """A step's frame: the error is kept for the summary, and only hiccups are tried again.

    `with step(shift, "landing"): ...` - an error of the file system that may pass (busy, timed
    out) goes through to the asset's retry policy; any other ends the run at once.
    """

    def __init__(self, shift: Shift, name: str) -> None:
        self._journal, self._name = shift.journal, name

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        _: TracebackType | None,
    ) -> None:
        if error is None:
            return
        if not isinstance(error, Exception):
            self._journal.error = LivehouseError(
                f"The night was stopped from outside, in step {self._name}",
                remedy="Nothing was published, and the next run goes on.",
            )
            return
        self._journal.error, self._journal.error_step = error, self._name
        if isinstance(error, dg.Failure | dg.RetryRequested):
            return
        if isinstance(error, OSError) and error.errno in HICCUPS:
            return
        raise dg.Failure(description=str(error), allow_retries=False) from error


def forget_failure(shift: Shift) -> None:
    """After a second try that went well there is no error to tell."""
    shift.journal.error, shift.journal.error_step = None, ""
