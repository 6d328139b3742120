"""Kills nights, fills the disk below them, and looks at what is left: for readers, and to go on.

What belongs here: the harness. `python tests/crashes.py --kills 200` is the long run, and
tests/test_crashes.py the short one. Everything but the models is real: Dagster, dbt, DuckDB, the
gates and the publishing; the dbt project is the small one, so that a night takes a second.

A night runs in a fork of this process, which has imported all that a night does and opened
nothing, so that it is the night that is killed and not its imports. It is killed by itself just
before its n-th change in the file system, or by us after a random time. Then the release must be
one of the two that may be seen, whole, and the next night must end where an undisturbed one ends,
in raw and in the release.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import importlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import zstandard
from small_project import write_dump, write_project

from data_quality.gx import _great_expectations
from livehouse.settings import Home, Settings
from orchestration.dbt_run import quick_imports
from orchestration.night import run_night

FIRST, SECOND = (datetime(2026, 3, day, 12, tzinfo=UTC) for day in (2, 3))
PUBLISHED, HELD_BACK, FAILED = 0, 4, 1
# What a night changes in the file system, as Python's audit events name it.
CHANGES = frozenset(
    {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.symlink", "os.chmod", "os.truncate"}
)
MEGABYTE = 1024 * 1024
Content = dict[str, list[tuple[Any, ...]]]


@dataclass
class Tally:
    """What happened in how many trials; `problems` is empty where all is well."""

    trials: int = 0
    killed: int = 0
    saw_first: int = 0
    saw_second: int = 0
    out_of_room: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Stage:
    """A folder with a home, its landing folder and the small dbt project."""

    folder: Path

    @property
    def home(self) -> Home:
        return Home(self.folder / "home")

    @property
    def landing(self) -> Path:
        return self.folder / "landing"

    def copy_to(self, folder: Path) -> Stage:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        subprocess.run(["cp", "-a", "--reflink=auto", f"{self.folder}/.", str(folder)], check=True)
        return Stage(folder)


def night(stage: Stage, now: datetime) -> int:
    """One night in this process; its exit code. The project lies where it was first parsed."""
    project = Path((stage.folder / "project.path").read_text())
    settings = Settings(threads=2, memory_limit="1GB")
    return run_night(stage.home, stage.landing, settings, now, project=project).exit_code


def forked(work: Callable[[], int]) -> int:
    """The pid of a child that does `work` and ends with its result as exit code."""
    assert threading.active_count() == 1, "a fork of a process with threads may hang"
    pid = os.fork()
    if pid:
        return pid
    code = 99
    try:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        code = work()
    except BaseException as error:  # noqa: BLE001 - told to the parent by the exit code
        with contextlib.suppress(OSError):
            Path(tempfile.gettempdir(), f"crash-{os.getpid()}.txt").write_text(repr(error))
    finally:
        os._exit(code)


def result_of(pid: int) -> int:
    """The exit code of a child, or minus the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def die_before_change(root: Path, number: int) -> Callable[[], int]:
    """From now on this process kills itself before its n-th change below `root`.

    The returned function tells how many changes there were.
    """
    seen = 0
    prefix = str(root)

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        is_write = (
            event == "open" and isinstance(arguments[1], str) and set("wax+") & set(arguments[1])
        )
        if event not in CHANGES and not is_write:
            return
        if any(str(argument).startswith(prefix) for argument in arguments[:2]):
            if seen == number:
                os.kill(os.getpid(), signal.SIGKILL)
            seen += 1

    sys.addaudithook(watch)
    return lambda: seen


def content(stage: Stage) -> Content:
    """Every row that readers see, and where it may differ between nights, without its time."""
    release = stage.home.current / "livehouse.duckdb"
    if not release.exists():
        return {}
    with duckdb.connect(str(release), read_only=True) as reader:
        tables = reader.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_schema in ('facts', 'marts') or table_name in ('loads', 'metrics')"
        ).fetchall()
        return {f"{room}.{table}": _rows(reader, f"{room}.{table}") for room, table in tables}


