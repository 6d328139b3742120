"""Every grain of the facts against the oracle: minutes, products, days, weeks, people."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import oracle
import oracle_grains
import oracle_people
import pytest
from published import NOW, Published
from test_intervals import score_bound

from livehouse.key import home_key, pseudonym

Rows = Mapping[tuple[Any, ...], Mapping[str, Any]]


@pytest.fixture(scope="module")
def events(nasty: Published) -> oracle.Events:
    return oracle.read_landing(nasty.landing, NOW)


@pytest.fixture(scope="module")
def reference(nasty: Published) -> oracle.Reference:
    return oracle.read_reference(nasty.landing)


@pytest.fixture(scope="module")
def markets(nasty: Published) -> dict[str, str]:
    """Creator -> market, as the LIVEs have it: the dumps bring no table of creators."""
    rows = nasty.rows(
        "select distinct creator_id, market from facts.fct_live_session where market is not null"
    )
    assert len({row["creator_id"] for row in rows}) == len(rows)
    return {row["creator_id"]: row["market"] for row in rows}


def by_key(nasty: Published, table: str, *key: str) -> Rows:
    rows = nasty.rows(f"select * from {table}")
    keyed = {tuple(row[name] for name in key): row for row in rows}
    assert len(keyed) == len(rows)
    return keyed


def assert_same(got: Rows, wanted: Rows, names: Mapping[str, str] | None = None) -> None:
    """Every wanted value stands in the table: exactly, but for what was divided (1e-9)."""
    assert set(got) == set(wanted)
    differing = []
    for key, values in wanted.items():
        for name, value in values.items():
            found = got[key][(names or {}).get(name, name)]
            if isinstance(value, float) and found is not None:
                is_same = math.isclose(found, value, rel_tol=1e-9, abs_tol=1e-9)
            else:
                is_same = found == value
            if not is_same:
                differing.append((key, name, value, found))
    assert differing == []


def test_minutes(nasty: Published, events: oracle.Events, reference: oracle.Reference) -> None:
    wanted = oracle_grains.live_minutes(events, reference)
    got = by_key(nasty, "marts.live_minutes", "live_id", "minute_ts")
    assert_same(got, wanted, {"peak_in_minute": "peak_concurrent"})


def test_products(nasty: Published, events: oracle.Events, reference: oracle.Reference) -> None:
    wanted = oracle_grains.live_products(events, reference)
    assert_same(by_key(nasty, "marts.live_products", "live_id", "product_id"), wanted)


def test_intervals(nasty: Published, events: oracle.Events) -> None:
    """Pauses apart: the table clips one that began before the LIVE, the oracle drops it."""
    key = home_key(nasty.home)
    wanted = {
        (
            interval.live_id,
            interval.kind,
            pseudonym(key, interval.subject_id or "")
            if interval.kind == "guest"
            else interval.subject_id,
            interval.start,
        ): {
            "end_ts": interval.end,
            "is_end_inferred": interval.is_end_inferred,
        }
        for interval in oracle_grains.intervals(events)
        if interval.kind != "pause"
    }
    rows = by_key(nasty, "facts.fct_interval", "live_id", "kind", "subject_id", "start_ts")
    assert_same({key: row for key, row in rows.items() if key[1] != "pause"}, wanted)


def test_pauses_sum_to_the_paused_time(nasty: Published) -> None:
    rows = nasty.rows(
        """
        select session.live_id
        from facts.fct_live_session as session
        left join (
            select live_id, sum(epoch_us(end_ts) - epoch_us(start_ts)) as paused_us
            from facts.fct_interval where kind = 'pause' group by live_id
        ) as pauses using (live_id)
        where round(session.paused_sec * 1000000) <> coalesce(pauses.paused_us, 0)
        """
    )
    assert rows == []


def test_creator_days(
    nasty: Published,
    events: oracle.Events,
    reference: oracle.Reference,
    markets: dict[str, str],
) -> None:
    wanted = oracle_grains.creator_days(events, reference, {}, markets)
    assert_same(by_key(nasty, "facts.fct_creator_day", "creator_id", "report_date"), wanted)


def test_creator_weeks(
    nasty: Published,
    events: oracle.Events,
    reference: oracle.Reference,
    markets: dict[str, str],
) -> None:
    wanted = oracle_grains.creator_weeks(events, reference, {}, markets)
    got = by_key(nasty, "facts.fct_creator_week", "creator_id", "report_week")
    assert_same(got, wanted, {"longest_live_sec": "longest_live_sec_week"})


def test_market_weeks(
    nasty: Published,
    events: oracle.Events,
    reference: oracle.Reference,
    markets: dict[str, str],
) -> None:
    wanted = oracle_grains.market_weeks(events, reference, {}, markets)
    got = by_key(nasty, "facts.fct_market_week", "market", "report_week")
    assert_same(got, wanted, {"creators_live": "creators_live_weekly"})


def test_viewer_creator_weeks(
    nasty: Published, events: oracle.Events, markets: dict[str, str]
) -> None:
    key = home_key(nasty.home)
    wanted = {
        (pseudonym(key, viewer_id), *rest): values
        for (viewer_id, *rest), values in oracle_grains.viewer_creator_weeks(
            events, {}, markets
        ).items()
    }
    got = by_key(nasty, "facts.fct_viewer_creator_week", "viewer_id", "creator_id", "report_week")
    assert_same(got, wanted, {"is_new": "is_new_to_creator"})


def test_the_audience_of_a_live(nasty: Published, events: oracle.Events) -> None:
    wanted = {
        (live_id,): {
            name: values[name]
            for name in (
                "new_viewers",
                "returning_viewers_30d",
                "previous_live_viewers",
                "next_live_viewers",
            )
        }
        for live_id, values in oracle_grains.audience_of_live(events).items()
    }
    assert_same(by_key(nasty, "marts.live_sessions", "live_id"), wanted)


def test_viewer_retention(nasty: Published, events: oracle.Events) -> None:
    wanted = oracle_grains.retention(events)
    names = {"viewers": "cohort_viewers"} | {
        f"retained_d{day}": f"viewers_retained_d{day}" for day in oracle_grains.RETENTION_DAYS
    }
    got = by_key(nasty, "marts.viewer_retention", "viewer_market", "first_view_date")
    assert_same(got, wanted, names)


def test_intervals_of_proportions(nasty: Published) -> None:
    """Every interval of the LIVEs against the definition of the score method, from the counts."""
    metrics = nasty.rows(
        "select metric, numerator, denominator from meta.metrics"
        " where has_interval and list_contains(string_split(grains, ' '), 'S')"
    )
    assert {"buyer_rate", "bounce_rate_10s", "cancel_rate"} <= {row["metric"] for row in metrics}
    lives = nasty.rows("select * from marts.live_sessions")
    judged = 0
    for metric in metrics:
        name = metric["metric"]
        for live in lives:
            cases, of = live[metric["numerator"]], live[metric["denominator"]]
            low, high = live[f"{name}_low"], live[f"{name}_high"]
            if cases is None or not of:
                assert (low, high) == (None, None), (name, live["live_id"])
                continue
            judged += 1
            wanted = (score_bound(cases, of, 0), score_bound(cases, of, 1))
            assert math.isclose(low, wanted[0], rel_tol=1e-9, abs_tol=1e-12), (name, cases, of)
            assert math.isclose(high, wanted[1], rel_tol=1e-9, abs_tol=1e-12), (name, cases, of)
    assert judged > 100


# ---- people: cohorts, gifters, battles, the market -----------------------------------------------


def test_how_the_viewers_of_a_live_came_and_took_part(
    nasty: Published, events: oracle.Events, reference: oracle.Reference
) -> None:
    got = by_key(nasty, "marts.live_sessions", "live_id")
    for wanted in (
        oracle_people.people_of_live(events, reference),
        oracle_people.outcomes_of_live(events, reference),
        oracle_people.gifters_of_live(events),
        oracle_people.told_of_live(events),
    ):
        assert_same(got, {(live_id,): values for live_id, values in wanted.items()})


def test_creator_retention(
    nasty: Published, events: oracle.Events, markets: dict[str, str]
) -> None:
    wanted = oracle_people.creator_retention(events, {}, markets)
    got = by_key(nasty, "marts.creator_retention", "market", "first_live_date")
    assert_same(got, wanted)


def test_who_is_new_returns_and_stays_away(
    nasty: Published, events: oracle.Events, markets: dict[str, str]
) -> None:
    weeks = by_key(nasty, "facts.fct_creator_week", "creator_id", "report_week")
    assert_same(weeks, oracle_people.lifecycles(events, {}, markets, by_market=False))
    weeks = by_key(nasty, "facts.fct_market_week", "market", "report_week")
    assert_same(weeks, oracle_people.lifecycles(events, {}, markets, by_market=True))


def test_loyal_viewers(nasty: Published, events: oracle.Events, markets: dict[str, str]) -> None:
    got = by_key(nasty, "facts.fct_creator_day", "creator_id", "report_date")
    assert_same(got, oracle_people.loyal_viewers(events, {}, markets))


def test_viewers_of_a_creator(nasty: Published, events: oracle.Events) -> None:
    got = by_key(nasty, "facts.fct_viewer_creator", "viewer_id", "creator_id")
    key = home_key(nasty.home)
    wanted = oracle_people.viewer_creators(events)
    assert_same(got, {(pseudonym(key, who), host): row for (who, host), row in wanted.items()})


def test_gifters(nasty: Published, events: oracle.Events) -> None:
    got = by_key(nasty, "marts.gifters", "creator_id", "viewer_id")
    key = home_key(nasty.home)
    wanted = oracle_people.creator_gifters(events)
    assert_same(got, {(host, pseudonym(key, who)): row for (host, who), row in wanted.items()})


def test_audiences_that_creators_share(nasty: Published, events: oracle.Events) -> None:
    got = by_key(nasty, "marts.audience_overlap", "creator_a", "creator_b")
    assert_same(got, oracle_people.shared_audiences(events))


def test_battles(nasty: Published, events: oracle.Events) -> None:
    wanted = oracle_people.battle_sides(events)
    assert sum(row["battle_diamonds_all_sides"] is not None for row in wanted.values()) > 3
    assert_same(by_key(nasty, "marts.battles", "battle_id", "live_id", "start_ts"), wanted)


def test_people_of_a_market(
    nasty: Published, events: oracle.Events, markets: dict[str, str]
) -> None:
    got = by_key(nasty, "facts.fct_viewer_market_week", "viewer_market", "report_week")
    assert_same(got, oracle_people.viewer_market_weeks(events, {}))
    got = by_key(nasty, "facts.fct_market_week", "market", "report_week")
    assert_same(got, oracle_people.market_reach(events, {}, markets))
