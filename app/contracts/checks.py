"""What the contract refuses, as a table: one small function a rule, each saying the field and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import msgspec

from app.domain.codes import NO_ORDER, Movement, Purpose, StockStatus
from app.domain.facts import (
    Fact,
    InventoryEvent,
    InventorySnapshot,
    Invoice,
    ItemMaster,
    LocationMaster,
    PurchaseOrder,
    PurchaseOrderAck,
    Receipt,
    Shipment,
    SupplierMaster,
)
from app.errors import ContractError
from app.topics import INTERNAL, Key, Topic

YEAR_1970, YEAR_2000, YEAR_2100, YEAR_2200 = 0, 946_684_800_000, 4_102_444_800_000, 7_258_118_400_000
FIRST_DAY, LAST_DAY = -719_162, 2_932_896  # 0001-01-01, 9999-12-31: what a calendar can say
INT_MAX = (1 << 31) - 1
ID_BYTES, TEXT_BYTES, LINES = 512, 4_096, 10_000
# Python 3.11 takes ten times as long to find a symbol in its vocabulary as in a module.
NO_PURPOSE, NO_MOVEMENT, NO_STATUS = Purpose.UNKNOWN, Movement.UNKNOWN, StockStatus.UNKNOWN
TAKES_BACK = frozenset({Purpose.CANCEL, Purpose.REPLACE, Purpose.CHANGE})

Problem = str
Check = Callable[[Any], Problem | None]  # the first thing that the contract refuses


def check_key(key: bytes | None) -> str:
    """The key as text; raises ContractError."""
    if not key:
        raise ContractError("key: absent")
    try:
        text = key.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ContractError(f"key: not UTF-8 at byte {error.start}") from error
    if len(key) > 2 * ID_BYTES + 1:
        raise ContractError(f"key: {len(key)} bytes, more than {2 * ID_BYTES + 1}")
    if not text.isprintable():
        raise ContractError("key: holds a character that does not print")
    return text


def sound(topic: Topic, key: bytes | None, fact: Any) -> bool:
    """Whether nothing is to be refused of a fact whose texts were looked at as they were read."""
    for check in _CHECKS[type(fact)]:
        if check(fact):
            return False
    expected = _KEYS[topic.key](fact, topic)
    return key == expected.encode() and expected.isprintable()


def check_values(topic: Topic, key: str, fact: Any) -> None:
    """Raises ContractError naming the first thing that the contract refuses."""
    problem = next(_problems(fact), None)
    if problem:
        raise ContractError(f"{topic.schema}: {problem}")
    expected = _KEYS[topic.key](fact, topic)
    if key != expected:
        raise ContractError(f"{topic.schema}: key {key!r:.80} and body disagree: the body says {expected!r:.80}")


def _problems(fact: Any) -> Iterator[Problem]:
    yield from filter(None, (check(fact) for check in _CHECKS[type(fact)]))
    yield from _strings(fact)


def _envelope(fact: Fact) -> Problem | None:
    if not YEAR_2000 <= fact.record_time < YEAR_2100:
        return f"record_time {fact.record_time}: outside 2000-2100"
    if not YEAR_1970 <= fact.event_time < YEAR_2200:
        return f"event_time {fact.event_time}: outside 1970-2200"
    if fact.source_seq is not None and not 1 <= fact.source_seq < 1 << 53:
        return f"source_seq {fact.source_seq}: outside 1 to {(1 << 53) - 1}"
    if fact.purpose is NO_PURPOSE:
        return "purpose: unknown to this release; replay it after the upgrade"
    if fact.supersedes is not None and fact.supersedes == fact.event_id:
        return "supersedes: names the event itself"
    offset = fact.tz_offset_minutes
    if offset is not None and not -1_080 <= offset <= 1_080:
        return f"tz_offset_minutes {offset}: beyond 18 hours"
    return None


_IDS = frozenset(
    "event_id source_system item_id location_id po_number supplier_id shipment_id receipt_id invoice_number ack_id "
    "snapshot_id supersedes lot serial uom line base_uom".split()
)


_DAYS = frozenset("expiry order_date need_by ack_date date ship_date eta invoice_date due_date".split())
_INTS = frozenset("version po_version ack_sla_minutes tz_offset_minutes".split())  # 32 bits in the schema


def bounds(name: str) -> tuple[int, int]:
    """The least and most that a field may be: bytes of a text, days of a date, any other integer itself."""
    if name in _DAYS:
        return FIRST_DAY, LAST_DAY
    if name in _INTS:
        return -INT_MAX, INT_MAX
    return (1, ID_BYTES) if name in _IDS else (0, TEXT_BYTES)


def _strings(struct: Any, path: str = "") -> Iterator[Problem]:
    """No id is empty, no text endless, no string holds NUL; dates are dates; lists are bounded."""
    kind: type[msgspec.Struct] = type(struct)
    strings, wholes, lists = _names(kind)
    for name, limit, empty in strings:
        value = getattr(struct, name)
        if value is not None and (len(value) > limit or not (value or empty) or "\0" in value or not value.isascii()):
            yield from _text(name, value, path)
    for name, least, most in wholes:
        if not least <= (getattr(struct, name) or 0) <= most:
            yield f"{path}{name} {getattr(struct, name)}: outside {least} to {most}"
    for name in lists:
        yield from _list(name, getattr(struct, name), path)


class _Names(NamedTuple):
    """A struct's fields by what is checked of them."""

    strings: list[tuple[str, int, bool]]  # name, most bytes, may be empty
    wholes: list[tuple[str, int, int]]  # name, least, most
    lists: list[str]


