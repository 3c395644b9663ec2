"""Who and what: facilities with a warehouse and wards, items with their unit, suppliers with their habits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from random import Random
from typing import Any, NamedTuple

WARDS = ("ICU", "ED", "OR")
GOODS = (
    ("Nitrile glove, medium", "XBX", False),
    ("Surgical mask", "XBX", False),
    ("Infusion set", "EA", False),
    ("Peripheral catheter 20G", "EA", True),
    ("Suture 3-0", "EA", True),
    ("Saline 0.9 % 1 l", "XBG", True),
    ("Gauze swab 10x10", "XPK", False),
    ("Syringe 10 ml", "EA", False),
    ("Heparin 5000 IU", "XVI", True),
    ("Foley catheter 16F", "EA", True),
)
ITEMS_A_SUPPLIER = 12
CASE = "XCS"
CASES = (4, 5, 8, 10, 20, 25)  # pieces in a supplier's case; what any number of pieces comes to has an end
CASE_ON_SHELF = 2  # pieces in everybody else's
CRITICAL_EVERY = 7
QUICK_SLA = 12 * 60  # minutes


class Supplier(NamedTuple):
    """How a supplier works: hours to the answer, days to the shipment, the share of orders sent in two parts.

    `sla_minutes`: within which he promises to answer, where he does.
    """

    supplier_id: str
    name: str
    answer_hours: tuple[int, int]
    ship_days: tuple[int, int]
    splits: float
    sla_minutes: int | None


class Item(NamedTuple):
    """What is stocked; `daily`: movements a day in each ward, `pack`: the most that one of them takes.

    `critical`: a shortage harms patients.
    """

    item_id: str
    description: str
    uom: str
    lot_tracked: bool
    supplier: Supplier
    price: str
    daily: float
    pack: int
    critical: bool


def _goods(number: int) -> tuple[str, str, bool]:
    return GOODS[number % len(GOODS)]


def unit_of(item_id: str) -> str:
    """The unit in which an item is kept."""
    return _goods(int(item_id[-5:]))[1]


def case_of(item_id: str) -> int:
    """How many pieces its supplier packs into a case."""
    return CASES[int(item_id[-5:]) % len(CASES)]


class Place(NamedTuple):
    """A location that holds stock."""

    location_id: str
    facility_id: str
    kind: str


class Facility(NamedTuple):
    """A hospital: its warehouse, and per ward the items it keeps."""

    facility_id: str
    store: Place
    wards: tuple[tuple[Place, tuple[Item, ...]], ...]


class Network(NamedTuple):
    """Everybody and everything."""

    facilities: tuple[Facility, ...]
    items: tuple[Item, ...]
    suppliers: tuple[Supplier, ...]
    offered: Mapping[str, tuple[Item, ...]]  # by supplier


def build(rng: Random, facilities: int, items: int) -> Network:
    """A network of that size; the same `rng` state gives the same network."""
    suppliers = tuple(_supplier(rng, n) for n in range(1, items // ITEMS_A_SUPPLIER + 2))
    goods = tuple(_item(rng, n, suppliers) for n in range(1, items + 1))
    offered = {each.supplier_id: tuple(item for item in goods if item.supplier is each) for each in suppliers}
    return Network(tuple(_facility(rng, n, goods) for n in range(1, facilities + 1)), goods, suppliers, offered)


def _supplier(rng: Random, number: int) -> Supplier:
    quick = rng.random() < 0.6
    return Supplier(
        f"SUP-{number:03}",
        f"Supplier {number:03}",
        (1, 6) if quick else (4, 20),
        (1, 3) if quick else (2, 5),
        rng.choice((0.0, 0.1, 0.3)),
        QUICK_SLA if quick else None,
    )


def _item(rng: Random, number: int, suppliers: tuple[Supplier, ...]) -> Item:
    name, uom, lots = _goods(number)
    price = f"{rng.randint(1, 80)}.{rng.randint(0, 99):02}"
    supplier = suppliers[number % len(suppliers)]
    daily, pack = rng.choice((0.8, 2, 4)), rng.randint(2, 8)
    critical = number % CRITICAL_EVERY == 0
    return Item(f"ITEM-{number:05}", f"{name} ({number})", uom, lots, supplier, price, daily, pack, critical)


def _facility(rng: Random, number: int, items: tuple[Item, ...]) -> Facility:
    name = f"H{number:02}"
    wards = []
    for ward in WARDS:
        kept = tuple(item for item in items if rng.random() < 0.5) or items[:1]
        wards.append((Place(f"{name}-{ward}", name, "PAR"), kept))
    return Facility(name, Place(f"{name}-STORE", name, "STOREROOM"), tuple(wards))


def masters(network: Network, valid_from: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(topic, key, body) of every item, supplier and location; `valid_from` is ISO-8601."""
    for item in network.items:
        yield "item-master", item.item_id, _item_master(item, valid_from)
    for number, supplier in enumerate(network.suppliers, start=1):
        yield "supplier-master", supplier.supplier_id, _supplier_master(supplier, number)
    for facility in network.facilities:
        for place in (facility.store, *(ward for ward, _ in facility.wards)):
            yield "location-master", place.location_id, {**place._asdict(), "version": 1}


def _supplier_master(supplier: Supplier, number: int) -> dict[str, Any]:
    """Of everything that may tell of one who was entered twice every supplier has his own."""
    body: dict[str, Any] = {
        "supplier_id": supplier.supplier_id,
        "version": 1,
        "legal_name": supplier.name,
        "status": "ACTIVE",
        "tax_id_hash": secret("tax", supplier.supplier_id),
        "remit_hash": secret("remit", supplier.supplier_id),
        "postcode": f"{number:05}",
        "country": "US",
        "phone": f"617555{number:04}",
        "sends_acks": True,
        "sends_asns": True,
    }
    return body if supplier.sla_minutes is None else {**body, "ack_sla_minutes": supplier.sla_minutes}


def secret(*parts: str) -> str:
    """A number of which only the hash is told."""
    return sha256(" ".join(parts).encode()).hexdigest()[:16]


def _item_master(item: Item, valid_from: str) -> dict[str, Any]:
    return {
        "item_id": item.item_id,
        "version": 1,
        "description": item.description,
        "base_uom": item.uom,
        "uoms": [
            {"uom": CASE, "factor": case_of(item.item_id), "supplier_id": item.supplier.supplier_id},
            {"uom": CASE, "factor": CASE_ON_SHELF},
        ],
        "lot_tracked": item.lot_tracked,
        "standard_cost": item.price,
        "currency": "USD",
        "valid_from": valid_from,
        "critical": item.critical,
    }