def raw_content(stage: Stage) -> Content:
    """Every row of raw."""
    with duckdb.connect(str(stage.home.warehouse), read_only=True) as reader:
        tables = reader.execute(
            "select table_name from information_schema.tables where table_schema = 'raw'"
            " and table_name <> 'seen'"
        ).fetchall()
        return {table: _rows(reader, f"raw.{table}") for (table,) in tables}


def _rows(reader: duckdb.DuckDBPyConnection, table: str) -> list[tuple[Any, ...]]:
    columns = [
        name
        for (name, *_) in reader.execute(f"describe {table}").fetchall()
        if name not in ("loaded_at", "first_seen_at", "build_id")
    ]
    names = ", ".join(f'"{name}"' for name in columns)
    return sorted(reader.execute(f"select {names} from {table}").fetchall(), key=repr)


def prepare(folder: Path) -> Stage:
    """A home after its first night, with a second delivery waiting that has a bit of everything."""
    stage = Stage(folder)
    folder.mkdir(parents=True, exist_ok=True)
    project = write_project(folder / "project")
    (folder / "project.path").write_text(str(project))
    write_dump(stage.landing, "a.jsonl", {"live-1": 300, "live-2": 50})
    modules = folder / "modules"

    def first() -> int:
        code = night(stage, FIRST)
        modules.write_text("\n".join(sys.modules))
        return code

    assert result_of(forked(first)) == PUBLISHED
    import_all(modules.read_text().split())
    # a late one, one that brings known events again beside new ones, a packed one with bad lines,
    # one that must be held back
    write_dump(stage.landing, "late.jsonl", {"live-1": 400})
    write_dump(stage.landing, "new.jsonl", {"live-2": 60, "live-3": 500}, day="2026-03-02")
    packed = write_dump(stage.landing, "bad.jsonl", {"live-3": 700}, day="2026-03-02", bad=5)
    packed.with_name("bad.jsonl.zst").write_bytes(
        zstandard.ZstdCompressor().compress(packed.read_bytes())
    )
    packed.unlink()
    held = write_dump(stage.landing, "held.jsonl", {"live-1": 900}, bad=200)
    assert held.exists()
    return stage


def import_all(names: list[str]) -> None:
    """Once, before the forks, instead of in each of them."""
    with quick_imports():
        _great_expectations()
        for name in names:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    gc.freeze()


@dataclass(frozen=True)
class Reference:
    """What an undisturbed second night leaves, how long it takes, how many changes it makes."""

    before: Content
    after: Content
    raw: Content
    seconds: float
    changes: int


def undisturbed(base: Stage, folder: Path) -> Reference:
    stage = base.copy_to(folder)

    def counted() -> int:
        changes = die_before_change(stage.folder, -1)
        code = night(stage, SECOND)
        (stage.folder / "changes").write_text(str(changes()))
        return code

    start = time.monotonic()
    assert result_of(forked(counted)) == HELD_BACK
    seconds = time.monotonic() - start
    return Reference(
        before=content(base),
        after=content(stage),
        raw=raw_content(stage),
        seconds=seconds,
        changes=int((stage.folder / "changes").read_text()),
    )


def kill(base: Stage, wanted: Reference, kills: int, seed: int, work: Path) -> Tally:
    """Kill `kills` second nights, about half of them at a step and half at a random instant.

    A night that had ended by then is looked at too, and another one is killed in its place.
    """
    rng = random.Random(seed)
    tally = Tally()
    while tally.killed < kills and tally.trials < 2 * kills:
        trial = tally.trials
        stage = base.copy_to(work / "trial")
        if trial % 2:
            number = rng.randrange(wanted.changes)
            what = f"before change {number}"

            def dying(stage: Stage = stage, number: int = number) -> int:
                die_before_change(stage.folder, number)
                return night(stage, SECOND)

            pid = forked(dying)
        else:
            delay = rng.uniform(0.02, 1.05) * wanted.seconds
            what = f"after {delay:.3f} s"
            pid = forked(lambda stage=stage: night(stage, SECOND))
            time.sleep(delay)
            os.kill(pid, signal.SIGKILL)
        code = result_of(pid)
        tally.trials += 1
        tally.killed += code == -signal.SIGKILL
        _look(stage, wanted, f"trial {trial}, killed {what}", tally)
    return tally


