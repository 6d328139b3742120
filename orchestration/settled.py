"""Whether the last release shows everything the warehouse holds: the reason to run or not to.

What belongs here: one marker file in the home.
What does not: looking for new files (ingestion.load.has_news).

The marker is taken away before a night touches the warehouse and comes back after its release is
published, so a night that failed, was interrupted or was judged leaves work for the next one.
It holds the fingerprint of the dbt project: changed models are something new as well.
The engine is not in it: each publishes the same file.
"""

from __future__ import annotations

from pathlib import Path

from livehouse.settings import Home
from orchestration.dbt_run import fingerprint


def marker(home: Home) -> Path:
    """The file that is there while nothing waits to be published."""
    return home.root / ".settled"


def is_settled(home: Home, project: Path) -> bool:
    """True where a release is out and neither data nor models changed since."""
    path = marker(home)
    return home.current.exists() and path.exists() and path.read_text() == fingerprint(project)


def unsettle(home: Home) -> None:
    """From now on there is something to publish."""
    marker(home).unlink(missing_ok=True)


def settle(home: Home, project: Path) -> None:
    """Everything is published."""
    marker(home).write_text(fingerprint(project))
