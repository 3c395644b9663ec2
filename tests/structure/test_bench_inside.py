"""Memory, keys and latency can be measured, on records the line accepts; the figures are not judged here."""

from __future__ import annotations

import subprocess
import sys
from array import array
from itertools import islice
from pathlib import Path

import pytest

from bench import keys, memory
from bench.inside import Worker
from bench.live import told


async def test_a_worker_recovers_the_positions_that_another_one_held(tmp_path: Path) -> None:
    ran = await memory.run(tmp_path, 40)
    recovered = await memory.take_over(tmp_path, 40)
    assert ran["positions"] == recovered["positions"] == 40 + memory.WARM


@pytest.mark.parametrize("side", [keys.spread(30), keys.lived(20), keys.lived(40)])
async def test_either_side_of_a_pair_has_records_to_measure_after_its_fill(side: keys.Side) -> None:
    await Worker().take(islice(side.records, side.fill))
    assert len(list(islice(side.records, keys.SLICE))) == keys.SLICE


def test_waits_are_told_by_their_middle_their_hundredth_and_their_worst() -> None:
    assert told(array("d", map(float, range(200, 0, -1)))) == (101.0, 199.0, 200.0, 200)


def test_fausts_own_recovery_is_measured_without_our_reader() -> None:
    asked = (
        "import sys, bench.stock; print([m for m in sys.modules if m.partition('.')[0] in ('app', 'agents', 'tables')])"
    )
    told = subprocess.run([sys.executable, "-c", asked], stdout=subprocess.PIPE, check=True, text=True)
    assert told.stdout.strip() == "[]"
