"""The harness that kills nights: a short run, and the long one of `make test-long`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("kills", "fills"), [(10, 1), pytest.param(200, 20, marks=pytest.mark.long)]
)
def test_killed_nights_and_full_disks_harm_nobody(kills: int, fills: int) -> None:
    harness = Path(__file__).with_name("crashes.py")
    run = subprocess.run(
        [sys.executable, str(harness), "--kills", str(kills), "--fills", str(fills)],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    tallies = {tally["what"]: tally for tally in map(json.loads, run.stdout.splitlines())}
    assert set(tallies) == {"kills", "full disks", "read-only"}, run.stdout
    for tally in tallies.values():
        assert tally["problems"] == []
    assert tallies["kills"]["killed"] == kills
    assert tallies["kills"]["saw_first"] >= 1
    assert run.returncode == 0
