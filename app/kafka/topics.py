"""Topics as the worker needs them: what to create, and what is wrong with those that exist."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping
from time import monotonic
from typing import Any, NamedTuple

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import IncompatibleBrokerVersion, KafkaError, NoError, TopicAlreadyExistsError, for_code

from app.errors import BrokerUnavailable, ConfigurationError, TopicsWrong
from app.kafka.limits import INPUT_MOST, RECORD_BYTES
from app.kafka.names import changelog, history
from app.settings import Settings
from app.store.table import Table
from app.topics import READ_NAMES, TOPICS

CREATE_MS = 30_000
MADE = (NoError, TopicAlreadyExistsError)  # somebody else may create them at the same time
COMPACT, LARGEST, IN_SYNC = "cleanup.policy", "max.message.bytes", "min.insync.replicas"


class Wanted(NamedTuple):
    """One topic as it should be; `configs` holds only what differs from a broker's defaults."""

    name: str
    partitions: int
    configs: Mapping[str, str]


class Found(NamedTuple):
    """One topic as it is; `configs` is empty where the broker does not tell."""

    partitions: int
    configs: Mapping[str, str]
    replicas: int = 1  # of the partition that has fewest


def wanted(settings: Settings, tables: Iterable[Table]) -> list[Wanted]:
    """The topics of the contracts and those that the tables keep."""
    large = {LARGEST: str(RECORD_BYTES)}
    topics = []
    for topic in TOPICS.values():
        configs = {COMPACT: "compact"} if topic.compacted else {"retention.ms": str(topic.retention_ms)}
        topics.append(Wanted(topic.name, settings.partitions, configs | (large if topic.large else {})))
    for table in tables:
        names = changelog(settings.application_id, table), history(settings.application_id, table)
        topics += [Wanted(name, settings.partitions, {COMPACT: "compact", **large}) for name in names if name]
    return topics


async def create(settings: Settings, tables: Iterable[Table]) -> list[str]:
    """Create what is absent and wait until it is there; returns the names created.

    Raises ConfigurationError where the broker refuses.
    """
    async with _Admin(settings.kafka_bootstrap) as admin:
        found = await _found(admin, ())
        absent = [topic for topic in wanted(settings, tables) if topic.name not in found]
        if not absent:
            return []
        answer = await admin.create_topics([_new(topic, settings) for topic in absent], timeout_ms=CREATE_MS)
        codes = {name: (for_code(code), text) for name, code, text in answer.topic_errors}
        refused = [f"{name}: {text or e.__name__}" for name, (e, text) in codes.items() if e not in MADE]
        if refused:
            raise ConfigurationError(f"the broker does not create {'; '.join(refused)}")
        await _wait_for(admin, codes.keys())
    return [name for name, (error, _) in codes.items() if error is NoError]


async def _wait_for(admin: AIOKafkaAdminClient, names: Collection[str]) -> None:
    """A broker answers before all of its nodes, or even it, show what was created."""
    end = monotonic() + CREATE_MS / 1000
    while missing := set(names) - (await _found(admin, ())).keys():
        if monotonic() > end:
            raise ConfigurationError(f"created, but the broker does not show them: {', '.join(sorted(missing))}")
        await asyncio.sleep(0.1)


def _new(topic: Wanted, settings: Settings) -> NewTopic:
    return NewTopic(topic.name, topic.partitions, settings.replication_factor, topic_configs=dict(topic.configs))


async def existing(settings: Settings) -> dict[str, int]:
    """Name -> partitions of every topic of the cluster. Raises BrokerUnavailable."""
    async with _Admin(settings.kafka_bootstrap) as admin:
        return {name: found.partitions for name, found in (await _found(admin, ())).items()}


async def check(settings: Settings, tables: Iterable[Table]) -> None:
    """Raises TopicsWrong: each topic, what is wrong, and the fix; BrokerUnavailable."""
    topics = wanted(settings, tables)
    async with _Admin(settings.kafka_bootstrap) as admin:
        found = await _found(admin, [topic.name for topic in topics])
    wrong = [problem for topic in topics for problem in problems(topic, found.get(topic.name))]
    if wrong:
        raise TopicsWrong(f"{len(wrong)} problems with topics at {settings.kafka_bootstrap}:\n  " + "\n  ".join(wrong))


