"""The short run of the harness that kills nights; `make test-long` is the long one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def test_killed_nights_and_full_disks_harm_nobody() -> None:
    harness = Path(__file__).with_name("crashes.py")
    run = subprocess.run(
        [sys.executable, str(harness), "--kills", "10", "--fills", "2"],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    tallies = {tally["what"]: tally for tally in map(json.loads, run.stdout.splitlines())}
    assert set(tallies) == {"kills", "full disks", "read-only"}, run.stdout
    for tally in tallies.values():
        assert tally["problems"] == []
    # It did kill, and not always too late.
    assert tallies["kills"]["killed"] >= 8
    assert tallies["kills"]["saw_first"] >= 1
    assert run.returncode == 0
