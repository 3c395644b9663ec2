"""Masters over the embedded broker: a worker follows them, and one that starts later knows them."""

from __future__ import annotations

import pytest

from tests.backtest.test_masters import issue, item, place
from tests.engine.cluster import Cluster

pytestmark = pytest.mark.embedded


async def test_a_master_changes_what_was_said_of_a_position_of_another_partition(by_wall: Cluster) -> None:
    by_wall.environ["SYNCLINE_NEGATIVE_STOCK_GRACE"] = "0s"
    by_wall.start_worker()
    await by_wall.feed([issue(5)])
    await by_wall.said("alerts", at_least=1)
    await by_wall.feed([item(6, critical=True)])
    await by_wall.said("alerts", at_least=2)
    await by_wall.feed([place(7, perpetual=False)])
    said = await by_wall.said("alerts", at_least=3)
    assert [(a["value"]["severity"], a["value"]["state"]) for a in said] == [
        ("WARN", "OPEN"),
        ("HIGH", "OPEN"),
        ("HIGH", "HEALED"),
    ]


async def test_a_worker_that_starts_anew_knows_the_masters_before_it_judges(by_wall: Cluster) -> None:
    by_wall.environ["SYNCLINE_NEGATIVE_STOCK_GRACE"] = "0s"
    worker = by_wall.start_worker()
    await by_wall.feed([item(6, critical=True)])
    await by_wall.applied()
    worker.terminate()
    await by_wall.ended(worker, 0)
    by_wall.start_worker()
    await by_wall.feed([issue(7)])
    said = await by_wall.said("alerts", at_least=1)
    assert [a["value"]["severity"] for a in said] == ["HIGH"]