def fill(base: Stage, wanted: Reference, trials: int, seed: int, work: Path) -> Tally:
    """Nights on a file system with too little room, then one with enough.

    Needs the right to mount: see own_mounts().
    """
    rng = random.Random(seed)
    tally = Tally()
    disk = work / "disk"
    for trial in range(trials):
        disk.mkdir(parents=True, exist_ok=True)
        _mount("-t", "tmpfs", "-o", "size=64m", "none", str(disk))
        try:
            stage = base.copy_to(disk / "stage")
            used = shutil.disk_usage(disk).used
            room = int(rng.uniform(0, 1.2) * 6 * MEGABYTE)
            _mount("-o", f"remount,size={used + room}", str(disk))
            code = result_of(forked(lambda stage=stage: night(stage, SECOND)))
            tally.trials += 1
            tally.out_of_room += code == FAILED
            if code not in (FAILED, HELD_BACK):
                tally.problems.append(f"trial {trial}, {room:,} bytes free: exit code {code}")
            _mount("-o", "remount,size=64m", str(disk))
            _look(stage, wanted, f"trial {trial}, {room:,} bytes free", tally)
        finally:
            subprocess.run(["umount", str(disk)], check=True)
    return tally


def forbid(base: Stage, wanted: Reference, work: Path) -> Tally:
    """A night whose published folder is read-only, then one whose is not."""
    tally = Tally(trials=1)
    stage = base.copy_to(work / "trial")
    published = str(stage.home.published)
    _mount("--bind", published, published)
    _mount("-o", "remount,bind,ro", published)
    try:
        code = result_of(forked(lambda: night(stage, SECOND)))
    finally:
        subprocess.run(["umount", published], check=True)
    if code != FAILED:
        tally.problems.append(f"a read-only published folder: exit code {code}")
    _look(stage, wanted, "a read-only published folder", tally)
    return tally


def _look(stage: Stage, wanted: Reference, what: str, tally: Tally) -> None:
    """Is what readers see now whole, and does the next night end as an undisturbed one does?"""
    seen = content(stage)
    if seen == wanted.before:
        tally.saw_first += 1
    elif seen == wanted.after:
        tally.saw_second += 1
    else:
        tally.problems.append(f"{what}: readers see neither release whole")
    code = result_of(forked(lambda: night(stage, SECOND + timedelta(hours=1))))
    if code not in (PUBLISHED, HELD_BACK):
        tally.problems.append(f"{what}: the next night ends with {code}")
    if content(stage) != wanted.after:
        tally.problems.append(f"{what}: the next night publishes something else")
    if raw_content(stage) != wanted.raw:
        tally.problems.append(f"{what}: the next night leaves another raw")
    left = sorted(path.name for path in (stage.home.spool, stage.home.candidate) if path.exists())
    if left:
        tally.problems.append(f"{what}: the next night leaves {', '.join(left)}")


def own_mounts() -> None:
    """Start this program again with file systems of its own, as an ordinary user too."""
    if os.environ.get("OWN_MOUNTS") is None:
        os.environ["OWN_MOUNTS"] = "1"
        unshare = ["unshare", "--user", "--map-root-user", "--mount"]
        os.execvp("unshare", [*unshare, sys.executable, *sys.argv])


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


@contextlib.contextmanager
def workplace() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="livehouse-crashes-") as folder:
        yield Path(folder)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=200, metavar="N")
    parser.add_argument("--fills", type=int, default=20, metavar="N", help="full disks")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    own_mounts()
    with workplace() as work:
        base = prepare(work / "base")
        wanted = undisturbed(base, work / "undisturbed")
        tallies = {
            "kills": kill(base, wanted, options.kills, options.seed, work),
            "full disks": fill(base, wanted, options.fills, options.seed, work),
            "read-only": forbid(base, wanted, work),
        }
    for name, tally in tallies.items():
        print(json.dumps({"what": name, **vars(tally)}))
    return 1 if any(tally.problems for tally in tallies.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
