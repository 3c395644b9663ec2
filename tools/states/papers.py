"""The documents that words are made of: an order of ten pieces, and what may be said about them."""

from __future__ import annotations

from collections.abc import Callable

from app.domain.codes import MatchPolicy, Purpose
from app.domain.orders.documents import (
    AckDocument,
    Answered,
    Billed,
    Document,
    InvoiceDocument,
    Moved,
    OrderDocument,
    Ordered,
    ReceiptDocument,
    ShipmentDocument,
    Status,
)
from app.domain.orders.entry import Entry
from app.domain.policy import DAY, HOUR

BEGIN = 20_000 * DAY
ONE = 10_000
PRICE = 2_000_000
NAMES = ("10", "ITEM", None, None)
Paper = Callable[[str, int], Entry]  # of its id and its time (ms)


def entry(
    event_id: str, at: int, document: Document, purpose: Purpose = Purpose.ORIGINAL, supersedes: str | None = None
) -> Entry:
    """Written down when it happened; its id says what is in it."""
    return Entry(event_id, "edi", None, at, at, supersedes, purpose, event_id.encode(), document)


def order(version: int, pieces: int, purpose: Purpose = Purpose.ORIGINAL) -> Paper:
    """850, 860, a cancel or a confirmation."""
    terms = Ordered("10", pieces * ONE, "EA", *NAMES[1:], PRICE, None, None, None, None, None, False)
    policy = MatchPolicy.THREE_WAY_GR_FIRST
    document = OrderDocument("PO", version, "ACME", None, policy, False, (terms,), "USD")
    return lambda event_id, at: entry(event_id, at, document, purpose)


def says(code: str, pieces: int | None = None, change_response: bool = False) -> Paper:
    """855 with one code (X12 668), or 865."""
    quantity, day = None if pieces is None else pieces * ONE, BEGIN // DAY + 9
    status = Status(code, quantity, None, day, None, None, None, None)
    line = Answered(*NAMES, (status,))
    return lambda event_id, at: entry(event_id, at, AckDocument(event_id, None, False, None, change_response, (line,)))


def ships(pieces: int) -> Paper:
    """856."""
    goods = (Moved(*NAMES, pieces * ONE, "EA"),)
    return lambda event_id, at: entry(event_id, at, ShipmentDocument(event_id, True, None, goods))


def receives(pieces: int, returns: bool = False) -> Paper:
    """861 in good condition, or goods that go back."""
    goods = (Moved(*NAMES, pieces * ONE, "EA", None, "07"),)
    return lambda event_id, at: entry(event_id, at, ReceiptDocument(event_id, returns, at, None, False, goods))


def bills(pieces: int, price: int = PRICE, credit: bool = False) -> Paper:
    """810, or a credit memo."""
    goods = (Billed(*NAMES, pieces * ONE, "EA", price, None, None),)
    total = pieces * price // 100
    return lambda event_id, at: entry(
        event_id, at, InvoiceDocument(event_id, credit, goods, "USD", "ACME", at // DAY, total)
    )


def takes_back(event_id_taken: str, like: Paper) -> Paper:
    """A CANCEL of the document of that id."""

    def taken(event_id: str, at: int) -> Entry:
        return entry(event_id, at, like(event_id, at).document, Purpose.CANCEL, event_id_taken)

    return taken


def written(word: tuple[str, ...], papers: dict[str, Paper | int]) -> tuple[list[Entry], int]:
    """The documents of a word an hour apart, and the time (ms) after the last; a number is a wait (ms)."""
    clock, entries = BEGIN, []
    for place, letter in enumerate(word):
        paper = papers[letter]
        if isinstance(paper, int):
            clock += paper
        else:
            clock += HOUR
            entries.append(paper(f"{letter} {word[: place + 1].count(letter)}", clock))
    return entries, clock
