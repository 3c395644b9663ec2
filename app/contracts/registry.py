"""Writers' schemas from a schema registry, asked in threads of their own so that no event loop ever waits for it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple, TypeVar

from confluent_kafka.schema_registry import Schema, SchemaRegistryClient, SchemaRegistryError

from app.contracts.schemas import Known, Version, Written, latest, shipped
from app.errors import ConfigurationError, RegistryUnavailable, SchemaMissing, SynclineError
from app.topics import TOPICS, Topic

TIMEOUT_S = 5.0  # one request; the caller asks again
UNKNOWN_S = 60.0  # an id the registry does not have is asked for again after this: a follower may lag behind
THREADS = 4
SCHEMA_NOT_FOUND, SUBJECT_NOT_FOUND = 40403, 40401  # a 404 without such a code comes from a proxy or a wrong URL
T = TypeVar("T")


class Registered(NamedTuple):
    """One version of a subject as the registry has it."""

    subject: str
    version: int
    id: int


class RegistrySchemas(Known):
    """Writer schemas by the ids of the registry at `url`."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` in seconds. Raises ConfigurationError where `url` is none."""
        super().__init__()
        self.url, self.clock = url, clock
        self._client = client(url)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="registry")
        self._unknown_until: dict[int, float] = {}
        self._ids: dict[str, int] = {}

    def get(self, schema_id: int) -> Written:
        """Raises SchemaMissing before it was fetched or fetched long ago in vain, DecodeError where nobody has it."""
        until = self._unknown_until.get(schema_id)
        if until is not None and self.clock() >= until:
            raise SchemaMissing(schema_id)
        return super().get(schema_id)

    async def fetch(self, schema_id: int) -> None:
        """Ask for a schema; raises RegistryUnavailable. What the registry does not have is known to be unknown."""
        call = asyncio.get_running_loop().run_in_executor(self._threads, self._fetch, schema_id)
        try:
            raw = await asyncio.wait_for(call, 2 * TIMEOUT_S)
        except TimeoutError as error:
            raise RegistryUnavailable(_away(self.url, "it does not answer in time")) from error
        self._unknown_until.pop(schema_id, None)
        if raw is None:
            self._unknown_until[schema_id] = self.clock() + UNKNOWN_S
        self.learn(schema_id, raw)

    def ids(self) -> dict[str, int]:
        """topic -> id of our newest schema; asks the registry once, and waits for it: ask before the loop runs.

        Raises ConfigurationError naming the subjects that lack it, RegistryUnavailable.
        """
        if not self._ids:
            self._ids = self._ask_for_ids()
        return self._ids

    def _ask_for_ids(self) -> dict[str, int]:
        found = {topic: self._id(topic) for topic in TOPICS.values()}
        absent = [topic.subject for topic, schema_id in found.items() if schema_id is None]
        if absent:
            raise ConfigurationError(
                f"the schema registry at {self.url} lacks our newest schema of {', '.join(absent)}; "
                "run `syncline schemas register`"
            )
        return {topic.name: schema_id for topic, schema_id in found.items() if schema_id is not None}

    def _fetch(self, schema_id: int) -> Any:
        try:
            schema = _ask(self.url, lambda: self._client.get_schema(schema_id))
        except _Absent:
            return None
        if schema.schema_type not in (None, "AVRO"):
            return None
        try:
            return json.loads(schema.schema_str or "")
        except ValueError:
            return None

    def _id(self, topic: Topic) -> int | None:
        schema = _schema(latest(topic.schema))
        try:
            registered = _ask(self.url, lambda: self._client.lookup_schema(topic.subject, schema))
        except _Absent:
            return None
        return registered.schema_id


def client(url: str) -> SchemaRegistryClient:
    """Raises ConfigurationError. It does not repeat requests itself: its repetitions could not be stopped."""
    try:
        return SchemaRegistryClient({"url": url, "timeout": TIMEOUT_S, "max.retries": 0})
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f"SCHEMA_REGISTRY_URL={url}: {error}") from error


def register(url: str) -> Iterator[Registered]:
    """Register all shipped schemas, versions in order; what is there already stays as it is.

    Raises ConfigurationError where the registry refuses one, RegistryUnavailable.
    """
    to = client(url)
    for topic in TOPICS.values():
        _ask(url, partial(to.set_compatibility, topic.subject, "FULL_TRANSITIVE"))
        for version in shipped():
            if version.record == topic.schema:
                yield _register(url, to, topic.subject, _schema(version))


def _register(url: str, to: SchemaRegistryClient, subject: str, schema: Schema) -> Registered:
    _ask(url, lambda: to.register_schema(subject, schema))
    found = _ask(url, lambda: to.lookup_schema(subject, schema))
    return Registered(subject, found.version or 0, found.schema_id or 0)


def _schema(version: Version) -> Schema:
    return Schema(json.dumps(version.raw), "AVRO")


class _Absent(SynclineError):
    """The registry answers, and does not have it."""


def _ask(url: str, question: Callable[[], T]) -> T:
    """The registry's answer, its errors told apart; raises _Absent, ConfigurationError, RegistryUnavailable."""
    try:
        return question()
    except SchemaRegistryError as error:
        if error.error_code in (SCHEMA_NOT_FOUND, SUBJECT_NOT_FOUND):
            raise _Absent(str(error)) from error
        if error.http_status_code in (401, 403, 409, 422):
            raise ConfigurationError(f"the schema registry at {url} refuses: {error}") from error
        raise RegistryUnavailable(
            f"the schema registry at {url} (SCHEMA_REGISTRY_URL) fails: {error}; its log may say why, unless the URL "
            "is that of something else"
        ) from error
    except Exception as error:  # which HTTP library it speaks with, and fails with, changes with its version
        raise RegistryUnavailable(_away(url, error)) from error


def _away(url: str, why: object) -> str:
    return (
        f"no schema registry at {url} (SCHEMA_REGISTRY_URL): {why}; start it, or set SCHEMA_REGISTRY_URL to where one "
        "runs; `syncline registry` serves one to try out"
    )
