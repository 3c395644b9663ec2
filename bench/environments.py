"""Where each side runs: our own interpreter, a venv of its peer, or Java; made on first use under .bench/."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PEERS, MADE = ROOT / "bench" / "peers", ROOT / ".bench"


class Environment(NamedTuple):
    """How programs are started here, what must be there first, and what it is in words."""

    name: str
    command: Sequence[str]
    make: Callable[[], None]
    missing: Callable[[], str | None]
    version: Callable[[], str]


def _nothing() -> None:
    return None


def _ours() -> Environment:
    return Environment("ours", (sys.executable, "-m"), _nothing, _nothing, lambda: "this work tree")


def _venv(name: str, package: str) -> Environment:
    python, wanted = MADE / name / "bin" / "python", PEERS / name / "requirements.txt"
    done = MADE / name / "requirements.txt"

    def make() -> None:
        if done.is_file() and done.read_bytes() == wanted.read_bytes():
            return
        shutil.rmtree(MADE / name, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(MADE / name)], check=True)
        quiet = ("--quiet", "--disable-pip-version-check")
        subprocess.run([str(python), "-m", "pip", "install", *quiet, "-r", str(wanted)], check=True)
        shutil.copy(wanted, done)

    def version() -> str:
        return next(line for line in wanted.read_text().split() if line.startswith(f"{package}=="))

    return Environment(name, (str(python), "-m"), make, _nothing, version)


def _java(name: str) -> Environment:
    pom, home = PEERS / name / "pom.xml", MADE / name
    jar = home / "balance.jar"

    def make() -> None:
        sources = (pom, *(PEERS / name).rglob("*.java"))
        if not jar.is_file() or any(source.stat().st_mtime > jar.stat().st_mtime for source in sources):
            subprocess.run(["mvn", "-q", "-B", "-f", str(pom), "package"], check=True, stdout=sys.stderr)

    def missing() -> str | None:
        needed = ("java",) if jar.is_file() else ("java", "mvn")
        absent = [tool for tool in needed if shutil.which(tool) is None]
        return f"no {' and no '.join(absent)}" if absent else None

    def version() -> str:
        found = pom.read_text().partition("<kafka.version>")[2].partition("<")[0]
        return f"kafka-streams {found}"

    return Environment(name, ("java", "-cp", f"{jar}:{home / 'lib'}/*"), make, missing, version)


OURS = _ours()
FAUST = _venv("faust", "faust-streaming")
QUIX = _venv("quix", "quixstreams")
KSTREAMS = _java("kstreams")
