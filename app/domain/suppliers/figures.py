"""What the sums come to, as exact decimals in text; null where nothing was to be measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from app.domain.policy import HOUR, ONE, WHOLE
from app.domain.quantities import text


class Figure(NamedTuple):
    """`part` of `of`, in `unit`: `scale` is what one whole is in 1/10,000 of it."""

    name: str
    part: str
    of: str
    unit: str
    scale: int
    per: int
    meaning: str


def _percent(name: str, part: str, of: str, meaning: str, per: int = 1) -> Figure:
    return Figure(name, part, of, "%", WHOLE, per, meaning)


FIGURES = (
    _percent("acknowledged_pct", "acknowledged", "orders", "orders that want an answer and got an acknowledgement"),
    Figure("ack_hours", "ack_wait", "acknowledged", "h", ONE, HOUR, "hours from order to answer, on average"),
    _percent(
        "header_disagreed_pct", "disagreed", "answers", "answers whose header says something else than their lines"
    ),
    _percent("on_time_pct", "on_time", "dated", "lines that came by the day they were needed"),
    _percent("on_time_in_full_pct", "on_time_in_full", "dated", "lines that came by then, in full and good condition"),
    _percent("fill_rate_pct", "filled", "over", "share of a line that came in good condition, on average", ONE),
    Figure("lead_days", "lead_days", "led", "d", ONE, 1, "days from ordering to having come, on average"),
    _percent("invoice_match_pct", "matched", "invoiced", "billed lines without a price or quantity exception"),
    _percent("perfect_line_pct", "perfect", "over", "lines with answer and invoice and no exception (GHX)"),
)


def figures(sums: Mapping[str, int]) -> dict[str, str | None]:
    """Every figure of one record, or of several added up; rounded down to 1/10,000 of its unit."""
    return {figure.name: _value(figure, sums) for figure in FIGURES}


def _value(figure: Figure, sums: Mapping[str, int]) -> str | None:
    of = sums.get(figure.of, 0)
    return text(figure.scale * sums.get(figure.part, 0) // (of * figure.per)) if of else None
