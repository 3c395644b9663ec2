"""A worker over the embedded broker: events in; ledger, alerts and dead letters out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine import feed, verdict
from tests.engine.apache import free_port
from tests.engine.cluster import Cluster

pytestmark = pytest.mark.embedded


async def test_a_worker_says_what_a_backtest_of_the_same_events_says(by_data: Cluster, tmp_path: Path) -> None:
    lines = [*feed.movements(1, 15, 20), *feed.orders(2, 25), *feed.damaged()]
    by_data.start_worker()
    await by_data.feed(lines)
    await verdict.hold_against_a_backtest(by_data, lines, tmp_path / "backtest")


async def test_a_missing_number_opens_an_alert_by_the_wall_clock_and_heals_when_it_comes(by_wall: Cluster) -> None:
    first, second, third = feed.series("ITEM-1@MAIN", 3)
    by_wall.start_worker()
    await by_wall.feed([first, third])
    opened = await by_wall.said("alerts", at_least=1)
    await by_wall.feed([second])
    healed = await by_wall.said("alerts", at_least=2)
    assert [(a["value"]["code"], a["value"]["state"]) for a in opened] == [("SEQ_GAP", "OPEN")]
    assert [(a["value"]["code"], a["value"]["state"]) for a in healed[1:]] == [("SEQ_GAP", "HEALED")]


async def test_a_restarted_worker_goes_on_where_the_last_one_stopped_and_repeats_nothing(by_data: Cluster) -> None:
    lines = feed.series("ITEM-1@MAIN", 30)
    worker = by_data.start_worker()
    await by_data.feed(lines[:20])
    await by_data.applied()
    worker.terminate()
    await by_data.ended(worker, 0)
    by_data.start_worker()
    await by_data.feed([*lines[15:20], *lines[20:]])
    await by_data.applied()
    entries = [line["value"] for line in await by_data.said("inventory-corrected")]
    assert [entry["balance_after"] for entry in entries] == [str(number) for number in range(1, 31)]


async def test_too_many_dead_letters_in_a_row_stop_the_worker_with_a_reason(by_data: Cluster) -> None:
    by_data.environ["SYNCLINE_DEAD_LETTER_CAP"] = "5"
    await by_data.feed(feed.damaged()[1:2] * 20)
    said = await by_data.ended(by_data.start_worker(), 70)
    assert "dead letters in a row" in said
    assert "dead_letter_cap" in said


async def test_metrics_tell_records_outputs_and_lag(by_wall: Cluster) -> None:
    port = free_port()
    by_wall.environ["SYNCLINE_METRICS_PORT"] = str(port)
    by_wall.start_worker()
    await by_wall.feed([*feed.series("ITEM-1@MAIN", 3), *feed.damaged()[1:2]])
    await by_wall.applied()
    told = await by_wall.told(port, 'syncline_lag_records{partition="0",topic="inventory-events"} 0.0')
    assert 'syncline_records_total{topic="inventory-events"} 4.0' in told
    assert 'syncline_outputs_total{topic="inventory-corrected"} 3.0' in told
    assert 'syncline_dead_letters_total{error_class="DECODE",topic="inventory-events"} 1.0' in told
    assert 'syncline_clock_lag_seconds{partition="0",table="positions"}' in told


async def test_a_worker_does_not_start_where_topics_are_absent(by_data: Cluster) -> None:
    by_data.environ["SYNCLINE_APPLICATION_ID"] = "other"
    said = await by_data.ended(by_data.start_worker(), 1)  # an uncaught TopicsWrong; the command line makes it 78
    assert "other-positions-changelog: absent; run `syncline topics create`" in said