def problems(topic: Wanted, found: Found | None) -> list[str]:
    """What is wrong with one topic, in words that name the fix."""
    if found is None:
        return [f"{topic.name}: absent; run `syncline topics create`"]
    return [*_partitions(topic, found), *_cleanup(topic, found), *_replicas(topic, found), *_sizes(topic, found)]


def _partitions(topic: Wanted, found: Found) -> Iterator[str]:
    if found.partitions != topic.partitions:
        yield (
            f"{topic.name}: {found.partitions} partitions instead of {topic.partitions}; topics that share a key need "
            f"equal counts: set SYNCLINE_PARTITIONS={found.partitions} if all have that many, else create it anew"
        )


def _cleanup(topic: Wanted, found: Found) -> Iterator[str]:
    policy = found.configs.get(COMPACT, "")
    if topic.configs.get(COMPACT) == "compact":
        if found.configs and policy != "compact":
            yield f"{topic.name}: {COMPACT}={policy} loses state; {_alter(topic.name, COMPACT, 'compact')}"
    elif "compact" in policy:
        yield (
            f"{topic.name}: {COMPACT}={policy} keeps only the last record of a key, and all are needed; "
            f"{_alter(topic.name, COMPACT, 'delete')}"
        )


def _replicas(topic: Wanted, found: Found) -> Iterator[str]:
    needed = int(found.configs.get(IN_SYNC, 1))
    if needed > found.replicas:
        yield (
            f"{topic.name}: {IN_SYNC}={needed}, and it has {found.replicas} of them: nothing can be written; "
            f"{_alter(topic.name, IN_SYNC, str(found.replicas))}, or give it more replicas"
        )


def _sizes(topic: Wanted, found: Found) -> Iterator[str]:
    limit = int(found.configs.get(LARGEST, 0))
    if topic.name in READ_NAMES and limit > INPUT_MOST:
        yield (
            f"{topic.name}: {LARGEST}={limit}, at most {INPUT_MOST}: what cannot be used goes whole to dead-letters; "
            f"{_alter(topic.name, LARGEST, str(INPUT_MOST))}"
        )
    least, most = int(topic.configs.get(LARGEST, 0)), int(found.configs.get(LARGEST, RECORD_BYTES))
    if most < least:
        yield f"{topic.name}: {LARGEST}={most}, at least {least} needed; {_alter(topic.name, LARGEST, str(least))}"


def _alter(topic: str, name: str, value: str) -> str:
    return f"kafka-configs.sh --alter --entity-type topics --entity-name {topic} --add-config {name}={value}"


class _Admin:
    """An admin client that ends with its block, and says plainly when there is no broker."""

    def __init__(self, servers: str) -> None:
        self.servers, self.client = servers, AIOKafkaAdminClient(bootstrap_servers=servers, request_timeout_ms=15_000)

    async def __aenter__(self) -> AIOKafkaAdminClient:
        try:
            await self.client.start()
        except Exception as error:
            await self.client.close()
            raise BrokerUnavailable(
                f"no Kafka broker at {self.servers} (KAFKA_BOOTSTRAP): {error}; start it, or set KAFKA_BOOTSTRAP to "
                "where one runs"
            ) from error
        return self.client

    async def __aexit__(self, kind: object, error: BaseException | None, at: object) -> None:
        await self.client.close()
        if isinstance(error, KafkaError) and error.retriable:  # it went away in the middle
            raise BrokerUnavailable(
                f"the Kafka broker at {self.servers} (KAFKA_BOOTSTRAP) does not answer any more: {error!r}; try again "
                "when it runs"
            ) from error


async def _found(admin: AIOKafkaAdminClient, configured: Iterable[str]) -> dict[str, Found]:
    """All topics of the cluster; configs of those named."""
    described = [t for t in await admin.describe_topics() if not t["error_code"]]
    names = {t["topic"] for t in described}
    configs = await _configs(admin, [name for name in configured if name in names])
    return {t["topic"]: _as_found(t["partitions"], configs.get(t["topic"], {})) for t in described}


def _as_found(partitions: Collection[Any], configs: Mapping[str, str]) -> Found:
    return Found(len(partitions), configs, min((len(partition["replicas"]) for partition in partitions), default=1))


async def _configs(admin: AIOKafkaAdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    try:
        answers: Any = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in names])
    except IncompatibleBrokerVersion:  # the embedded broker cannot tell
        return {}
    return {r[3]: {entry[0]: entry[1] for entry in r[4]} for answer in answers for r in answer.resources}
