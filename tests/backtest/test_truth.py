"""A network of which everything is known: what the line makes of its events is what truly happened."""

from __future__ import annotations

import os
from pathlib import Path
from random import SystemRandom

import msgspec

from app.dev.simulator.score import report, score
from tests.backtest.support import run, simulated

EVENTS = 50_000
SEED = 1 if os.environ.get("CI") else SystemRandom().randrange(1_000_000)  # a verdict must be repeatable


def test_positions_and_orders_end_as_they_truly_are_and_every_fault_is_found(tmp_path: Path) -> None:
    told = simulated(tmp_path / "events", EVENTS, SEED, "0.005")
    encode = msgspec.json.Encoder().encode
    for name, lines in (("labels", told.labels), ("truth", told.truth)):
        (tmp_path / name).write_bytes(b"".join(encode(line) + b"\n" for line in lines))
    with (tmp_path / "events").open("rb") as events:
        run(events, tmp_path / "out")
    found = score(tmp_path / "out", tmp_path / "labels", tmp_path / "truth")
    assert found.good, f"seed {SEED}\n" + "\n".join(report(found))
