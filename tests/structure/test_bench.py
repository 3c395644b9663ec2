"""The measurements run, on records the line accepts; what they measure is not judged here."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.contracts.decode import Decoder, read_record
from app.contracts.encode import Encoder
from app.contracts.schemas import LocalSchemas
from app.dev.broker import EmbeddedBroker
from app.dev.simulator import Plan
from app.topics import TOPICS
from bench import __main__ as command
from bench import events, orders, run, score
from bench.check import problem
from bench.feeds import Fed, Sizes
from bench.kafka import Topic, produce
from bench.line import STAGES, measure
from bench.peers.balance import Job
from bench.report import HEAD, Comparison, rows
from bench.sides import SIDES, Feed
from bench.stages import embedded


async def test_the_line_can_be_measured_stage_by_stage() -> None:
    result = await measure(keys=5, turn=20, count=100)
    assert result.count == 90
    assert set(result.spent) == set(STAGES)
    assert result.stored > 0


def test_both_feeds_keep_the_contract() -> None:
    schemas = LocalSchemas()
    decoder, encoder = Decoder(schemas), Encoder(schemas.ids())
    for record in (*events.sent(encoder, 200, 5), *orders.sent(encoder, 60)):
        assert decoder.decode(record.topic, record.key, record.value).event_id


def test_the_peers_job_drops_repeats_counts_gaps_and_answers_in_our_contract() -> None:
    schemas = LocalSchemas()
    encoder = Encoder(schemas.ids())
    job = Job(schemas.ids()["inventory-corrected"])
    records = list(dict.fromkeys(events.sent(encoder, 100, 1)))
    state, answers = None, []
    for record in (records[0], records[0], records[3], records[1]):
        applied = job.apply(state, job.decode(record.value))
        if applied is not None:
            state, answer = applied
            answers.append(answer)
    assert state is not None
    assert (state["version"], state["gaps"]) == (2, 2)
    told = [read_record(TOPICS["inventory-corrected"], answer, schemas) for answer in answers]
    assert [entry["caused_by"] for entry in told] == ["wms-0-1", "wms-0-4"]
    assert told[1]["balance_after"] == told[0]["balance_after"] + told[1]["delta"]


@pytest.mark.embedded
@pytest.mark.parametrize("name", ["hand", "ours-orders", "decode"])
def test_a_side_is_measured_and_its_answers_are_checked(name: str) -> None:
    side = SIDES[name]
    with embedded([side.feed], Sizes(300, 20, share=False)) as stage:
        figures = run.measure(side, stage, 0)
    assert figures.records == stage.feeds[side.feed].records
    assert figures.rate > 0


@pytest.mark.embedded
def test_a_missing_answer_is_named() -> None:
    encoder = Encoder(LocalSchemas().ids())
    with EmbeddedBroker({"inventory-corrected": 1}) as broker:
        answers = Topic(broker.bootstrap, "inventory-corrected")
        produce(broker.bootstrap, events.sent(encoder, 1, 1), "inventory-corrected")
        assert problem(Feed.EVENTS, Fed("", 1, 1), answers) == "0 entries of 0 events instead of 1"
        answers.close()


def test_the_table_compares_medians() -> None:
    def figures(side: str, rate: float) -> run.Figures:
        return run.Figures(side, 10, rate, 1.0, 1.0, 1.0)

    rounds = [[figures("ours", rate), figures("textbook", 10.0)] for rate in (90.0, 20.0, 80.0)]
    best, base = (dict(zip(HEAD, row, strict=True)) for row in rows(Comparison("kafka", 1, 10, rounds)))
    assert (best["side"], best["records/s"], best["low to high"]) == ("ours", "80", "20 to 90")
    assert (best["x textbook"], best["x kstreams"], best["CPU µs"]) == ("8.00", "", "1.0")
    assert base["side"] == "textbook"


def test_a_side_that_cannot_run_here_is_named_and_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    bare = SIDES["kstreams"].environment._replace(missing=lambda: "no java")
    sides = [SIDES["ours"], SIDES["kstreams"]._replace(environment=bare)]
    assert command._there(sides) == [SIDES["ours"]]
    assert "left out: kstreams: no java" in capsys.readouterr().err


@pytest.mark.embedded
def test_a_side_that_fails_is_told_and_has_no_figures(capsys: pytest.CaptureFixture[str]) -> None:
    broken = SIDES["decode"]._replace(program=("bench.absent",))
    with embedded([broken.feed], Sizes(10, 1, share=False)) as stage:
        assert command._turn(broken, stage, 0) is None
    assert "No module named bench.absent" in capsys.readouterr().err


def test_a_history_is_scored_and_each_stage_timed(tmp_path: Path) -> None:
    spent: list[score.Row] = []
    result, found = score.measure(Plan(facilities=1, items=12, days=4, direct=5), tmp_path, spent)
    assert result.orders >= 20
    assert found.good
    assert [row[0] for row in spent] == ["simulate, lines", "backtest, bytes", "score"]
