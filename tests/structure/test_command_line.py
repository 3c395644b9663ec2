"""`syncline` as a shell sees it: help, exit codes, one-line messages."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.main import COMMANDS

EVENTS = Path(__file__).parents[2] / "examples" / "first-events.jsonl"


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


def test_a_setting_that_resembles_none_is_compared_with_none() -> None:
    shown = syncline("settings", SYNCLINE_ZZ="1")
    assert shown.stderr == "syncline: SYNCLINE_ZZ: no such setting; `syncline settings` lists all\n"


@pytest.mark.parametrize("command", [["produce", "absent"], ["backtest", "absent", "--out", "never"]])
def test_a_file_that_is_absent_is_named_before_anything_is_asked_or_made(command: list[str], tmp_path: Path) -> None:
    absent, never = str(tmp_path / "absent"), str(tmp_path / "never")
    shown = syncline(*(word.replace("absent", absent).replace("never", never) for word in command))
    assert (shown.returncode, shown.stderr) == (2, f"syncline: {absent} cannot be read: No such file or directory\n")
    assert not list(tmp_path.iterdir())


def test_a_backtest_that_can_write_nowhere_says_where_and_what_to_do(tmp_path: Path) -> None:
    events, taken = tmp_path / "events.jsonl", tmp_path / "taken"
    events.touch()
    taken.touch()
    shown = syncline("backtest", str(events), "--out", str(taken))
    assert (shown.returncode, shown.stderr) == (
        2,
        f"syncline: {taken} cannot be written: File exists; name another with --out\n",
    )


def test_a_backtest_says_where_the_reasons_of_what_it_refused_are(tmp_path: Path) -> None:
    events, out = tmp_path / "events.jsonl", tmp_path / "out"
    events.write_text("no event\n")
    shown = syncline("backtest", str(events), "--out", str(out))
    assert shown.stderr.splitlines() == [
        f"1 line -> {out}: 1 dead-letters",
        f"1 line refused: {out}/dead-letters.jsonl says why",
    ]


def test_a_simulation_whose_rates_are_too_high_says_which_may_be_and_leaves_a_former_one_alone(tmp_path: Path) -> None:
    out = tmp_path / "events.jsonl"
    out.write_text("a former one\n")
    shown = syncline("simulate", "--faults", "0.05", "--out", str(out))
    assert (shown.returncode, out.read_text()) == (2, "a former one\n")
    most = float(shown.stderr.partition("all alike may be ")[2].split()[0])
    assert "one order suffers one fault" in shown.stderr
    assert syncline("simulate", "--faults", str(most), "--days", "1", "--out", str(out)).returncode == 0


@pytest.mark.parametrize("events", ["alerts.jsonl", "tables/positions.jsonl"])
def test_a_backtest_never_replaces_the_directory_that_its_events_lie_in(events: str, tmp_path: Path) -> None:
    empty, out = tmp_path / "empty.jsonl", tmp_path / "out"
    empty.touch()
    assert syncline("backtest", str(empty), "--out", str(out)).returncode == 0
    shown = syncline("backtest", str(out / events), "--out", str(out))
    assert (shown.returncode, shown.stderr) == (
        2,
        f"syncline: {out / events} lies in {out}, which is replaced: name another directory with --out\n",
    )
    assert (out / events).is_file()


@pytest.mark.parametrize("told", ["{}", "[]", "no json", '{"finished": "2026-01-05"}'])
def test_a_directory_with_somebody_else_s_summary_is_left_alone(told: str, tmp_path: Path) -> None:
    events, out = tmp_path / "events.jsonl", tmp_path / "out"
    events.touch()
    out.mkdir()
    (out / "summary.json").write_text(told)
    assert syncline("backtest", str(events), "--out", str(out)).returncode == 2
    assert (out / "summary.json").read_text() == told


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


PROBE = """
import asyncio, os, sys
from app import errors
from app.backtest import DirectoryTaken
from app.cli import main

def probe():
    {body}

main.COMMANDS["probe"] = main.Lazy("__main__:probe", "")
sys.argv[1:] = ["probe"]
main.main()
"""


def probing(body: str) -> list[str]:
    """The command line of a process whose command has this body."""
    return [sys.executable, "-c", PROBE.format(body=body)]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("errors.TopicsWrong", 78),
        ("errors.UsageError", 2),
        ("DirectoryTaken", 2),
        ("errors.TooManyDeadLetters", 70),
        ("errors.ChangelogCorrupt", 70),
        ("errors.BrokerUnavailable", 78),
        ("errors.RegistryUnavailable", 78),
    ],
)
def test_what_syncline_raises_on_purpose_is_one_line_and_a_code(error: str, code: int) -> None:
    shown = subprocess.run(probing(f"raise {error}('so it is')"), capture_output=True, text=True, check=False)
    assert (shown.returncode, shown.stdout, shown.stderr) == (code, "", "syncline: so it is\n")


def test_a_row_that_cannot_be_read_ends_every_command_with_70_and_is_named() -> None:
    body = "raise errors.RowCorrupt(b'GLOVES@MAIN', 'cut short')"
    shown = subprocess.run(probing(body), capture_output=True, text=True, check=False)
    assert (shown.returncode, shown.stderr) == (70, "syncline: row b'GLOVES@MAIN': cut short\n")


@pytest.mark.parametrize(
    ("arguments", "setting", "what"),
    [
        (("topics", "check"), "KAFKA_BOOTSTRAP", "Kafka broker"),
        (("tail", "alerts"), "KAFKA_BOOTSTRAP", "Kafka broker"),
        (("schemas", "register"), "SCHEMA_REGISTRY_URL", "schema registry"),
        (("produce", str(EVENTS)), "SCHEMA_REGISTRY_URL", "schema registry"),
    ],
)
def test_what_is_away_is_named_with_its_place_its_setting_and_what_to_do(
    arguments: tuple[str, ...], setting: str, what: str
) -> None:
    place = {"KAFKA_BOOTSTRAP": "127.0.0.1:1", "SCHEMA_REGISTRY_URL": "http://127.0.0.1:1"}
    shown = syncline(*arguments, **place)
    assert shown.returncode == 78
    assert shown.stderr.splitlines()[-1].startswith(f"syncline: no {what} at {place[setting]} ({setting}): ")
    assert f"; start it, or set {setting} to where one runs" in shown.stderr


def test_a_mistake_of_ours_keeps_its_traceback() -> None:
    shown = subprocess.run(probing("1 / 0"), capture_output=True, text=True, check=False)
    assert shown.returncode == 1
    assert "ZeroDivisionError" in shown.stderr


def test_sigterm_leaves_nothing_that_was_started_behind() -> None:
    body = """try:
        print('ready', flush=True)
        while True: pass
    finally: print('tidy')"""
    with subprocess.Popen(probing(body), stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=30) == 143
        assert running.stdout.read() == "tidy\n"


def test_ctrl_c_ends_even_a_task_that_never_waits() -> None:
    body = "asyncio.run(busy())"
    busy = "async def busy():\n    print('ready', flush=True)\n    while True: pass\n\ndef probe():"
    command = [part.replace("def probe():", busy) for part in probing(body)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=30) == 130
