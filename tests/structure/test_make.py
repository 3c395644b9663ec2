"""A wheel is built anew when what it is made of changed, and not otherwise; what runs on it finds it."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OTHERS = ("setup.py", "pyproject.toml", "requirements/dev.txt", ".venv/.ready", ".compiled/app/one.py")
PACKED = ("app/one.py", "agents/one.py", "tables/one.py", "schemas/avro/one.avsc", "schemas/examples/one.json")


def make(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    around = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    told = ["make", "--no-print-directory", *arguments]  # these tests may be run by make themselves
    return subprocess.run(told, cwd=tree, env=around, capture_output=True, text=True, check=False)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A work tree whose wheel is built."""
    tree = tmp_path / "work tree"
    for name in (*OTHERS, *PACKED):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).touch()
    shutil.copy(ROOT / "Makefile", tree)
    assert make(tree, "--touch", "wheel").returncode == 0
    return tree


def is_built(tree: Path) -> bool:
    return make(tree, "--question", "wheel").returncode == 0


def test_a_wheel_of_what_is_there_is_not_built_again(tree: Path) -> None:
    assert is_built(tree)


@pytest.mark.parametrize("packed", PACKED)
def test_a_wheel_is_built_again_when_a_file_of_it_has_changed(tree: Path, packed: str) -> None:
    os.utime(tree / packed, (1 << 33, 1 << 33))
    assert not is_built(tree)


@pytest.mark.parametrize("packed", PACKED)
def test_a_wheel_is_built_again_when_a_file_of_it_is_gone(tree: Path, packed: str) -> None:
    (tree / packed).unlink()
    assert not is_built(tree)


@pytest.mark.parametrize("target", ["test-wheel", "bench", "soak"])
def test_what_runs_on_a_wheel_imports_what_is_compiled_before_the_sources(tree: Path, target: str) -> None:
    told = make(tree, "--dry-run", target).stdout.splitlines()[-1]
    assert f"PYTHONPATH={tree}/.compiled/:{tree}" in shlex.split(told)
