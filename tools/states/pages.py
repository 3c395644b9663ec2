"""The page of the states, and its pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

from app.domain.orders.acks import ANSWER
from app.domain.orders.derive import LIFE
from app.domain.orders.states import FULFILMENT, INVOICING
from tools.markdown import page, table
from tools.states import orders
from tools.states.alerts import ALERT
from tools.states.drawing import svg
from tools.states.standings import FATES, STANDING
from tools.states.walk import Machine

Rows = Iterable[tuple[str, Any, str]]  # the condition in words, the condition, the state


class Chapter(NamedTuple):
    """One machine: what it is about, and the table that decides, where there is one."""

    name: str
    title: str
    lead: str
    machine: Machine
    rows: Rows = ()


CHAPTERS = (
    Chapter("life", "Life of an order", "Where the order stands as a whole.", orders.LIFE, LIFE),
    Chapter(
        "answer",
        "What the supplier answered",
        "Of a line the last clear answer to its present terms, and what was shipped without words; codes are those of\n"
        "X12 668. The order shows the worst of its open lines.",
        orders.ANSWER,
        ANSWER,
    ),
    Chapter(
        "fulfilment",
        "How far the goods are",
        "Of a line; wanted is what is ordered, less what is cancelled. The order shows its least advanced open line.",
        orders.FULFILMENT,
        FULFILMENT,
    ),
    Chapter(
        "invoicing",
        "How far the bills are",
        "Of a line that is matched against its receipts first. The order shows its worst open line.",
        orders.INVOICING,
        INVOICING,
    ),
    Chapter(
        "alert",
        "Life of an alert",
        "A condition that is true waits out its grace, opens an alert, rises where its rule has a second stage, and\n"
        "heals by itself. What opens again has the same id and the next episode.",
        ALERT,
    ),
    Chapter(
        "standing",
        "Whether a document counts",
        "One ship notice, and what else may come, in any order: the same documents always leave it in the same state.\n"
        "A CANCEL of what replaced it revives nothing.",
        STANDING,
        FATES,
    ),
)


def states_page() -> str:
    """All machines."""
    return page(
        "States",
        "Every transition here was found by running the code: each word over the letters on the left, as long as the\n"
        "page says, is folded document by document, and what its last letter changed is a row. Several rows may lead\n"
        "from one state by one letter, for a state does not tell all that is known of an order. Where there is a\n"
        "table, the first row that holds decides.",
        "\n\n".join(map(_chapter, CHAPTERS)),
    )


def _chapter(chapter: Chapter) -> str:
    machine = chapter.machine
    first = f" after {' and '.join(machine.begin)}" if machine.begin else ""
    decides = [table(("state", "when"), [(f"`{state}`", words) for words, _, state in chapter.rows])]
    return "\n\n".join(
        (
            f"## {chapter.title}",
            chapter.lead,
            *(decides if chapter.rows else ()),
            f"Up to {machine.longest - len(machine.begin)} letters{first}:",
            f"![{chapter.title}]({chapter.name}.svg)",
            *(["Change no state by themselves: " + "; ".join(machine.silent) + "."] if machine.silent else ()),
        )
    )


STATES: dict[str, Callable[[], str]] = {
    "README.md": states_page,
    **{f"{chapter.name}.svg": partial(svg, chapter.machine, chapter.title) for chapter in CHAPTERS},
}
