"""What suppliers and buyers do every day without anything being wrong."""

from __future__ import annotations

from random import Random

from app.dev.simulator.feeds import HOUR, MINUTE
from app.dev.simulator.papers import ack, cancel, cancel_answer, invoice, order, write
from app.dev.simulator.scripts import ANSWERED, DAMAGED, Script


def vary(rng: Random, script: Script) -> None:
    """Most orders run plainly; some are changed, cancelled, answered with a reserve, or arrive damaged."""
    draw = rng.random()
    for share, variation in VARIATIONS:
        draw -= share
        if draw < 0:
            variation(rng, script)
            return


def _changed(rng: Random, script: Script) -> None:
    """The buyer raises the first line before the supplier has answered."""
    first = order(script, script.at)
    script.lines[0].quantity += rng.randint(1, 10)
    write(rng, script)
    script.docs[0] = first
    script.docs.insert(1, order(script, script.at + rng.randint(5, 25) * MINUTE, version=2, purpose="CHANGE"))
    script.simple = False


def _withdrawn(rng: Random, script: Script) -> None:
    """The buyer cancels before the supplier has answered."""
    script.keep("purchase-orders")
    script.docs.append(cancel(script, script.at + rng.randint(5, 25) * MINUTE))
    script.simple = False


def _cancelled(rng: Random, script: Script) -> None:
    """The buyer cancels an acknowledged order, and the supplier agrees."""
    script.keep(*ANSWERED)
    at = script.docs[-1].at + rng.randint(1, 10) * HOUR
    script.docs += [cancel(script, at), cancel_answer(script, at + rng.randint(1, 20) * HOUR)]
    script.simple = False


def _backordered(rng: Random, script: Script) -> None:
    """Part of the first line comes later than the rest is promised; of something critical that is a fault."""
    answer, line = script.first("po-acks"), script.lines[0]
    if not line.item.critical:
        part = {line.number: max(1, line.quantity // 3)}
        script.docs[script.docs.index(answer)] = ack(script, answer.at, backordered=part)


def _postponed(rng: Random, script: Script) -> None:
    """The supplier accepts with another date."""
    answer = script.first("po-acks")
    script.docs[script.docs.index(answer)] = ack(script, answer.at, code="DR")


def _damaged(rng: Random, script: Script) -> None:
    """A piece of the first line arrives broken, and is not billed."""
    lines = script.all("receipts")[-1].body["lines"]
    if lines[0]["quantity"] > 1:
        lines[0]["quantity"] -= 1
        lines.insert(1, {**lines[0], "quantity": 1, "condition": DAMAGED})
        bill = script.first("invoices")
        billed = script.quantities
        billed[0] -= 1
        script.docs[script.docs.index(bill)] = invoice(script, bill.at, billed)


VARIATIONS = (
    (0.05, _changed),
    (0.02, _withdrawn),
    (0.02, _cancelled),
    (0.04, _backordered),
    (0.03, _postponed),
    (0.02, _damaged),
)
