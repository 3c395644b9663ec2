"""The verdict for people, and as a file to keep."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from app.flow import BUILD
from tests.engine.apache import JARS
from tests.soak.plan import Options
from tests.soak.run import Soaked

PACKAGES = ("faust-streaming", "aiokafka", "confluent-kafka", "msgspec", "fastavro")
CLEAN, DIRTY = "clean", "not clean"


def report(options: Options, soaked: Soaked) -> str:
    return "\n".join(_lines(options, soaked))


def _lines(options: Options, soaked: Soaked) -> Iterator[str]:
    counted = soaked.figures
    still = counted["standstills"]
    longest, own = still["longest"], still["longest_without_outages"]
    yield f"verdict       {_verdict(soaked)}"
    for finding in soaked.findings:
        yield f"  - {finding}"
    how = f"{'named ' if options.named else ''}workers, {'wall' if options.wall else 'data'} clock"
    yield f"soak          seed {options.seed}, {options.duration:.0f} s, {options.workers} {how}"
    yield f"events        {counted['events']:,}, fed as {counted['records_fed']:,} records, {counted['rate']:,}/s"
    yield f"outputs       {_counts(counted['outputs'])}"
    yield f"repeats       {counted['repeated_fraction']:.4%}: {_counts(counted['repeats'])}"
    yield f"faults        {counted['faults_in_all']} ({counted['faults_lethal']} lethal): {_counts(counted['faults'])}"
    yield f"worker exits  {_counts(counted['worker_exits'])}"
    yield f"at work       {_spread(counted['at_work_after'])} after the start of a process"
    yield f"stopped       {_spread(counted['stopped_after'])} after SIGTERM"
    yield f"standstill    {longest['seconds']} s at the longest ({longest['place']}, {longest['cause']})"
    yield f"  but outages  {own['seconds']} s at the longest ({own['place']}, {own['cause']})"
    for kind, spent in still["by_fault"].items():
        yield f"  {kind:13}{_spread(spent)}"
    for topic, rows in counted["changelog_rows"].items():
        yield f"compaction    {topic}: {rows['kept']:,} rows left of {rows['written']:,}"


def _verdict(soaked: Soaked) -> str:
    return f"{DIRTY}, {len(soaked.findings)} findings" if soaked.findings else CLEAN


def _spread(spent: dict[str, float]) -> str:
    return f"{spent['longest']} s at the longest, {spent['median']} s in the middle"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items()) or "none"


def save(options: Options, soaked: Soaked, directory: Path) -> Path:
    """A JSON file named by date, arguments and verdict."""
    now = datetime.now(UTC)
    found: dict[str, Any] = {
        "date": now.isoformat(timespec="seconds"),
        "verdict": DIRTY if soaked.findings else CLEAN,
        "findings": soaked.findings,
        "arguments": options._asdict(),
        "versions": versions(),
        "machine": machine(),
        "figures": soaked.figures,
    }
    marks = {"-named": options.named, "-wall": options.wall, "-dirty": bool(soaked.findings)}
    name = f"{now:%Y-%m-%d}-soak-{options.duration:.0f}s-seed{options.seed}"
    path = directory / f"{name}{''.join(mark for mark, holds in marks.items() if holds)}.json"
    directory.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=2, default=str) + "\n")
    return path


def versions() -> dict[str, str]:
    [broker] = [path.stem.removeprefix("kafka_") for path in JARS.glob("kafka_*.jar")]
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    packages = {name: metadata.version(name) for name in PACKAGES}
    here = {"syncline": commit.stdout.strip(), "line": BUILD, "kafka": broker, "python": platform.python_version()}
    return {**here, **packages}


def machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    names = [x.partition(":")[2].strip() for x in _read("/proc/cpuinfo").splitlines() if x.startswith("model name")]
    load = round(os.getloadavg()[2], 1)  # a soak of two workers brings about 2 or 3 itself
    return {"cpus": os.cpu_count(), "cpu": names[:1], "memory_gib": round(memory / 2**30), "load_over_15_min": load}


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""
