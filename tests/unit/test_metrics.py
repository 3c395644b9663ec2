"""What a worker's metrics say of suppliers: each by name while they are few, and never any number of series."""

from __future__ import annotations

import socket

import pytest

from app.errors import ConfigurationError
from app.flow.tally import Tally
from app.observe.metrics import OTHER, SUPPLIERS, Metrics
from tables import PURCHASE_ORDERS
from tests.support.documents import DAY, HOUR, PO, acked, ordered
from tests.support.following import Following

NAME = "syncline_supplier_alerts_total"


def alerts_of(metrics: Metrics, supplier: str) -> float | None:
    return metrics.registry.get_sample_value(NAME, {"supplier": supplier})


def test_the_alerts_of_a_supplier_are_counted_as_they_open_and_not_as_they_heal() -> None:
    following = Following.told(PURCHASE_ORDERS, PO, [ordered(), acked(at=DAY + HOUR)], DAY)
    assert [alert.state for alert in following.alerts if alert.code == "ACK_STUCK"] == ["OPEN", "HEALED"]
    metrics = Metrics()
    metrics.turn("purchase-orders", following.tally, 0)
    assert alerts_of(metrics, "ACME") == 1


def test_of_more_suppliers_than_have_room_the_others_are_counted_together() -> None:
    metrics, tally = Metrics(), Tally()
    for number in range(SUPPLIERS + 50):
        tally.suppliers[f"SUP-{number}"] += 2
    for _ in range(2):
        metrics.turn("purchase-orders", tally, 0)
    assert alerts_of(metrics, "SUP-0") == 4
    assert alerts_of(metrics, f"SUP-{SUPPLIERS}") is None
    assert alerts_of(metrics, OTHER) == 200


def test_a_port_that_somebody_listens_on_is_named() -> None:
    with socket.create_server(("0.0.0.0", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"metrics_port: cannot listen on port {port}"):
            Metrics().serve(port)
