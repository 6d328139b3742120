"""A night rebuilds what changed, and its tables are those of a night that rebuilds everything.

LIVEs typed by hand, one home, one night after the other with the real models. What it says of any
order of files and nights: test_order_independence.py.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from typed_nights import SETTINGS, Nights

from ingestion.touched import Build, begin_build, end_build, touch
from ingestion.warehouse import connect
from livehouse.settings import Home
from orchestration.dbt_run import fingerprint


def test_a_first_night_builds_everything(nights: Nights) -> None:
    assert nights.rebuilt["first"] == {"x1", "x2", "x3", "y1", "y2", "u1", "w1"}


def test_who_came_concerns_the_live_before_and_all_after_it(nights: Nights) -> None:
    assert nights.rebuilt["second"] == {"x3", "x4", "y1", "y2", "z1"}


def test_what_an_order_became_and_a_rate_concern_the_lives_that_sold(nights: Nights) -> None:
    """The order was of Y's first LIVE, and the rate is of the day of X's second."""
    assert nights.rebuilt["rate"] == {"y1", "x2"}


def test_a_title_concerns_the_lives_of_the_product(nights: Nights) -> None:
    assert nights.rebuilt["titles"] == {"y1", "y2"}


def test_time_that_passes_concerns_what_waited_for_it(nights: Nights) -> None:
    """LIVEs of May 4 and 5, and those of a week that had not ended."""
    assert nights.rebuilt["later"] == {"v1", "u1", "w1"}
    assert nights.histories["later"] == {"v1", "x1", "x2", "y1", "x3", "x4", "u1", "w1"}
    settled = nights.rows("select live_id from intermediate.int_live_money where is_settled")
    assert {live_id for (live_id,) in settled} == {"x1", "x2", "y1"}


def test_a_live_that_is_gone_concerns_the_one_before_it(nights: Nights) -> None:
    assert nights.rebuilt["withdrawn"] == {"x3", "x4", "y1", "y2", "z1"}


def test_a_day_is_counted_again_where_something_came_or_went(nights: Nights) -> None:
    first, second, withdrawn = (nights.days[night] for night in ("first", "second", "withdrawn"))
    assert {day: first[day] for day in (2, 3, 8)} == {
        2: (1, 0, 0, 0), 3: (1, 0, 0, 0), 8: (1, 0, 0, 1),
    }  # fmt: skip
    assert first.keys() == {2, 3, 4, 5, 6, 8, 11, 12}
    assert {day: second[day] for day in (1, 2, 3, 7, 8)} == {
        1: (1, 0, 0, 0),
        # the copy that came second does not count any more
        2: (0, 1, 0, 0),
        3: (1, 1, 0, 0),
        7: (1, 0, 1, 0),
        # its LIVE is known now, though nothing came of the day
        8: (1, 0, 0, 0),
    }
    # the payment came on a day of its own, and so did the news of who left the team; a gift of U,
    # and two copies
    assert withdrawn == {**first, 7: (1, 0, 0, 0), 14: (1, 0, 0, 0), 11: (19, 2, 0, 0)}


def test_who_left_a_team_outside_of_any_live_counts_no_longer(nights: Nights) -> None:
    assert nights.members["second"] == [(date(2026, 5, 4), 1), (date(2026, 5, 11), 1)]
    assert nights.members["rate"] == nights.members["full"] == []


def test_what_was_bought_after_a_live_counts_for_it_whenever_it_came(nights: Nights) -> None:
    """Of X's second LIVE: Cleo's five pounds at 1.25, in a LIVE of somebody else, until that is
    withdrawn.
    """
    assert "x2" not in nights.histories["second"]
    five_pounds = dict.fromkeys(("second", "rate", "titles", "later"), Decimal("6.25"))
    assert nights.bought_after == {"first": 0, **five_pounds, "withdrawn": 0, "full": 0}


def test_receipts_are_counted_as_in_a_full_night(nights: Nights) -> None:
    assert nights.receipts["withdrawn"] == nights.receipts["full"]
    assert nights.receipts["withdrawn"] != nights.receipts["rate"]
    assert nights.receipts["titles"] == nights.receipts["rate"]


def test_a_night_publishes_what_a_full_one_would(nights: Nights) -> None:
    assert nights.rebuilt["full"] == {"x1", "x2", "x3", "y1", "y2", "v1", "u1", "w1"}
    assert nights.published["withdrawn"] == nights.published["full"]
    changed = {
        name
        for name, found in nights.published["withdrawn"].items()
        if found != nights.published["rate"][name]
    }
    assert changed >= {
        "marts.live_sessions", "marts.live_minutes", "marts.live_channels", "facts.fct_view",
        "facts.fct_creator_day", "facts.fct_creator_week", "facts.fct_market_week",
        "facts.fct_viewer_creator_week", "facts.fct_viewer_market_week",
    }  # fmt: skip


@pytest.mark.parametrize("night", ["second", "rate", "titles", "later"])
def test_a_release_of_a_night_in_parts_is_made_in_parts(nights: Nights, night: str) -> None:
    in_parts = nights.in_parts[night]
    assert in_parts.keys() >= {
        "facts.fct_view", "facts.fct_live_minute", "facts.fct_live_funnel",
        "facts.fct_viewer_creator_week", "facts.fct_market_benchmark", "facts.fct_live_product",
        "facts.fct_live_channel", "facts.fct_live_review", "marts.gmv_changes_by_channel",
        "facts.fct_viewer_creator",
    }  # fmt: skip
    assert all(in_parts.values()), in_parts


@pytest.mark.parametrize("night", ["first", "withdrawn", "full"])
def test_a_release_after_a_full_night_or_a_withdrawal_is_made_as_a_whole(
    nights: Nights, night: str
) -> None:
    assert nights.in_parts[night] == {}


@pytest.mark.parametrize("night", [pytest.param("second", marks=pytest.mark.long), "rate"])
def test_each_night_published_what_a_new_home_would(
    nights: Nights, night: str, tmp_path: Path
) -> None:
    """The same files in one night of a home of their own, by the same key."""
    later = {"titles.csv", "later.jsonl"}
    if night == "second":
        later |= {"paid.jsonl", "new.csv"}
    other = Nights(Home(tmp_path / "home"), tmp_path / "landing")
    other.home.root.mkdir()
    (other.home.root / "key").write_bytes((nights.home.root / "key").read_bytes())
    for source in nights.landing.rglob("*.*"):
        if source.name not in later:
            target = other.landing / source.relative_to(nights.landing)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    other.run(night)
    assert other.published[night] == nights.published[night]


def test_changed_models_and_a_broken_build_are_built_as_a_whole(nights: Nights) -> None:
    home, settings = nights.home, SETTINGS
    every = {"x1", "x2", "x3", "y1", "y2", "z1", "v1", "u1", "w1"}
    days = "select distinct day(event_date) from raw.touched_days order by all"
    assert nights.rows(days) == []
    touched = "select live_id from raw.touched_lives"
    assert begin_build(home, settings, "other models", full=False) == Build(True)
    assert {live_id for (live_id,) in nights.rows(touched)} == every
    assert nights.rows(days) == [(day,) for day in (2, 3, 4, 5, 6, 7, 8, 11, 12, 14)]
    end_build(home, settings, fingerprint())
    assert nights.rows(touched) == nights.rows(days) == []
    build = begin_build(home, settings, fingerprint(), full=False)
    assert not build.is_full
    assert build.goes_on_from
    # that one did not come to its end
    assert begin_build(home, settings, fingerprint(), full=False) == Build(True)
    assert {live_id for (live_id,) in nights.rows(touched)} == every


def test_a_frame_touches_every_day_of_its_live_and_a_battle_the_day_it_began(
    tmp_path: Path,
) -> None:
    """A gift stands on the day of its streak's last frame, wherever the new one lies."""
    with connect(Home(tmp_path / "home"), SETTINGS) as connection:
        connection.execute(
            """
            insert into raw.webcast_messages by name
            select * from (values
                ('L', 'gift', timestamp '2026-05-01 23:59:00', null),
                ('L', 'gift', timestamp '2026-05-03 00:01:00', null),
                ('M', 'battle', timestamp '2026-05-05 00:01:00', timestamp '2026-05-04 23:58:00'),
                ('N', 'gift', timestamp '2026-05-06 10:00:00', null)
            ) as message(live_id, kind, event_ts, battle_start_ts)
            """
        )
        for changed in ("event_ts = timestamp '2026-05-01 23:59:00'", "live_id = 'M'"):
            touch(connection, "webcast_messages", f"(from raw.webcast_messages where {changed})")
        found = connection.execute(
            "select distinct source, day(event_date) from raw.touched_days order by all"
        ).fetchall()
    assert found == [("webcast", day) for day in (1, 3, 4, 5)]
