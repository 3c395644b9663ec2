"""What a consumer may conclude from the outputs, made comparable: one engine's against another's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from app.backtest import Settle, execute, prepare
from app.domain.policy import Policy
from tables import TABLES
from tests.engine.cluster import Cluster

OUTPUTS = ("inventory-corrected", "alerts", "po-corrected", "dead-letters")
RANK = ("OPEN", "ACKED", "WAIVED", "RESOLVED", "HEALED")


class Verdict(NamedTuple):
    """The same for every engine that was given the same facts."""

    balances: dict[tuple[Any, ...], Decimal]  # the ledger's sums
    open_alerts: set[tuple[Any, ...]]
    refused: set[tuple[Any, ...]]
    tables: dict[str, list[dict[str, Any]]]


def judge(outputs: dict[str, list[dict[str, Any]]], tables: dict[str, list[dict[str, Any]]]) -> Verdict:
    values = {topic: [line["value"] for line in lines] for topic, lines in outputs.items()}
    refused = {(v["topic"], v["key"], v["value"], v["error_class"], v["reason"]) for v in values["dead-letters"]}
    return Verdict(_balances(values["inventory-corrected"]), _open(values["alerts"]), refused, tables)


def _balances(entries: Iterable[dict[str, Any]]) -> dict[tuple[Any, ...], Decimal]:
    sums: Counter[tuple[Any, ...]] = Counter()
    for entry in {entry["entry_id"]: entry for entry in entries}.values():
        place = tuple(entry[name] for name in ("item_id", "location_id", "lot", "stock_status", "uom"))
        sums[place] += Decimal(entry["delta"])  # type: ignore[assignment]
    return dict(sums)  # type: ignore[arg-type]


def _open(alerts: Iterable[dict[str, Any]]) -> set[tuple[Any, ...]]:
    latest: dict[str, tuple[int, int, dict[str, Any]]] = {}
    for alert in alerts:
        rank = alert["episode"], RANK.index(alert["state"])
        if alert["alert_id"] not in latest or rank >= latest[alert["alert_id"]][:2]:
            latest[alert["alert_id"]] = (*rank, alert)
    return {(a["alert_id"], a["code"], a["entity_id"], a["severity"]) for _, r, a in latest.values() if r < 4}


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


async def of_cluster(cluster: Cluster) -> Verdict:
    outputs = {topic: await cluster.said(topic) for topic in OUTPUTS}
    return judge(outputs, {table.name: await cluster.views(table) for table in TABLES})


def _lines(path: Path) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]
