"""What a consumer may conclude from the outputs, made comparable: one engine's against another's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

import msgspec

from app.backtest import Settle, execute, prepare
from app.domain.policy import Policy
from tables import TABLES
from tests.engine import feed
from tests.engine.cluster import PATIENCE, Cluster
from tests.engine.listener import OUTPUTS, Listener


class Verdict(NamedTuple):
    """The same for every engine that was given the same facts."""

    balances: dict[tuple[Any, ...], Decimal]  # the ledger's sums
    open_alerts: set[tuple[Any, ...]]
    refused: set[tuple[Any, ...]]
    tables: dict[str, list[dict[str, Any]]]


def judge(outputs: dict[str, list[dict[str, Any]]], tables: dict[str, list[dict[str, Any]]]) -> Verdict:
    listener = Listener()
    for topic, lines in outputs.items():
        for line in lines:
            listener.hear(topic, line["value"], msgspec.json.encode(line["value"]))
    return Verdict(listener.sums(), listener.open_alerts(), listener.refused, tables)


def repeats_differ(entries: Sequence[dict[str, Any]]) -> list[str]:
    """Ids that were said twice with different content: there must be none."""
    first: dict[str, dict[str, Any]] = {}
    values = [line["value"] for line in entries]
    return [v["entry_id"] for v in values if first.setdefault(v["entry_id"], v) != v]


async def of_backtest(lines: Iterable[bytes], directory: Path, policy: Policy) -> Verdict:
    prepare(directory, TABLES)
    await execute(lines, directory, TABLES, policy, Settle(0))
    outputs = {topic: _lines(directory / f"{topic}.jsonl") for topic in OUTPUTS}
    return judge(outputs, {table.name: _lines(directory / "tables" / f"{table.name}.jsonl") for table in TABLES})


async def hold_against_a_backtest(cluster: Cluster, lines: Iterable[bytes], directory: Path) -> None:
    """Once all deadlines have come, what the cluster said and holds is what a backtest of the lines it was fed says.

    A repeat differs in nothing.
    """
    await cluster.applied()  # tables tell each other first: what they tell bears the time of their turn
    late = feed.clock(cluster.partitions, cluster.key_of)
    await cluster.feed(late)
    await cluster.applied()
    expected = await of_backtest([*lines, *late], directory, cluster.settings.policy)
    found = await settled(cluster, expected)
    assert repeats_differ(await cluster.said("inventory-corrected")) == []
    assert found.balances == expected.balances
    assert found.open_alerts == expected.open_alerts
    assert found.refused == expected.refused
    assert found.tables == expected.tables


async def settled(cluster: Cluster, expected: Verdict) -> Verdict:
    """The verdict once it is as expected, or as it stands when it will not be any more.

    Nobody commits how far the golden records were heard, nor what is judged again because of them.
    """
    end = monotonic() + PATIENCE
    while (found := await of_cluster(cluster)) != expected and monotonic() < end:
        """Each look takes a while."""
    return found


async def of_cluster(cluster: Cluster) -> Verdict:
    outputs = {topic: await cluster.said(topic) for topic in OUTPUTS}
    return judge(outputs, {table.name: await cluster.views(table) for table in TABLES})


def _lines(path: Path) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]
