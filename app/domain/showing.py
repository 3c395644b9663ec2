"""What a key shows to tables that compare keys: told when it changes, taken back when it is gone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from hashlib import blake2b
from typing import Any

from msgspec import Struct

from app.domain.internal import Sighting

DIGEST_BYTES = 8
Place = tuple[str, str]  # block and document
Said = dict[str, Any]  # the other fields of a sighting


class Shown(Struct, array_like=True, frozen=True, gc=False):
    """A sighting that others were told of, as much of it as it takes to take it back or to see that it changed."""

    block: str
    document: str
    digest: bytes


def show(
    before: tuple[Shown, ...], facts: Mapping[Place, Said], entity: str, version: int, now: int
) -> tuple[tuple[Shown, ...], list[Sighting]]:
    """What is shown now, and what to tell of the difference: what is gone first."""
    shown = tuple(Shown(*place, _digest(said)) for place, said in facts.items())
    if shown == before:
        return before, []
    make = partial(Sighting, record_time=now, state_version=version, entity=entity)
    gone = [old for old in before if (old.block, old.document) not in facts]
    known = set(before)
    fresh = [new for new in shown if new not in known]
    told = [
        *(make(block=old.block, document=old.document, stands=False) for old in gone),
        *(make(block=new.block, document=new.document, stands=True, **facts[new.block, new.document]) for new in fresh),
    ]
    return shown, told


def _digest(said: Said) -> bytes:
    return blake2b(repr(sorted(said.items())).encode(), digest_size=DIGEST_BYTES).digest()
