"""An item of an order in pieces and in packs, and what becomes of orders by its master."""

from __future__ import annotations

from typing import Any

from app.domain.facts import Fact, UnitOfMeasure
from app.domain.policy import Policy
from tables.purchase_orders import PURCHASE_ORDERS
from tests.support.documents import HOUR, PO
from tests.support.following import Following
from tests.support.masters import item, know, knowing, unit

CASES: tuple[UnitOfMeasure, ...] = (unit("XCS", 12), unit("XCS", 5, supplier_id="ACME"), unit("XBX", 1, 3))
DOLLAR = 10**6


def packed(version: int = 1, uoms: tuple[UnitOfMeasure, ...] = CASES, **said: Any) -> Fact:
    return item(version, item_id="ITEM-10", uoms=uoms, **said)


def told(*story: Fact, policy: Policy | None = None, wait: int = HOUR) -> Following:
    return Following.told(PURCHASE_ORDERS, PO, story, wait, policy or knowing(packed()))


def shown(following: Following, *names: str) -> list[str]:
    (of_line,) = following.view(PO)["lines"]
    return [of_line[name] for name in names]


def learn(following: Following, *versions: Fact, ids: tuple[str, ...] | None = ("ITEM-10",)) -> None:
    know(following.policy, *versions)
    following.partition.judge_again(ids)
    following.wait_until(following.clock + HOUR)