@cache
def _names(struct: type[msgspec.Struct]) -> _Names:
    kinds = {field.name: str(field.type) for field in msgspec.structs.fields(struct)}
    strings = [name for name, kind in kinds.items() if kind in ("<class 'str'>", "str | None")]
    return _Names(
        [(name, bounds(name)[1], bounds(name)[0] == 0) for name in strings],
        [(name, *bounds(name)) for name in kinds if name in _DAYS or name in _INTS],
        [name for name, kind in kinds.items() if kind.startswith("tuple")],
    )


def _text(name: str, value: str, path: str) -> Iterator[Problem]:
    if value == "" and name in _IDS:
        yield f"{path}{name}: empty"
    limit = ID_BYTES if name in _IDS else TEXT_BYTES
    if len(value) > limit or (not value.isascii() and len(value.encode("utf-8", "replace")) > limit):
        yield f"{path}{name}: {len(value)} characters, more than {limit} bytes"
    if "\x00" in value:
        yield f"{path}{name}: holds a NUL character"


def _list(name: str, values: tuple[Any, ...], path: str) -> Iterator[Problem]:
    if len(values) > LINES:
        yield f"{path}{name}: {len(values)} entries, more than {LINES}"
    for number, value in enumerate(values):
        if isinstance(value, msgspec.Struct):
            yield from _strings(value, f"{path}{name}[{number}].")


def _movement(event: InventoryEvent) -> Problem | None:
    if event.movement is NO_MOVEMENT:
        return "movement: unknown to this release; replay it after the upgrade"
    if event.stock_status is NO_STATUS:
        return "stock_status: unknown to this release; replay it after the upgrade"
    if event.quantity < 0 and event.movement is not Movement.ADJUST:
        return f"quantity {event.quantity}e-4: negative, which only ADJUST allows"
    if event.serial is not None and event.movement is Movement.COUNT_SET:
        return "serial: a COUNT_SET counts a lot, not one serial number"
    return None


def _position(record: Any) -> Problem | None:
    if "@" not in record.item_id and "@" not in record.location_id:
        return None
    name = "item_id" if "@" in record.item_id else "location_id"
    return f"{name}: holds @, which joins item and location in the key"


def _snapshot(snapshot: Any) -> Problem | None:
    if any(line.stock_status is StockStatus.UNKNOWN for line in snapshot.lines):
        return "lines.stock_status: unknown to this release; replay it after the upgrade"
    return None


