"""Suppliers that somebody entered a second time, and what gives them away."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

from app.dev.simulator.network import secret

Body = dict[str, Any]


class Tell(NamedTuple):
    """What two records have in common: the second one's own fields, and the block by which a pair is found."""

    own: Callable[[Body], Body]
    block: Callable[[Body], tuple[str, ...]]


def _renamed(body: Body, how: str) -> Body:
    """Another tax number and account under a name that is written otherwise."""
    own = {f"{kind}_hash": secret(kind, body["supplier_id"], how) for kind in ("tax_id", "remit")}
    return {**own, "legal_name": f"{body['legal_name']}{how}"}


def _elsewhere(body: Body) -> Body:
    return {**_renamed(body, "s"), "postcode": f"9{body['postcode'][1:]}"}


TELLS = (
    Tell(lambda body: {"legal_name": f"{body['legal_name']} LLC"}, lambda body: ("tax", body["tax_id_hash"])),
    Tell(
        lambda body: {"legal_name": "Receivables Trust", "tax_id_hash": secret("trust", body["supplier_id"])},
        lambda body: ("remit", body["remit_hash"]),
    ),
    Tell(
        lambda body: _renamed(body, ", Inc."),
        lambda body: ("name", body["legal_name"].lower(), body["country"], body["postcode"]),
    ),
    Tell(lambda body: _renamed(body, "s"), lambda body: ("postcode", body["country"], body["postcode"])),
    Tell(_elsewhere, lambda body: ("phone", body["phone"])),
)


def entered_again(rng: Random, body: Body) -> tuple[Body, str]:
    """A second record of a supplier, and the block that it has in common with the first."""
    tell = rng.choice(TELLS)
    twin = {**body, **tell.own(body), "supplier_id": f"{body['supplier_id']}-B"}
    return twin, "@".join(("supplier", *tell.block(body)))
