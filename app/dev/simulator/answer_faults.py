"""What suppliers and gateways answer that a buyer must hear of."""

from __future__ import annotations

from random import Random

from app.dev.simulator.feeds import DAY, HOUR, MINUTE
from app.dev.simulator.order_faults import overdue
from app.dev.simulator.papers import ack, cancel, dearer, technical
from app.dev.simulator.scripts import ANSWERED, Doc, Script, date_of

REFUSALS = ("IR", "R1", "R4")
GOODS = ("shipments", "receipts", "invoices")
CODES = ("ZZ", "BP")  # one that nobody knows, one without its quantity


def ack_ambiguous(rng: Random, script: Script) -> None:
    """The answer to the first line can be read in two ways, and no other one comes."""
    script.keep(*ANSWERED)
    answer = script.first("po-acks").body
    answer["lines"][0]["statuses"] = [{"code": rng.choice(CODES)}]
    script.label("ack-ambiguous", "ACK_AMBIGUOUS", f"{answer['ack_id']}/{script.lines[0].number}")
    overdue(script, "ack-ambiguous")


def ack_rejected(rng: Random, script: Script) -> None:
    """The supplier sends nothing."""
    _answer(script, rng.choice(REFUSALS))
    for line in script.lines:
        script.label("ack-rejected", "ACK_REJECTED", line.number)


def ack_changed(rng: Random, script: Script) -> None:
    """The supplier promises the goods for a day long after that of need."""
    answer = _answer(script, "DR")
    for line in answer.body["lines"]:
        line["statuses"][0]["date"] = date_of(script.at + rng.randint(17, 25) * DAY)
        for code in ("ACK_CHANGE", "ETA_SLIP", "OVERDUE"):
            script.label("ack-changed", code, line["line"])


def has_critical(script: Script) -> bool:
    """Whether an order is for something of which a shortage harms patients."""
    return any(line.item.critical for line in script.lines)


def ack_backorder(rng: Random, script: Script) -> None:
    """Of something critical the supplier has not enough; it comes with the rest, or nothing does."""
    line = next(line for line in script.lines if line.item.critical)
    answer = script.first("po-acks")
    part = {line.number: rng.randint(1, line.quantity - 1)}
    script.docs[script.docs.index(answer)] = ack(script, answer.at, backordered=part)
    comes = rng.random() < 0.5
    if not comes:
        script.keep(*ANSWERED)
        overdue(script, "ack-backorder")
    script.label("ack-backorder", "ACK_BACKORDER", line.number, open_at_end=not comes)


def ack_dearer(rng: Random, script: Script) -> None:
    """The supplier wants more for the first line, and sends it all the same."""
    answer, line = script.first("po-acks").body, script.lines[0]
    answer["ack_type"] = "AC"
    answer["lines"][0]["statuses"][0] |= {"code": "IP", "unit_price": dearer(line.item.price, rng.randint(10, 40))}
    script.label("ack-dearer", "ACK_CHANGE", line.number, open_at_end=False)


def substituted(rng: Random, script: Script) -> None:
    """The supplier sends something else for the first line, half of the time under its own name from then on."""
    answer, number = script.first("po-acks").body, script.lines[0].number
    other = f"{script.lines[0].item.item_id}-S"
    answer["ack_type"] = "AC"
    answer["lines"][0]["statuses"][0] |= {"code": "IS", "item_id": other}
    if rng.random() < 0.5:
        script.guarded = True
        goods = (line for doc in script.docs if doc.topic in GOODS for line in doc.body["lines"])
        for said in (line for line in goods if line["line"] == number):
            said |= {"item_id": other, "line": None}
    script.label("substituted", "ACK_CHANGE", number, open_at_end=False)


def status_regression(rng: Random, script: Script) -> None:
    """The supplier accepts, and takes it back a day later."""
    script.keep(*ANSWERED)
    at = script.docs[-1].at + rng.randint(20, 30) * HOUR
    script.docs.append(ack(script, at, code=rng.choice(REFUSALS)))
    for line in script.lines:
        script.label("status-regression", "STATUS_REGRESSION", line.number)
        script.label("status-regression", "ACK_REJECTED", line.number)


def no_ack(rng: Random, script: Script) -> None:
    """The supplier ships and never answers."""
    script.docs = [doc for doc in script.docs if doc.topic != "po-acks"]
    for code in ("ACK_STUCK", "NO_ACK"):
        script.label("no-ack", code, open_at_end=False)


def slow_answer(rng: Random, script: Script) -> None:
    """The supplier answers later than he promised, and sooner than one who promised nothing may."""
    answer = script.first("po-acks")
    answer.at = script.at + rng.randint(13, 20) * HOUR
    answer.body["ack_date"] = date_of(answer.at)
    script.label("slow-answer", "ACK_STUCK", open_at_end=False)


def promises(script: Script) -> bool:
    """Whether its supplier says within what time he answers."""
    return script.supplier.sla_minutes is not None


def late_ack(rng: Random, script: Script) -> None:
    """The supplier answers when the goods are on their way."""
    answer, notice = script.first("po-acks"), script.first("shipments")
    script.docs.remove(answer)
    late = ack(script, notice.at + rng.randint(1, 18) * HOUR)
    script.docs.append(late)
    script.label("late-ack", "LATE_ACK", late.body["ack_id"], open_at_end=False)
    for code in ("ACK_STUCK", "NO_ACK"):
        script.label("late-ack", code, open_at_end=False)


def ack_on_cancelled(rng: Random, script: Script) -> None:
    """Order and cancel cross the answer."""
    script.keep(*ANSWERED)
    script.docs.insert(1, cancel(script, script.at + rng.randint(5, 25) * MINUTE))
    script.label("ack-on-cancelled", "ACK_ON_CANCELLED", script.first("po-acks").body["ack_id"])


def transmission_rejected(rng: Random, script: Script) -> None:
    """The gateway refuses the order, and nobody sends it again."""
    script.keep("purchase-orders")
    refusal = technical(script, script.at + rng.randint(1, 50) * MINUTE, rng.choice(("R", "RJ", "X")))
    script.docs.append(refusal)
    script.label("transmission-rejected", "TRANSMISSION_REJECTED", refusal.body["ack_id"])
    script.label("transmission-rejected", "ACK_STUCK")
    overdue(script, "transmission-rejected")


def _answer(script: Script, code: str) -> Doc:
    """One code for every line, and nothing after it."""
    script.keep(*ANSWERED)
    given = script.first("po-acks")
    answer = ack(script, given.at, code=code)
    script.docs[script.docs.index(given)] = answer
    return answer