def _takes_back(fact: Fact) -> Problem | None:
    if fact.supersedes is not None or fact.purpose not in TAKES_BACK:
        return None
    return f"supersedes: absent, and a {fact.purpose} must say what it takes back"


def _kind(fact: Any) -> Problem | None:
    if fact.kind == "UNKNOWN":
        return "kind: unknown to this release; replay it after the upgrade"
    return None


def _level(fact: Any) -> Problem | None:
    if fact.level == "UNKNOWN":
        return "level: unknown to this release; replay it after the upgrade"
    return None


def _quantities(fact: Any) -> Problem | None:
    for number, line in enumerate(fact.lines):
        if line.quantity < 0:
            return f"lines[{number}].quantity {line.quantity}e-4: negative"
    return None


def _order(order: PurchaseOrder) -> Problem | None:
    if order.version < 0:
        return f"version {order.version}: negative"
    if len({line.line for line in order.lines}) != len(order.lines):
        return "lines: a line number stands twice"
    for number, line in enumerate(order.lines):
        for name in ("unit_price", "under_tolerance_pct", "over_tolerance_pct"):
            if (getattr(line, name) or 0) < 0:
                return f"lines[{number}].{name}: negative"
    if "UNKNOWN" in {order.match_policy, *(line.match_policy for line in order.lines)}:
        return "match_policy: unknown to this release; replay it after the upgrade"
    return None


def _ack(ack: Any) -> Problem | None:
    if any((status.quantity or 0) < 0 for line in ack.lines for status in line.statuses):
        return "lines.statuses.quantity: negative"
    return None


def _units(item: Any) -> Problem | None:
    for number, unit in enumerate(item.uoms):
        if unit.factor <= 0 or unit.per <= 0:
            return f"uoms[{number}]: factor and per must be positive"
    return None


def _currency(fact: Any) -> Problem | None:
    if not (len(fact.currency) == 3 and fact.currency.isascii() and fact.currency.isupper()):
        return f"currency {fact.currency!r:.20}: not an ISO 4217 code"
    return None


_BY_TYPE: dict[type, tuple[Check, ...]] = {
    InventoryEvent: (_movement, _position, _takes_back),
    InventorySnapshot: (_snapshot, _position),
    PurchaseOrderAck: (_level, _ack),
    PurchaseOrder: (_order, _quantities, _currency),
    Shipment: (_kind, _quantities, _takes_back),
    Receipt: (_kind, _quantities, _takes_back),
    Invoice: (_kind, _quantities, _takes_back, _currency),
    ItemMaster: (_units,),
    LocationMaster: (_kind,),
    SupplierMaster: (),
}
_CHECKS: dict[Any, tuple[Check, ...]] = {kind: (_envelope, *checks) for kind, checks in _BY_TYPE.items()}
_CHECKS |= dict.fromkeys((topic.record for topic in INTERNAL), ())  # of our own making: their keys are looked at


def _order_key(fact: Any, topic: Topic) -> str:
    if fact.po_number is None and topic.document is not None:
        return NO_ORDER + str(getattr(fact, topic.document))
    number = str(fact.po_number)
    if number.startswith(NO_ORDER):
        raise ContractError(f"{topic.schema}: po_number {number!r:.80}: {NO_ORDER} marks a document without an order")
    return number


_KEYS: dict[Key, Callable[[Any, Topic], str]] = {
    Key.POSITION: lambda fact, _: f"{fact.item_id}@{fact.location_id}",
    Key.ORDER: _order_key,
    Key.ITEM: lambda fact, _: str(fact.item_id),
    Key.SUPPLIER: lambda fact, _: str(fact.supplier_id),
    Key.LOCATION: lambda fact, _: str(fact.location_id),
    Key.SUPPLIER_FACILITY: lambda fact, _: str(fact.key),
    Key.BLOCK: lambda fact, _: str(fact.key),
    Key.MASTER: lambda fact, _: str(fact.key),
}
