"""The command line as its users meet it: exit codes, errors in one paragraph, a real night."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import FirstNight
from small_project import write_dump

from livehouse.cli import main
from livehouse.lock import home_lock, reader_lock
from livehouse.settings import PROJECT_ROOT, Home

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def livehouse(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "livehouse.cli", *arguments],
        cwd=PROJECT_ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def is_one_paragraph(text: str) -> bool:
    return text.startswith("livehouse: ") and "Traceback" not in text and text.count("\n") == 1


def test_a_night_publishes_and_stdout_is_json_alone(
    first_night: FirstNight,
) -> None:
    home, told = first_night.home.root, first_night.told
    assert (first_night.code, told["outcome"]) == (0, "published"), (told["message"], first_night)
    assert told["exit_code"] == 0
    assert told["checks_failed"] == 0
    assert told["models"] > 10
    for file in told["files"]:
        assert file["lines"] == sum(
            file[column] for column in ("accepted", "duplicates", "rejected", "blank")
        )
    with duckdb.connect(told["release_path"], read_only=True) as reader:
        lives = reader.execute("select count(*) from facts.fct_live_session").fetchall()
    assert lives == [(told["live_sessions"],)]
    assert Path(told["log"]).parent == home / "logs"
    assert "dbt" in Path(told["log"]).read_text()


def test_the_next_run_has_nothing_to_do_and_is_quick(
    first_night: FirstNight,
) -> None:
    start = time.perf_counter()
    run = livehouse("run", "--home", str(first_night.home.root))
    assert run.returncode == 0
    assert run.stdout.startswith("Nothing new.")
    assert time.perf_counter() - start < 2


def test_status_tells_the_release_and_the_loads(
    first_night: FirstNight, capsys: pytest.CaptureFixture[str]
) -> None:
    home = first_night.home.root
    assert main(["status", "--home", str(home), "--json"]) == 0
    status: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert status["release_id"] == first_night.told["release_id"]
    assert status["last_loads"]
    assert status["held"] == []
    assert main(["status", "--home", str(home)]) == 0
    assert status["release_id"] in capsys.readouterr().out


def test_releases_and_rollback(first_night: FirstNight, capsys: pytest.CaptureFixture[str]) -> None:
    home, release_id = first_night.home.root, first_night.told["release_id"]
    assert main(["releases", "--home", str(home)]) == 0
    assert release_id in capsys.readouterr().out
    assert main(["rollback", "--home", str(home)]) == 2  # there is none before the first
    assert is_one_paragraph(capsys.readouterr().err)
    assert main(["rollback", release_id, "--home", str(home)]) == 0
    assert release_id in capsys.readouterr().out


def test_rejects_name_file_line_and_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from datetime import UTC, datetime

    from ingestion.load import stage
    from ingestion.merge import merge
    from livehouse.settings import Settings

    home = Home(tmp_path / "home")
    write_dump(home.default_landing, "a.jsonl", {"live-1": 2}, bad=1)
    now = datetime(2026, 3, 2, tzinfo=UTC)
    stage(home, Settings(), home.default_landing, now)
    merge(home, Settings(), {}, now)
    for arguments in ([], ["--file", "a.jsonl"], ["--file", "events/2026-03-01/a.jsonl"]):
        assert main(["rejects", "--home", str(home.root), *arguments]) == 0
        assert capsys.readouterr().out == ("events/2026-03-01/a.jsonl:3: malformed_json: {broken\n")
    assert main(["rejects", "--home", str(home.root), "--file", "b.jsonl"]) == 2
    assert "b.jsonl" in capsys.readouterr().err


def test_a_home_without_anything_has_a_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--home", str(tmp_path)]) == 0
    assert "none yet" in capsys.readouterr().out
    assert main(["releases", "--home", str(tmp_path)]) == 0
    assert main(["rejects", "--home", str(tmp_path)]) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["run", "--target", "abacus"],
        ["simulate", "--days", "0"],
        ["simulate", "--start", "yesterday"],
    ],
)
def test_wrong_usage_is_exit_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_a_wrong_setting_is_exit_2(tmp_path: Path) -> None:
    run = livehouse("run", "--home", str(tmp_path), LIVEHOUSE_THREADS="many")
    assert run.returncode == 2
    assert is_one_paragraph(run.stderr)
    assert "LIVEHOUSE_THREADS" in run.stderr


def test_light_commands_import_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys; from livehouse.cli import main;"
        f"main(['status', '--home', {str(tmp_path)!r}]);"
        "heavy = {'dagster', 'dbt', 'great_expectations', 'numpy'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=PROJECT_ROOT)


def test_a_landing_folder_that_cannot_be_used_is_exit_1(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    for landing in ("missing", "file"):
        run = livehouse(
            "run", "--home", str(tmp_path / "home"), "--landing", str(tmp_path / landing)
        )
        assert run.returncode == 1
        assert is_one_paragraph(run.stderr)
        assert str(tmp_path / landing) in run.stderr
    assert "Traceback" in next((tmp_path / "home" / "logs").iterdir()).read_text()


def test_a_home_that_cannot_be_written_is_exit_1(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    # A file in the way, and a file system that refuses even root.
    for home in (tmp_path / "file", tmp_path / "file" / "home", Path("/proc/livehouse")):
        for command in (["run"], ["simulate", "--days", "1", "--events-per-day", "1000"]):
            run = livehouse(*command, "--home", str(home))
            assert run.returncode == 1, (home, command)
            assert is_one_paragraph(run.stderr), run.stderr


LIMITED = (
    "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}));"
    "from livehouse.cli import main; sys.exit(main(sys.argv[1:]))"
)


def run_with_files_up_to(size_bytes: int, home: Home) -> subprocess.CompletedProcess[str]:
    """A night whose files the kernel lets not grow any further (root ignores permissions)."""
    return subprocess.run(
        [sys.executable, "-c", LIMITED.format(size_bytes), "run", "--home", str(home.root)],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_full_disk_is_exit_1(tmp_path: Path) -> None:
    """A file system of 300 kB; where none may be mounted, files that may not grow."""
    home = Home(tmp_path / "home")
    landing = tmp_path / "landing"
    home.root.mkdir()
    write_dump(landing, "a.jsonl", {"live-1": 1})
    mounted = (
        "mount -t tmpfs -o size=300k tmpfs {0}"
        " && exec {1} -m livehouse.cli run --home {0} --landing {2}"
    )
    run = subprocess.run(
        ["unshare", "--mount", "sh", "-c", mounted.format(home.root, sys.executable, landing)],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if not run.stderr.startswith("livehouse: "):
        write_dump(home.default_landing, "a.jsonl", {"live-1": 1})
        run = run_with_files_up_to(200_000, home)
    assert run.returncode == 1, run.stdout
    assert is_one_paragraph(run.stderr), run.stderr
    assert "The disk is full" in run.stderr or "may not grow" in run.stderr


def test_two_runs_at_the_same_time(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    home = Home(tmp_path)
    with home_lock(home, datetime(2026, 3, 2, 1, 2, 3, tzinfo=UTC)):
        run = livehouse("run", "--home", str(tmp_path))
    assert run.returncode == 1
    assert is_one_paragraph(run.stderr)
    assert f"already running since 2026-03-02 01:02:03 UTC (pid {os.getpid()})" in run.stderr


def test_the_lock_of_a_process_that_is_gone_is_free(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.lock.write_text("1 2026-03-02 01:02:03 UTC\n")
    assert livehouse("run", "--home", str(tmp_path)).returncode == 0


def test_output_that_nobody_reads_to_its_end_is_no_error(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as closed:
        run = subprocess.run(
            [sys.executable, "-m", "livehouse.cli", "status", "--home", str(tmp_path)],
            cwd=PROJECT_ROOT,
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (run.returncode, run.stderr) == (0, "")


def test_a_reader_of_the_warehouse_delays_a_night_and_never_fails_it(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with home_lock(home, NOW), reader_lock(home) as is_free:
        assert not is_free
    with reader_lock(home) as is_free:
        assert is_free
        started = threading.Event()

        def night() -> None:
            with home_lock(home, NOW):
                started.set()

        thread = threading.Thread(target=night)
        thread.start()
        assert not started.wait(0.2)
    thread.join(10)
    assert started.is_set()


def test_accepting_a_file_that_is_not_there_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    landing = tmp_path / "landing"
    landing.mkdir()
    arguments = ["run", "--home", str(tmp_path / "home"), "--landing", str(landing)]
    assert main([*arguments, "--accept", "nowhere.jsonl"]) == 2
    assert "nowhere.jsonl" in capsys.readouterr().err
