"""What goes wrong when buyers change their orders (860) and suppliers answer (865)."""

from __future__ import annotations

from random import Random

from app.dev.simulator.feeds import DAY, HOUR
from app.dev.simulator.order_faults import overdue
from app.dev.simulator.papers import asn, cancel, change_answer, order, receipt
from app.dev.simulator.scripts import ANSWERED, Doc, Script


def change_rejected(rng: Random, script: Script) -> None:
    """The buyer raises an acknowledged line, and the supplier says no."""
    script.keep(*ANSWERED)
    at = script.docs[-1].at + rng.randint(1, 10) * HOUR
    answer = change_answer(script, at + rng.randint(1, 10) * HOUR, "RJ")
    script.docs += [_change(script, at, rng.randint(1, 9)), answer]
    script.label("change-rejected", "CHANGE_REJECTED", answer.body["ack_id"])
    overdue(script, "change-rejected")


def cancel_rejected(rng: Random, script: Script) -> None:
    """The buyer cancels an acknowledged order, and the supplier says no."""
    script.keep(*ANSWERED)
    at = script.docs[-1].at + rng.randint(1, 10) * HOUR
    answer = change_answer(script, at + rng.randint(1, 10) * HOUR, "RJ")
    script.docs += [cancel(script, at), answer]
    script.label("cancel-rejected", "CHANGE_REJECTED", answer.body["ack_id"])


def change_unanswered(rng: Random, script: Script) -> None:
    """Half has come when the buyer raises the first line; he hears nothing, and no more comes."""
    half = [quantity // 2 for quantity in script.quantities]
    at = script.first("shipments").at
    script.keep(*ANSWERED)
    script.docs += [asn(script, at, 1, half), receipt(script, at + DAY, 1, half)]
    script.docs.append(_change(script, at + rng.randint(25, 40) * HOUR, rng.randint(1, 9)))
    script.label("change-unanswered", "CHANGE_UNANSWERED")
    overdue(script, "change-unanswered")


def no_change_pending(rng: Random, script: Script) -> None:
    """The supplier answers the order with the answer to a change."""
    answer = script.first("po-acks")
    wrong = change_answer(script, answer.at, "AT")
    script.docs[script.docs.index(answer)] = wrong
    script.label("no-change-pending", "NO_CHANGE_PENDING", wrong.body["ack_id"], open_at_end=False)


def change_after_ship(rng: Random, script: Script) -> None:
    """The buyer lowers the first line when all of it is on its way."""
    at = script.first("shipments").at
    script.keep(*ANSWERED)
    script.docs += [asn(script, at, 1, script.quantities), receipt(script, at + DAY, 1, script.quantities)]
    script.docs.append(_change(script, at + rng.randint(2, 20) * HOUR, -rng.randint(1, 9)))
    for code in ("CHANGE_AFTER_SHIP", "OVER_SHIP", "OVER_RECEIPT"):
        script.label("change-after-ship", code, script.lines[0].number)


def change_on_cancelled(rng: Random, script: Script) -> None:
    """The buyer changes what he cancelled."""
    script.keep(*ANSWERED)
    at = script.docs[-1].at + rng.randint(1, 5) * HOUR
    change = _change(script, at + rng.randint(3, 30) * HOUR, rng.randint(1, 9), version=3)
    script.docs += [cancel(script, at), change_answer(script, at + HOUR, "AT"), change]
    script.label("change-on-cancelled", "CHANGE_ON_CANCELLED")


def _change(script: Script, at: int, by: int, version: int = 2) -> Doc:
    """860: the first line with some more or fewer pieces; the script's own lines stay as they were."""
    script.lines[0].quantity += by
    change = order(script, at, version, "CHANGE")
    script.lines[0].quantity -= by
    return change
