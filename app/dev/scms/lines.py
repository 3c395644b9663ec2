"""The rows of the delivery history: what each says, or why it cannot be used."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from app.contracts.decimals import parse_decimal
from app.errors import UsageError

SENT = "PO Sent to Vendor Date"
QUOTED = "PQ First Sent to Client Date"
UNDATED = frozenset({"Date Not Captured", "N/A - From RDC", "Pre-PQ Process", "N/A", ""})
FORMATS = ("%d-%b-%y", "%m/%d/%y")  # the file holds both
NEEDED = {
    "ID": "id",
    "PO / SO #": "order",
    "ASN/DN #": "shipment",
    "Country": "country",
    "Managed By": "buyer",
    "Fulfill Via": "channel",
    "Vendor": "vendor",
    "Item Description": "item",
    "Line Item Quantity": "quantity",
    "Pack Price": "pack_price",
}


class Delivery(NamedTuple):
    """One delivered order line. Quantity in packs, price in US dollars a pack; both as the file writes them."""

    row: int  # counted from 1, the heading included
    id: str
    order: str
    shipment: str
    country: str
    buyer: str
    channel: str
    vendor: str
    item: str
    quantity: str
    pack_price: str
    sent: date | None
    quoted: date | None
    scheduled: date
    delivered: date
    recorded: date


class Rejected(NamedTuple):
    """A row that becomes no event."""

    row: int
    id: str
    reason: str


class History(NamedTuple):
    """The whole file."""

    name: str
    deliveries: list[Delivery]
    rejected: list[Rejected]


def load(path: Path) -> History:
    """Read a csv or csv.gz file; raises UsageError where it is not the delivery history at all."""
    history = History(path.name, [], [])
    known: dict[tuple[str, str], Delivery] = {}
    for row, fields in _rows(path):
        try:
            delivery = _delivery(row, fields)
            _check_repeated(delivery, known)
            history.deliveries.append(delivery)
        except ValueError as error:
            history.rejected.append(Rejected(row, (fields.get("ID") or "").strip(), str(error)))
    return history


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str | None]]]:
    try:
        with _open(path) as file:
            reader = csv.DictReader(io.TextIOWrapper(file, encoding="utf-8-sig", newline=""))
            missing = {*NEEDED, SENT, QUOTED} - set(reader.fieldnames or ())
            if missing:
                raise UsageError(f"{path} is not the SCMS delivery history: it has no column {min(missing)!r}")
            yield from enumerate(reader, start=2)
    except (EOFError, UnicodeDecodeError, csv.Error, gzip.BadGzipFile) as error:
        raise UsageError(f"{path} is not the SCMS delivery history: {error}") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error


def _open(path: Path) -> BinaryIO | gzip.GzipFile:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path) if packed else path.open("rb")


def _delivery(row: int, fields: Mapping[str, str | None]) -> Delivery:
    """Raises ValueError with the reason why the row cannot be used."""
    if None in fields or None in fields.values():
        raise ValueError("not as many cells as the heading")
    texts = {name: (fields[column] or "").strip() for column, name in NEEDED.items()}
    absent = next((column for column, name in NEEDED.items() if not texts[name]), None)
    if absent:
        raise ValueError(f"{absent}: empty")
    _check_amount("Line Item Quantity", texts["quantity"], 4)
    _check_amount("Pack Price", texts["pack_price"], 6)
    return Delivery(
        row,
        **texts,
        sent=_date(fields, SENT),
        quoted=_date(fields, QUOTED),
        scheduled=_needed_date(fields, "Scheduled Delivery Date"),
        delivered=_needed_date(fields, "Delivered to Client Date"),
        recorded=_needed_date(fields, "Delivery Recorded Date"),
    )


def _check_amount(column: str, text: str, scale: int) -> None:
    try:
        negative = parse_decimal(text, scale) < 0
    except ValueError:
        raise ValueError(f"{column}: not a decimal") from None
    if negative:
        raise ValueError(f"{column}: negative")


def _date(fields: Mapping[str, str | None], column: str) -> date | None:
    """None where the file says that nobody wrote it down."""
    text = (fields[column] or "").strip()
    if text in UNDATED:
        return None
    for form in FORMATS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  a calendar date has no zone
        except ValueError:
            continue
    raise ValueError(f"{column}: not a date")


def _needed_date(fields: Mapping[str, str | None], column: str) -> date:
    found = _date(fields, column)
    if found is None:
        raise ValueError(f"{column}: not captured")
    return found


def _check_repeated(delivery: Delivery, known: dict[tuple[str, str], Delivery]) -> None:
    """A row's number is its order line: it may not come twice."""
    if known.setdefault((delivery.order, delivery.id), delivery) is not delivery:
        raise ValueError("ID: stands twice in this order")
