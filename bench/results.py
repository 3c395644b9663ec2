"""Results as files: every round, with the date, the machine and the versions that they belong to."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from shutil import which
from typing import Any

from app.flow import BUILD
from bench.environments import FAUST, KSTREAMS, QUIX
from bench.report import Comparison, markdown

FOLDER = Path(__file__).parent / "results"
OURS = ("aiokafka", "faust-streaming", "fastavro", "msgspec", "confluent-kafka")


def save(what: str, comparisons: Sequence[Comparison]) -> list[str]:
    """Write <date>-<what>.json and .md; returns their names."""
    about = around()
    base = FOLDER / f"{about['date'][:10]}-{what}"
    FOLDER.mkdir(exist_ok=True)
    rounds = [{**c._asdict(), "rounds": [[f._asdict() for f in found] for found in c.rounds]} for c in comparisons]
    base.with_suffix(".json").write_text(json.dumps({**about, "comparisons": rounds}, indent=1) + "\n")
    told = "\n".join(f"- {name}: {value}" for name, value in about.items())
    tables = "\n".join(map(markdown, comparisons))
    base.with_suffix(".md").write_text(f"# {what}\n\n{told}\n\n{tables}")
    return [f"{base.name}.json", f"{base.name}.md"]


def around() -> dict[str, Any]:
    """What figures depend on besides the code."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "commit": _said("git", "rev-parse", "--short", "HEAD"),
        "command": " ".join(sys.argv[1:]),
        "cpu": f"{os.cpu_count()} x {_cpu()}",
        "load": f"{os.getloadavg()[2]:.1f} over the last 15 minutes",
        "python": platform.python_version(),
        "line": BUILD,
        "java": _said("java", "-version").partition("\n")[0],
        "kafka": KSTREAMS.version().rpartition(" ")[2],
        "ours": ", ".join(f"{name} {version(name)}" for name in OURS),
        "peers": ", ".join(peer.version() for peer in (FAUST, QUIX, KSTREAMS)),
    }


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def _said(*command: str) -> str:
    if which(command[0]) is None:
        return "none"
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    return (told.stdout or told.stderr).strip()
