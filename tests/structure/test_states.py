"""What the pictures of states promise: whole, readable, and true."""

from __future__ import annotations

import re
from itertools import combinations, permutations

import pytest

from tools.states import orders
from tools.states.alerts import ALERT
from tools.states.drawing import LETTER, PAD, svg
from tools.states.pages import CHAPTERS, Chapter
from tools.states.standings import STANDING
from tools.states.walk import Machine

MACHINES = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)


def leads(machine: Machine, letter: str, source: str, target: str) -> bool:
    """Whether a picture has a way."""
    return any(m.target == target and letter in m.letters and source in m.sources for m in machine.moves)


@MACHINES
def test_every_state_is_reached_and_what_decides_says_each_but_the_first(chapter: Chapter) -> None:
    machine, said = chapter.machine, {state for *_, state in chapter.rows}
    first = machine.read(machine.begin)
    assert {first, *(move.target for move in machine.moves)} == set(machine.states)
    assert not said or said | {first} == set(machine.states)


@MACHINES
def test_labels_end_where_the_states_begin(chapter: Chapter) -> None:
    drawn = svg(chapter.machine, chapter.title)
    frames = [float(x) for x in re.findall(r'<rect x="([\d.]+)" y="10"', drawn)]
    labels = re.findall(r'<text x="14" [^>]*>([^<]+)<', drawn)
    assert len(labels) > len(chapter.machine.moves)
    assert 2 * PAD + LETTER * max(map(len, labels)) <= min(frames)


def test_a_move_has_the_letters_that_do_the_same_and_the_states_where_they_do() -> None:
    words = {"": "low", "u": "high", "v": "high"}
    machine = Machine(
        ("low", "high"), {"u": 1, "v": 1, "down": 1}, 2, lambda word: words.get("".join(word[-1:]), "low")
    )
    assert [(move.letters, move.sources, move.target) for move in machine.moves] == [
        (("down",), ("high",), "low"),
        (("u", "v"), ("low",), "high"),
    ]


def test_the_ways_of_a_cancel_are_drawn() -> None:
    assert leads(orders.LIFE, "cancel", "OPEN", "CANCEL_PENDING")
    assert leads(orders.LIFE, "a day without an answer", "CANCEL_PENDING", "CLOSED_SHORT")
    assert leads(orders.LIFE, "confirmation", "CANCELLED", "REACTIVATED")


def test_what_is_completed_is_never_cancelled() -> None:
    assert not leads(orders.LIFE, "cancel", "COMPLETED", "CANCELLED")


def test_whether_a_document_counts_does_not_depend_on_the_order_of_arrival() -> None:
    for letters in combinations(STANDING.letters, 4):
        assert len({STANDING.read(word) for word in permutations(letters)}) == 1, letters


def test_the_cancel_of_a_replacement_revives_nothing() -> None:
    assert "CANCEL of its replacement" in STANDING.silent


def test_what_opens_again_was_in_its_grace_again() -> None:
    assert [move.sources for move in ALERT.moves if move.target == "OPEN again"] == [("in its grace",)]
