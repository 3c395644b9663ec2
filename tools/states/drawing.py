"""A machine as a picture: a column a state, a row a move, from the dots to the arrow."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, groupby
from xml.sax.saxutils import escape

from tools.states.walk import Machine, Move

LETTER, SYMBOL = 6.7, 6.7  # widths of a letter of the label and of a state's name
LINE, PAD, HEAD = 17, 7, 44
CAPTION = "from the dots to the arrow"
INK, PALE, BAND, HUE = "#1f2328", "#d0d7de", "#f3f5f7", "#0b5cad"
STYLE = (
    "text{font:12px Helvetica,Arial,'DejaVu Sans',sans-serif;fill:#1f2328}"
    ".state{font:bold 11px Menlo,Consolas,'DejaVu Sans Mono',monospace;text-anchor:middle}"
)


def svg(machine: Machine, title: str) -> str:
    """The picture, the same for the same moves."""
    labels = [CAPTION, *(letter for move in machine.moves for letter in move.letters)]
    left = PAD * 3 + LETTER * max(map(len, labels))
    widths = [len(state) * SYMBOL + 26 for state in machine.states]
    ends = list(accumulate(widths, initial=left))
    middles = {state: ends[place] + widths[place] / 2 for place, state in enumerate(machine.states)}
    bottom = HEAD + sum(_height(move) for move in machine.moves)
    width, height = round(ends[-1] + PAD), round(bottom + PAD)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE}</style>",
        f'<rect width="{width}" height="{height}" rx="6" fill="#ffffff" stroke="{PALE}"/>',
        *_bands(machine, width),
        *_columns(machine, middles, bottom),
        *_rows(machine, middles),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _height(move: Move) -> float:
    return len(move.letters) * LINE + PAD


def _bands(machine: Machine, width: int) -> Iterator[str]:
    """Every second target's rows are shaded."""
    top: float = HEAD
    for place, (_, moves) in enumerate(groupby(machine.moves, key=lambda move: move.target)):
        height = sum(map(_height, moves))
        if place % 2 == 0:
            yield f'<rect x="1" y="{top:g}" width="{width - 2}" height="{height:g}" fill="{BAND}"/>'
        top += height


def _columns(machine: Machine, middles: dict[str, float], bottom: float) -> Iterator[str]:
    yield f'<text x="{PAD * 2}" y="26">{CAPTION}</text>'
    for state in machine.states:
        x, width = middles[state], len(state) * SYMBOL + 14
        yield f'<path d="M{x:g} 34V{bottom:g}" stroke="{PALE}"/>'
        yield f'<rect x="{x - width / 2:g}" y="10" width="{width:g}" height="24" rx="5" fill="#fff" stroke="{INK}"/>'
        yield f'<text class="state" x="{x:g}" y="26">{escape(state)}</text>'


def _rows(machine: Machine, middles: dict[str, float]) -> Iterator[str]:
    top: float = HEAD
    for move in machine.moves:
        for place, letter in enumerate(move.letters):
            yield f'<text x="{PAD * 2}" y="{top + PAD / 2 + LINE * place + 13:g}">{escape(letter)}</text>'
        yield from _arrow(move, middles, top + _height(move) / 2)
        top += _height(move)


def _arrow(move: Move, middles: dict[str, float], y: float) -> Iterator[str]:
    """From the sources, on either side, to the target."""
    end, begins = middles[move.target], [middles[source] for source in move.sources]
    for side in (-1, 1):
        there = [begin for begin in begins if (begin - end) * side > 0]
        if there:
            far, tip = max(there, key=lambda x: abs(x - end)), end + side
            back = tip + 8 * side
            yield f'<path d="M{far:g} {y:g}H{back:g}" stroke="{HUE}" stroke-width="1.5"/>'
            yield f'<path d="M{tip:g} {y:g}L{back:g} {y - 4.5:g}V{y + 4.5:g}Z" fill="{HUE}"/>'
    for begin in begins:
        yield f'<circle cx="{begin:g}" cy="{y:g}" r="4" fill="{HUE}"/>'
