"""The measurements run, on records the line accepts; what they measure is not judged here."""

from __future__ import annotations

from bench.line import STAGES, measure


async def test_the_line_can_be_measured_stage_by_stage() -> None:
    result = await measure(keys=5, turn=20, count=100)
    assert result.count == 90
    assert set(result.spent) == set(STAGES)
    assert result.stored > 0
