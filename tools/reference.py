"""`make docs`: the pages that are written from the code, so that they cannot say anything else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from app import settings
from app.domain.policy import Policy
from app.domain.rules.masters import MASTERS
from app.domain.rules.orders import ORDERS
from app.domain.rules.positions import POSITIONS
from app.domain.rules.rule import Rule, Stage
from app.domain.rules.sightings import SIGHTINGS
from app.settings import format_duration
from app.topics import INPUTS, INTERNAL, OUTPUTS, Topic
from tables import TABLES
from tools.markdown import page, table
from tools.states.pages import STATES

DOCS = Path(__file__).resolve().parents[1] / "docs"
RULES: dict[str, Sequence[Rule]] = {
    "positions": POSITIONS,
    "purchase-orders": ORDERS,
    "sightings": SIGHTINGS,
    "masters": MASTERS,
}


def settings_page() -> str:
    """Every setting."""
    rows = [(f"`{row.name}`", _default(row), row.unit, row.meaning) for row in settings.catalogue()]
    return page(
        "Settings",
        "In the environment a setting is `SYNCLINE_<NAME>`; `KAFKA_BOOTSTRAP` and `SCHEMA_REGISTRY_URL` are also\n"
        "known without the prefix. A duration is an integer and one of `s m h d`. `syncline settings` shows what is\n"
        "in force; `syncline backtest --set name=value` tries others on a file of events.",
        table(("name", "default", "unit", "meaning"), rows),
    )


def _default(row: settings.Setting) -> str:
    text = row.format(row.default)
    return f"`{text}`" if text else "none"


def rules_page() -> str:
    """Every rule of every table."""
    sections = [f"## {name}\n\n{_rules(rules)}" for name, rules in RULES.items()]
    return page(
        "Rules",
        "What opens an alert, how long it may be true before, who hears of it and what to do. Graces are those of the\n"
        "default [settings](settings.md).",
        "\n\n".join(sections),
    )


def topics_page() -> str:
    """Every topic."""
    columns = ("topic", "key", "schema", "kept")
    followed = {name for followed in TABLES for name in followed.topics}
    used = [t for t in INPUTS if t.name in followed], [t for t in OUTPUTS if t.record], INTERNAL
    idle = [t for t in (*INPUTS, *OUTPUTS) if not any(t in topics for topics in used)]
    inputs, outputs, internal, later = (table(columns, map(_topic, topics)) for topics in (*used, idle))
    return page(
        "Topics",
        "Values are Avro with a schema id in front; subjects follow TopicNameStrategy. Keys choose their partition by\n"
        "murmur2, as Java's clients do by themselves and librdkafka's with `partitioner=murmur2_random`: a key that\n"
        "one feed puts elsewhere than another is two to us. `syncline_misplaced_keys_total{topic}` counts new keys\n"
        "that lie elsewhere, and a worker's log names the first.",
        f"## Read\n\n{inputs}\n\n## Written\n\n{outputs}\n\n"
        f"## Between tables\n\nWritten and read by workers alone; they keep no history for others.\n\n{internal}\n\n"
        f"## Not in use yet\n\nTheir contracts stand, and no worker reads or writes them.\n\n{later}",
    )


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "rules.md": rules_page,
    "topics.md": topics_page,
    **{f"reference/{name}": written for name, written in STATES.items()},
}


def _rules(rules: Iterable[Rule]) -> str:
    rows = [
        (f"[{rule.code}](runbooks/{rule.code}.md)", _stages(rule.stages(Policy())), rule.queue.value, rule.action)
        for rule in sorted(rules, key=lambda rule: rule.code)
    ]
    return table(("code", "severity", "queue", "what to do"), rows)


def _stages(stages: Iterable[Stage]) -> str:
    return ", ".join(
        f"{stage.severity.value} {f'after {format_duration(stage.grace)}' if stage.grace else 'at once'}"
        for stage in stages
    )


def _topic(topic: Topic) -> tuple[str, ...]:
    kept = "compacted" if topic.compacted else format_duration(topic.retention_ms)
    return f"`{topic.name}`", topic.key.value, f"`{topic.schema}`", kept


def main() -> None:
    """Write all pages."""
    for name, written in PAGES.items():
        (DOCS / name).parent.mkdir(exist_ok=True)
        (DOCS / name).write_text(written(), encoding="utf-8")


if __name__ == "__main__":
    main()
