"""Does a night still fit between dusk and dawn, and will it next month?

Belongs here: the one check of a night's length. Does not: taking the time (livehouse/profile.py).

The trend is the slope of Theil and Sen, the median of the slopes between all pairs of nights
(Sen 1968), so that one `--full` night or a first load does not bend it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from statistics import median

import duckdb

from data_quality.check import Check
from livehouse.profile import NIGHT
from livehouse.settings import Settings

NIGHTS_OF_A_TREND = 7
NIGHTS_AHEAD = 30


def judge_pace(candidate: Path, seconds: float, settings: Settings) -> Check:
    """A warning where this night of `seconds`, or the trend of the nights in the candidate's
    meta.run_profile, does not fit into LIVEHOUSE_WINDOW_MINUTES.
    """
    with duckdb.connect(str(candidate), read_only=True) as connection:
        earlier = connection.execute(
            "select seconds from meta.run_profile where step = ? and name = 'seconds'"
            " order by release_id",
            [NIGHT],
        ).fetchall()
    return pace_of([*(night for (night,) in earlier), seconds], settings.window_minutes)


def pace_of(nights: Sequence[float], window_minutes: float) -> Check:
    """The check over the seconds of the nights, tonight's last."""
    window = window_minutes * 60
    observed = f"{nights[-1] / 60:.1f} minutes tonight"
    fits = nights[-1] <= window
    if len(nights) >= NIGHTS_OF_A_TREND:
        ahead = expected_seconds(nights, NIGHTS_AHEAD)
        observed += f", {ahead / 60:.1f} in {NIGHTS_AHEAD} nights at the trend of {len(nights)}"
        fits = fits and ahead <= window
    return Check(
        name="nights_fit_their_window",
        gate="candidate",
        table="meta.run_profile",
        metric="",
        severity="warning",
        passed=fits,
        expected=f"at most {window_minutes:g} minutes, tonight and in {NIGHTS_AHEAD} nights",
        observed=observed,
    )


def expected_seconds(nights: Sequence[float], ahead: int) -> float:
    """The length of the night that comes `ahead` nights after the last, by the trend."""
    numbered = list(enumerate(nights))
    slope = median((b - a) / (j - i) for (i, a), (j, b) in combinations(numbered, 2))
    level = median(seconds - slope * number for number, seconds in numbered)
    return level + slope * (len(nights) - 1 + ahead)
