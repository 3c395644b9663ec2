"""Every word over a small alphabet is tried, and what its last letter changed is a transition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

Word = tuple[str, ...]


class Move(NamedTuple):
    """Any of `letters` may lead from each of `sources` to `target`."""

    letters: tuple[str, ...]
    sources: tuple[str, ...]
    target: str


class Machine:
    """States in the order in which they are drawn; `read` says which of them a word leads to."""

    def __init__(
        self,
        states: Sequence[str],
        letters: Mapping[str, int],
        longest: int,
        read: Callable[[Word], str],
        begin: Word = (),
    ) -> None:
        self.states = tuple(states)
        self.letters = letters  # letter -> how often a word may have it
        self.longest = longest
        self.read = read
        self.begin = begin  # every word begins with it

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """All transitions, by target and letter; letters that do the same share a move."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for letter, before, after in self._steps(self.begin, self.read(self.begin)):
            found[after, letter].add(before)
        merged: dict[tuple[str, Word], list[str]] = defaultdict(list)
        for (target, letter), sources in sorted(found.items(), key=self._rank):
            merged[target, tuple(sorted(sources, key=self.states.index))].append(letter)
        return tuple(Move(tuple(letters), sources, target) for (target, sources), letters in merged.items())

    @property
    def silent(self) -> list[str]:
        """The letters that change no state by themselves; what comes after them may go another way."""
        heard = {letter for move in self.moves for letter in move.letters}
        return [letter for letter in self.letters if letter not in heard and letter not in self.begin]

    def _steps(self, word: Word, before: str) -> Iterator[tuple[str, str, str]]:
        for letter, times in self.letters.items():
            if word.count(letter) == times:
                continue
            longer = (*word, letter)
            after = self.read(longer)
            if after != before:
                yield letter, before, after
            if len(longer) < self.longest:
                yield from self._steps(longer, after)

    def _rank(self, found: tuple[tuple[str, str], set[str]]) -> tuple[int, int]:
        (target, letter), _ = found
        return self.states.index(target), list(self.letters).index(letter)
