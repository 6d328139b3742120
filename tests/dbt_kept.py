"""What dbt kept in the first home of a test run: the project as parsed, code of templates, SQL.

What belongs here: handing it to the run's other homes. What does not: what the product makes of it,
which looks in each home whether it still fits, and makes anew what does not (test_dbt_quicker.py).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from livehouse.settings import Home
from orchestration.dbt_quicker import SQL, TEMPLATES

FOLDER = "TESTS_DBT_KEPT"
"""The variable that names a folder of this run, for all its processes (conftest.py)."""
FILES = ("manifest.json", "manifest.fingerprint", "partial_parse.msgpack", TEMPLATES, SQL)


@contextmanager
def dbt_kept(home: Home) -> Iterator[None]:
    """Work on the real models in a new home: it finds what an earlier one kept, or leaves it."""
    if FOLDER not in os.environ:  # no test run: questions_page.py
        yield
        return
    kept = Path(os.environ[FOLDER], "kept")
    if kept.exists() and not home.dbt_target.exists():
        shutil.copytree(kept, home.dbt_target)
    yield
    if not kept.exists() and all((home.dbt_target / name).exists() for name in FILES):
        beside = Path(tempfile.mkdtemp(dir=kept.parent))
        for name in FILES:
            shutil.copy(home.dbt_target / name, beside)
        # Of two processes at the same time, the first one's stays.
        with suppress(OSError):
            beside.rename(kept)
