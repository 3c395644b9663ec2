"""Masters over a real Kafka: what one worker's position misses, the worker that holds the id tells, until it comes."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.backtest.test_masters import issue, item
from tests.backtest.test_unknown import OTHER_ITEM
from tests.engine import feed, verdict
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


async def test_an_order_whose_goods_come_in_packs_of_its_item_stands_as_in_a_backtest(
    cluster: Cluster, tmp_path: Path
) -> None:
    lines = [item(1, uoms=[{"uom": "CS", "factor": "10"}]), *packed(feed.order("PO-1", feed.START))]
    cluster.start_worker()
    await cluster.feed(lines)
    await cluster.applied()
    await verdict.hold_against_a_backtest(cluster, lines, tmp_path / "backtest")


def packed(documents: list[bytes]) -> list[bytes]:
    """The same with one case in the place of ten pieces wherever goods are on their way."""
    values = [msgspec.json.decode(document.replace(b'"GLOVES"', b'"GLOVES-M"')) for document in documents]
    for value in (document["value"] for document in values if document["topic"] in ("shipments", "receipts")):
        for line in value["lines"]:
            line |= {"quantity": "1", "uom": "CS"}
    return [msgspec.json.encode(value) for value in values]
