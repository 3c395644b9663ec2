"""Packs whose numbers are wrong, and packs that are announced twice."""

from __future__ import annotations

from random import Random

from app.dev.simulator.feeds import HOUR
from app.dev.simulator.order_faults import whole
from app.dev.simulator.papers import asn, shipment_id
from app.dev.simulator.scripts import Script


def misread_pack(rng: Random, script: Script) -> None:
    """The notice names its pack by a number with a wrong digit."""
    body = script.first("shipments").body
    right = body["lines"][0]["sscc"]
    wrong = right[:-1] + str((int(right[-1]) + rng.randint(1, 9)) % 10)
    for line in body["lines"]:
        line["sscc"] = wrong
    script.label("misread-pack", "CHECK_DIGIT", body["shipment_id"], open_at_end=False)


def pack_twice(rng: Random, script: Script) -> None:
    """The notice comes once more under another number, for the same pack."""
    whole(script)
    first = script.first("shipments")
    again = asn(script, first.at + rng.randint(1, 5) * HOUR, 1, script.quantities)
    again.body["shipment_id"] = shipment_id(script, 2)
    script.docs.append(again)
    script.label("pack-twice", "DUPLICATE_CONFLICT", f"sscc {first.body['lines'][0]['sscc']}")
    for line in script.lines:
        script.label("pack-twice", "OVER_SHIP", line.number)
        script.label("pack-twice", "ASN_RECEIPT", line.number)
