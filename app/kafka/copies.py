"""Kept copies: what a clean stop leaves on local disk, so that the next start reads only what was written since.

The changelog stays the only truth. A copy is the rows of one topic-partition as of an offset, in a file that is whole
or refused; whatever is doubtful about it is said in the log, and everything is read.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from time import time

import msgspec
from msgspec import Struct

from app.kafka.bulk import Kept
from app.kafka.identity import Identity

FORMAT = 1
BLOCK = 10_000  # rows
DIGEST = hashlib.sha256().digest_size
log = logging.getLogger(__name__)
_encode = msgspec.msgpack.Encoder().encode
_rows = msgspec.msgpack.Decoder(list[bytes]).decode
Pairs = Iterable[tuple[bytes, bytes]]


class Doubtful(Exception):
    """Why a copy is not used, or no longer."""


class Label(Struct, frozen=True, array_like=True):
    """What a file holds: rows as of an offset, written at a time (ms)."""

    format: int
    topic_id: str
    topic: str
    partition: int
    offset: int
    written: int


_label = msgspec.msgpack.Decoder(Label).decode


class Copies:
    """The files of one directory, for topics whose identities are known."""

    def __init__(self, directory: Path, identities: dict[str, Identity]) -> None:
        self.directory, self.identities = directory, identities

    def read_all(self, topic: str, ends: Mapping[int, int]) -> dict[int, Kept]:
        """Partition -> its copy, of those that have one; says how many there are."""
        found = {number: copy for number, end in ends.items() if (copy := self.read(topic, number, end))}
        if found:
            rows = sum(len(copy.rows) for copy in found.values())
            log.info(
                "%s: %d of %d partitions go on from their copies, %s rows", topic, len(found), len(ends), f"{rows:,}"
            )
        return found

    def read(self, topic: str, partition: int, end: int) -> Kept | None:
        """The copy to read on from up to `end`; None if there is none that is beyond doubt. Doubtful ones go."""
        path = self._path(topic, partition)
        try:
            return self._read(path, topic, partition, end)
        except FileNotFoundError:
            return None
        except (Doubtful, OSError) as doubt:
            log.warning("the copy in %s is not used, all of %s/%d is read: %s", path, topic, partition, doubt)
            self.drop(topic, partition)
            return None

    def drop(self, topic: str, partition: int) -> bool:
        """Throw a copy away; whether there was one."""
        try:
            self._path(topic, partition).unlink()
        except OSError:
            return False
        return True

    def drop_all(self, topics: Iterable[str | None], partition: int) -> bool:
        """The same for several topics; whether there was any."""
        dropped = [self.drop(topic, partition) for topic in topics if topic]
        return any(dropped)

    def write(self, topic: str, partition: int, offset: int, rows: Pairs) -> None:
        """Leave a copy of the rows as of an offset, in the place of an older one; failing that, only say so."""
        label = Label(FORMAT, self.identities[topic].id, topic, partition, offset, int(time() * 1000))
        path = self._path(topic, partition)
        new = path.with_suffix(".new")
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            _write(new, _parts(label, rows))
            new.replace(path)
            _sync(self.directory)
        except OSError as error:
            log.warning("no copy of %s/%d is left in %s: %s", topic, partition, self.directory, error)
            with suppress(OSError):
                new.unlink()

    def _path(self, topic: str, partition: int) -> Path:
        return self.directory / f"{topic}-{partition}.rows"

    def _read(self, path: Path, topic: str, partition: int, end: int) -> Kept:
        content = memoryview(path.read_bytes())
        body, digest = content[:-DIGEST], content[-DIGEST:]
        if hashlib.sha256(body).digest() != digest:
            raise Doubtful("it is damaged")
        blocks = _split(body)
        label = _label(next(blocks))
        self._check(label, topic, partition, end)
        rows: dict[bytes, bytes] = {}
        for block in blocks:
            flat = iter(_rows(block))
            rows.update(zip(flat, flat, strict=True))
        return Kept(label.offset, rows)

    def _check(self, label: Label, topic: str, partition: int, end: int) -> None:
        """A deletion that happened after the copy must still be readable, or it would come back to life."""
        identity, age = self.identities[topic], int(time() * 1000) - label.written
        if label.format != FORMAT:
            raise Doubtful(f"it has format {label.format}, this release reads {FORMAT}")
        if (label.topic_id, label.topic, label.partition) != (identity.id, topic, partition):
            raise Doubtful("it is of another topic or cluster: the topic was made anew")
        if not 0 <= age < identity.tombstones // 2:
            raise Doubtful(
                f"it is {age // 1000} s old, and deletions stay readable for {identity.tombstones // 1000} s"
            )
        if label.offset > end:
            raise Doubtful(f"it goes to offset {label.offset}, the topic only to {end}")


def _parts(label: Label, rows: Pairs) -> Iterator[bytes]:
    """Length-prefixed: the label, then blocks of keys and values by turns."""
    yield from _prefixed(_encode(label))
    left = iter(rows)
    while block := [part for row in islice(left, BLOCK) for part in row]:
        yield from _prefixed(_encode(block))


def _write(path: Path, parts: Iterable[bytes]) -> None:
    """Durably, with a checksum at the end."""
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for part in parts:
            digest.update(part)
            file.write(part)
        file.write(digest.digest())
        file.flush()
        os.fsync(file.fileno())


def _prefixed(part: bytes) -> tuple[bytes, bytes]:
    return len(part).to_bytes(4, "big"), part


def _split(body: memoryview) -> Iterator[memoryview]:
    at = 0
    while at < len(body):
        size = int.from_bytes(body[at : at + 4], "big")
        yield body[at + 4 : at + 4 + size]
        at += 4 + size


def _sync(directory: Path) -> None:
    """A rename is durable once its directory is."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
