"""What a manager reads at the end of the demo."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from app.dev.demo.audience import Audience, corrects
from app.dev.demo.report import report
from app.dev.demo.words import ALERTS
from tools.reference import RULES


def alert(code: str, entity: str, **other: Any) -> dict[str, Any]:
    return {
        "alert_id": f"{code} {entity}",
        "code": code,
        "severity": "WARN",
        "state": "OPEN",
        "episode": 1,
        "entity_type": "position",
        "entity_id": entity,
        "first_seen": "2026-01-05T08:00:00Z",
        "since": "2026-01-05T07:45:00Z",
        "message": "",
        "suggested_action": "Count the shelf.",
        "queue": "INVENTORY",
        **other,
    }


def order(*changed: tuple[str, str | None, str | None], version: int = 2) -> dict[str, Any]:
    return {
        "po_number": "PO-1",
        "state_version": version,
        "life": "OPEN",
        "ack": "ACCEPTED",
        "fulfilment": "NONE",
        "invoicing": "NONE",
        "lines": [{"line": "1", "item_id": "GLOVE", "uom": "EA"}],
        "changed": [{"path": path, "before": before, "after": after} for path, before, after in changed],
    }


def hearing(*alerts: dict[str, Any]) -> Audience:
    audience = Audience()
    for one in alerts:
        audience.hear("alerts", one["entity_id"], one)
    return audience


def shown(audience: Audience) -> str:
    console = Console(width=100, record=True, file=StringIO())
    console.print(report(audience, 1, 1.0))
    return console.export_text()


def test_every_rule_has_words_and_a_place_in_the_order_of_urgency() -> None:
    assert set(ALERTS) == {rule.code for rules in RULES.values() for rule in rules}


def test_stock_below_zero_comes_before_a_duplicate_id_that_came_later() -> None:
    negative = alert("NEGATIVE_STOCK", "GLOVE@ICU")
    later = alert("DUPLICATE_CONFLICT", "MASK@ICU", first_seen="2026-01-06T08:00:00Z")
    assert [a["code"] for a, _ in hearing(later, negative).most_urgent()] == ["NEGATIVE_STOCK", "DUPLICATE_CONFLICT"]


def test_a_higher_severity_comes_first_whatever_it_is_about() -> None:
    severe = alert("LOT_NEGATIVE", "MASK@ICU", severity="HIGH")
    assert hearing(alert("NEGATIVE_STOCK", "GLOVE@ICU"), severe).most_urgent()[0] == (severe, 1)


def test_the_most_urgent_are_one_of_a_kind_and_one_of_a_thing() -> None:
    kinds = [alert("OVER_RECEIPT", "PO-1"), alert("OVER_RECEIPT", "PO-2"), alert("OVER_SHIP", "PO-2")]
    assert [(a["code"], a["entity_id"], of_its_kind) for a, of_its_kind in hearing(*kinds).most_urgent()] == [
        ("OVER_RECEIPT", "PO-2", 2)
    ]


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("lines[1].ordered", "400", "405"),
        ("lines[1].received_good", "100", "90"),
        ("lines[1].promised", "2026-01-09", "2026-01-12"),
        ("life", "OPEN", "CANCELLED"),
    ],
)
def test_what_was_said_and_is_no_longer_so_is_a_correction(path: str, before: str, after: str) -> None:
    assert corrects({"path": path, "before": before, "after": after})


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("lines[1].ordered", None, "400"),
        ("lines[1].shipped", "320", "640"),
        ("fulfilment", "PART_RECEIVED", "RECEIVED"),
        ("life", "STUB", "OPEN"),
        ("life", "OPEN", "COMPLETED"),
    ],
)
def test_an_order_that_goes_its_way_is_not_corrected(path: str, before: str | None, after: str) -> None:
    assert not corrects({"path": path, "before": before, "after": after})


def test_a_corrected_order_is_shown_before_and_after_in_its_unit_and_counted_once() -> None:
    audience = Audience()
    for _ in range(2):
        audience.hear("po-corrected", "PO-1", order(("lines[1].ordered", "400", "405"), ("invoicing", "NONE", "FULL")))
    text = shown(audience)
    assert "Orders corrected by later documents: 1 corrections" in text
    assert [cell.strip() for line in text.splitlines() if "GLOVE" in line for cell in line.split("│")] == [
        "PO-1",
        "ordered of GLOVE (line 1)",
        "400 EA",
        "405 EA",
    ]


def test_an_alert_says_since_when_and_what_to_do() -> None:
    text = shown(
        hearing(alert("NEGATIVE_STOCK", "GLOVE@ICU", message="GLOVE at ICU: AVAILABLE stock stands at -6 EA."))
    )
    assert "since     2026-01-05 07:45 UTC" in text
    assert "to do     Count the shelf." in text
    assert "more left a shelf than came" in text
