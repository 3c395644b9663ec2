"""The soak's own parts: what it plans, what it delivers, and whom it blames."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.engine.listener import Listener
from tests.soak.events import deliveries
from tests.soak.figures import standstills
from tests.soak.oracle import Account, differences
from tests.soak.plan import KINDS, LETHAL, Options, schedule
from tests.soak.stage import Happened
from tests.soak.watch import Standstill


@pytest.mark.parametrize("seed", range(5))
def test_a_plan_of_ten_minutes_holds_every_fault_and_half_of_them_are_lethal(seed: int) -> None:
    plan = schedule(Options(seed=seed))
    kinds = Counter(planned.kind for planned in plan)
    assert set(kinds) == set(KINDS)
    assert sum(kinds[kind] for kind in LETHAL) * 2 >= len(plan) >= 30
    assert plan == sorted(plan)
    assert 0 < plan[0].at < plan[-1].at < 600
    assert plan == schedule(Options(seed=seed))
    assert plan != schedule(Options(seed=seed + 1))


def test_every_event_is_delivered_and_a_tenth_of_them_again() -> None:
    order = list(deliveries(10_000, seed=1))
    times = Counter(order)
    assert times.keys() == set(range(10_000))
    assert 800 < sum(count == 2 for count in times.values()) < 1_200
    assert list(dict.fromkeys(order)) != sorted(times)
    assert order == list(deliveries(10_000, seed=1))


def test_a_standstill_belongs_to_the_first_fault_that_began_in_it() -> None:
    happened = [
        Happened("kill", "", 10.0, 10.1),
        Happened("join", "", 15.0, 30.0),
        Happened("broker-pause", "", 50.0, 60.0),
    ]
    seen = [Standstill("a/0", 0, 4), Standstill("a/0", 9.8, 16), Standstill("a/1", 9.9, 12), Standstill("a/0", 53, 61)]
    told = standstills([*seen, Standstill("a/0", 70, 70.5)], happened)
    assert told["longest"] == {"seconds": 8, "place": "a/0", "cause": "broker-pause"}
    assert told["longest_without_outages"] == {"seconds": 6.2, "place": "a/0", "cause": "kill"}
    assert {kind: spent["longest"] for kind, spent in told["by_fault"].items()} == {
        "broker-pause": 8,
        "kill": 6.2,
        "no fault": 0.5,
        "start": 4,
    }


def test_outages_that_overlap_are_taken_from_a_standstill_once() -> None:
    happened = [
        Happened("term", "", 9.0, 9.1),
        Happened("registry", "", 20.0, 80.0),
        Happened("broker-kill", "", 30.0, 40.0),
        Happened("registry", "", 80.0, 140.0),
    ]
    told = standstills([Standstill("a/0", 9.5, 125.0)], happened)
    assert told["longest"] == {"seconds": 115.5, "place": "a/0", "cause": "term"}
    assert told["longest_without_outages"] == {"seconds": 10.5, "place": "a/0", "cause": "term"}


ENTRY = {
    "item_id": "I",
    "location_id": "L",
    "lot": None,
    "stock_status": "AVAILABLE",
    "uom": "EA",
    "kind": "MOVEMENT",
    "entry_id": "1",
    "delta": "5",
    "caused_by": "m",
}


def heard(*deltas: str) -> Account:
    listener = Listener()
    for number, delta in enumerate(deltas, 1):
        listener.hear("inventory-corrected", {**ENTRY, "delta": delta}, f"{number} {delta}".encode())
    return Account(listener, {})


def test_a_verdict_names_what_is_missing_and_what_was_repeated_otherwise() -> None:
    assert differences(heard("5"), heard("5")) == []
    assert len(differences(heard(), heard("5"))) == 2  # a sum and a movement
    [otherwise] = differences(heard("5", "5"), heard("5"))
    assert otherwise.startswith("outputs repeated with other content: 1")


def test_what_was_booked_and_taken_back_whole_is_no_balance() -> None:
    listener = Listener()
    for number, delta in enumerate(("5", "-5")):
        entry = {**ENTRY, "entry_id": str(number), "kind": "RESTATEMENT", "delta": delta}
        listener.hear("inventory-corrected", entry, delta.encode())
    assert differences(Account(listener, {}), heard()) == []
