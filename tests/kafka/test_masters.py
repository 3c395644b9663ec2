"""Masters over a real Kafka: what one worker's position misses, the worker that holds the id tells, until it comes."""

from __future__ import annotations

import pytest

from tests.backtest.test_masters import issue, item
from tests.backtest.test_unknown import OTHER_ITEM
from tests.engine.cluster import Cluster

pytestmark = [pytest.mark.kafka, pytest.mark.xdist_group("kafka")]


async def test_an_item_without_a_master_is_missed_and_found_across_two_workers(cluster: Cluster) -> None:
    cluster.environ |= {"SYNCLINE_CLOCK": "wall", "SYNCLINE_UNKNOWN_MASTER_GRACE": "0s"}
    cluster.start_worker()
    cluster.start_worker()
    await cluster.feed([issue(5)])
    await cluster.applied()
    await cluster.feed([OTHER_ITEM])  # the first master of an item: until now nobody misses any
    await cluster.said("alerts", at_least=1)
    await cluster.feed([item(6)])
    told = [line["value"] for line in await cluster.said("alerts", at_least=2)]
    assert [(alert["code"], alert["entity_id"], alert["state"], alert["episode"]) for alert in told] == [
        ("UNKNOWN_ITEM", "GLOVES-M", "OPEN", 1),
        ("UNKNOWN_ITEM", "GLOVES-M", "HEALED", 1),
    ]
