"""Structs to bytes: our newest schema of the topic, in the registry's wire format."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from typing import Any

import msgspec
from fastavro import schemaless_writer

from app.contracts import compiled
from app.contracts.schemas import reader
from app.contracts.symbols import spelled
from app.errors import ContractError, RecordError
from app.topics import TOPICS


@cache
def _compiled(topic: str, prefix: bytes) -> compiled.Writer:
    struct = TOPICS[topic].record
    if struct is None:
        raise ContractError(f"{topic}: this release writes none", topic)
    return compiled.writer(reader(topic), struct, prefix)


class Encoder:
    """Encodes inputs and outputs; `ids` names the registry's id of our newest schema of each topic."""

    def __init__(self, ids: Mapping[str, int]) -> None:
        self._writers: dict[str, compiled.Writer] = {}
        self._prefix = {topic: b"\x00" + schema_id.to_bytes(4, "big") for topic, schema_id in ids.items()}

    def encode(self, topic: str, struct: msgspec.Struct) -> bytes:
        """Raises ContractError where a value does not fit its field."""
        try:
            return self._writers[topic](struct)
        except Exception:  # the reference writes it, or says what is wrong
            self._writers[topic] = _compiled(topic, self._prefix[topic])
            return self.encode_record(topic, spelled(msgspec.to_builtins(struct, builtin_types=(bytes,))))

    def encode_record(self, topic: str, record: dict[str, Any]) -> bytes:
        """The same for a record of plain values, decimals unscaled, times as integers."""
        stream = BytesIO()
        stream.write(self._prefix[topic])
        try:
            schemaless_writer(stream, reader(topic), record)
        except RecordError:
            raise
        except Exception as error:
            raise ContractError(f"{topic}: {type(error).__name__}: {error}"[:500], topic) from error
        return stream.getvalue()
