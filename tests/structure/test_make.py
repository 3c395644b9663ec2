"""A wheel is built anew when what it is made of changed, and not otherwise."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OTHERS = ("setup.py", "pyproject.toml", "requirements/dev.txt", ".venv/.ready", ".compiled/app/one.py")
PACKED = ("app/one.py", "agents/one.py", "tables/one.py", "schemas/avro/one.avsc", "schemas/examples/one.json")


def make(tree: Path, *arguments: str) -> int:
    around = {name: value for name, value in os.environ.items() if name != "MAKEFLAGS"}
    return subprocess.run(["make", *arguments], cwd=tree, env=around, capture_output=True, check=False).returncode


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A work tree whose wheel is built."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in (*OTHERS, *PACKED):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert make(tmp_path, "--touch", "wheel") == 0
    return tmp_path


def is_built(tree: Path) -> bool:
    return make(tree, "--question", "wheel") == 0


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
