"""The verdict: what the cluster said and keeps, against a backtest of the distinct events. An empty list is clean."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from tables import TABLES
from tests.engine.cluster import Cluster
from tests.engine.listener import OUTPUTS, Listener

SHOWN = 5  # examples of a difference
TOLD_BY_ORDER = ("state_version", "published_time", "changed", "caused_by")  # depend on the order of arrival
Views = dict[str, dict[str, Any]]


class Account(NamedTuple):
    """What a consumer heard, and every table's views by key."""

    listener: Listener
    tables: dict[str, Views]


async def backtest(events: Path, out: Path, environ: Mapping[str, str]) -> None:
    """In a process of its own, as an operator would run it."""
    command = [sys.executable, "-m", "app.cli.main", "backtest", str(events), "--out", str(out)]
    running = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, **environ}, stderr=asyncio.subprocess.PIPE
    )
    _, told = await running.communicate()
    if running.returncode:
        raise RuntimeError(f"the backtest ended with {running.returncode}: {told.decode()[-2000:]}")


def of_backtest(out: Path) -> Account:
    listener = Listener()
    for topic in OUTPUTS:
        for line in _lines(out / f"{topic}.jsonl"):
            listener.hear(topic, msgspec.json.decode(line)["value"], line)
    views = {t.name: map(msgspec.json.decode, _lines(out / "tables" / f"{t.name}.jsonl")) for t in TABLES}
    return Account(listener, {name: {view["key"]: view for view in found} for name, found in views.items()})


def dead_lines(out: Path) -> list[int]:
    """Numbers of the events that nobody can use."""
    return [msgspec.json.decode(line)["value"]["offset"] for line in _lines(out / "dead-letters.jsonl")]


async def of_cluster(cluster: Cluster) -> Account:
    listener = Listener()
    for topic in OUTPUTS:
        async for record in cluster.records(topic):
            listener.hear(topic, cluster.line(record)["value"], record.value)
    tables = {table.name: {view["key"]: view for view in await cluster.views(table)} for table in TABLES}
    return Account(listener, tables)


def differences(found: Account, expected: Account) -> list[str]:
    """Everything that a consumer of the cluster would conclude and a consumer of the backtest would not."""
    ours, theirs = found.listener, expected.listener
    views = [view for table in found.tables.values() for view in table.values()]
    held = {alert["alert_id"] for view in views for alert in view["open_alerts"]}
    said = {alert[0] for alert in ours.open_alerts()}
    return [
        *_unequal("ledger sums", ours.sums(), theirs.sums()),
        *(line for name, table in found.tables.items() for line in _unequal(name, table, expected.tables[name])),
        *_unlike("open alerts", ours.open_alerts(), theirs.open_alerts()),
        *_unlike("alerts open in the stream against those of the tables", said, held),
        *_unlike("movements with an entry of their own", ours.movements, theirs.movements),
        *_unequal("last states of orders", _newest(ours), _newest(theirs)),
        *_unlike("dead letters", ours.refused, theirs.refused),
        *_none("outputs repeated with other content", ours.differing),
        *_none("episodes of alerts that never opened", ours.unopened()),
    ]


def _newest(listener: Listener) -> Views:
    orders = listener.orders.items()
    return {po: {k: v for k, v in order.items() if k not in TOLD_BY_ORDER} for po, order in orders}


def _unequal(what: str, found: Mapping[Any, Any], expected: Mapping[Any, Any]) -> Iterator[str]:
    wrong = [key for key in found.keys() | expected.keys() if found.get(key) != expected.get(key)]
    if wrong:
        shown = "; ".join(f"{key}: {found.get(key)} instead of {expected.get(key)}" for key in wrong[:SHOWN])
        yield f"{what}: {len(wrong)} of {len(expected)} differ: {shown}"


def _unlike(what: str, found: set[Any], expected: set[Any]) -> Iterator[str]:
    for name, rest in (("missing", expected - found), ("too many", found - expected)):
        if rest:
            yield f"{what}: {len(rest)} of {len(expected)} {name}: {list(rest)[:SHOWN]}"


def _none(what: str, found: Any) -> Iterator[str]:
    if found:
        yield f"{what}: {len(found)}: {list(found)[:SHOWN]}"


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from file
