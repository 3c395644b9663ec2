"""What commands read of the tables that workers keep."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.kafka.reader import views
from tables import SUPPLIERS
from tests.engine import feed, verdict
from tests.engine.cluster import Cluster

pytestmark = pytest.mark.embedded


async def test_the_record_of_suppliers_on_kafka_is_that_of_a_backtest(by_data: Cluster, tmp_path: Path) -> None:
    lines = feed.orders(3, 40)
    by_data.start_worker()
    await by_data.feed(lines)
    await by_data.applied()
    expected = await verdict.of_backtest(lines, tmp_path / "backtest", by_data.settings.policy)
    found = await views(by_data.settings, SUPPLIERS)
    assert found == expected.tables["suppliers"]
    assert found[0]["orders"] > 30
