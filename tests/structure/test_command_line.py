"""`syncline` as a shell sees it: help, exit codes, one-line messages."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from app.cli.main import COMMANDS


def syncline(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli.main", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "120", **environment},
        check=False,
    )


def test_help_names_every_command() -> None:
    shown = syncline("--help")
    assert shown.returncode == 0
    assert all(name in shown.stdout for name in COMMANDS)


def test_help_imports_no_command() -> None:
    probe = (
        "import sys; from app.cli.main import main; sys.argv[1:] = ['--help']\n"
        "try: main()\nfinally: print(sorted(set(sys.modules) & {'faust', 'aiokafka', 'app.cli.worker', 'tables'}))"
    )
    shown = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines()[-1] == "[]"


def test_the_version_is_the_package_s() -> None:
    assert syncline("--version").stdout.startswith("syncline ")


def test_a_wrong_setting_is_one_line_and_exit_78() -> None:
    shown = syncline("settings", SYNCLINE_CLOCK="moon")
    assert (shown.returncode, shown.stdout) == (78, "")
    assert shown.stderr == "syncline: SYNCLINE_CLOCK: 'moon' is not one of wall, data\n"


def test_an_unknown_command_is_exit_2() -> None:
    assert syncline("moon").returncode == 2


def test_settings_as_json_tell_value_default_unit_and_meaning() -> None:
    told = json.loads(syncline("settings", "--json", SYNCLINE_SEQ_GAP_GRACE="1h").stdout)
    assert told["seq_gap_grace"]["value"] == "1h"
    assert told["seq_gap_grace"]["default"] == "15m"
    assert all(set(row) == {"value", "default", "unit", "meaning"} for row in told.values())


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
def test_a_reader_that_leaves_early_is_no_error_to_see() -> None:
    command = f"{sys.executable} -m app.cli.main settings --json | true"
    shown = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert shown.stderr == ""
