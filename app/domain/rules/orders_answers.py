"""The rules of what suppliers answer, or do not: acknowledgements of orders, of changes, of cancels."""

from __future__ import annotations

from app.domain.codes import Queue, Severity
from app.domain.rules import orders_acks, orders_changes, orders_waiting
from app.domain.rules.answer_terms import answer_stages
from app.domain.rules.rule import Rule, after, at_once, overtaking

ANSWERS = (
    Rule(
        code="ACK_STUCK",
        queue=Queue.BUYER,
        stages=answer_stages,
        finds=orders_waiting.stuck_acks,
        action="Ask the supplier whether the order arrived and send it again if it did not.",
        healed="The supplier has answered, has shipped, or need not answer any more.",
    ),
    Rule(
        code="NO_ACK",
        queue=Queue.BUYER,
        stages=after(lambda policy: policy.no_ack_grace, Severity.INFO),
        finds=orders_waiting.never_answered,
        action="Nothing for this order; where it happens often, have the supplier acknowledge what he gets.",
        healed="The supplier has acknowledged it, the goods have come, or the order is closed.",
    ),
    Rule(
        code="LATE_ACK",
        queue=Queue.BUYER,
        stages=after(overtaking, Severity.INFO),
        finds=orders_waiting.late_answers,
        action="Nothing for this order; where it happens often, have the supplier acknowledge what he gets in time.",
        healed="The order is closed, or the acknowledgement was taken back.",
    ),
    Rule(
        code="TRANSMISSION_REJECTED",
        queue=Queue.EDI,
        stages=after(at_once, Severity.HIGH),
        finds=orders_acks.rejected_transmissions,
        action="Look up the rejected interchange in the gateway, correct what it names, and send the order again.",
        healed="The order was taken in, or the supplier has answered or shipped.",
    ),
    Rule(
        code="ACK_AMBIGUOUS",
        queue=Queue.BUYER,
        stages=after(overtaking, Severity.WARN),
        finds=orders_acks.ambiguous,
        action="Ask the supplier what he means and have him send an acknowledgement that says it.",
        healed="A clear answer has come, the goods have, or they are no longer wanted.",
    ),
    Rule(
        code="ACK_REJECTED",
        queue=Queue.BUYER,
        stages=after(overtaking, Severity.HIGH),
        finds=orders_acks.rejected,
        action="Find another source for the goods, then cancel or change the line.",
        healed="The supplier sends it after all, or it is no longer wanted.",
    ),
    Rule(
        code="ACK_BACKORDER",
        queue=Queue.BUYER,
        stages=after(overtaking, Severity.HIGH),
        finds=orders_acks.backordered,
        action="Ask the supplier when it comes; find a substitute or another source before the shelf is empty.",
        healed="The goods were accepted or shipped, are no longer wanted, or the item is no longer critical.",
    ),
    Rule(
        code="STATUS_REGRESSION",
        queue=Queue.BUYER,
        stages=after(overtaking, Severity.WARN),
        finds=orders_acks.withdrawn,
        action="Ask the supplier which of his words holds, and whether what he shipped is on its way.",
        healed="The supplier accepts it again or has sent it since, or the order is closed.",
    ),
    Rule(
        code="ACK_CHANGE",
        queue=Queue.BUYER,
        stages=after(overtaking, Severity.WARN),
        finds=orders_acks.changed,
        action="Accept by sending the order with these terms as a new version, or agree on others with the supplier.",
        healed="Order and answer agree, the goods have come, or they are no longer wanted.",
    ),
    Rule(
        code="ACK_ON_CANCELLED",
        queue=Queue.BUYER,
        stages=after(overtaking, Severity.WARN),
        finds=orders_acks.on_cancelled,
        action="Tell the supplier that the order is cancelled, before he ships.",
        healed="The cancel no longer stands, or the acknowledgement was taken back.",
    ),
    Rule(
        code="CANCEL_UNANSWERED",
        queue=Queue.BUYER,
        stages=after(lambda policy: policy.cancel_answer_grace, Severity.WARN),
        finds=orders_waiting.unanswered_cancels,
        action="Ask the supplier to confirm the cancel before he ships.",
        healed="The supplier has answered the cancel, or it no longer stands.",
    ),
    Rule(
        code="CHANGE_REJECTED",
        queue=Queue.BUYER,
        stages=after(overtaking, Severity.HIGH),
        finds=orders_changes.refused,
        action="Agree with the supplier: send the former terms as a new version, or stop the goods and buy elsewhere.",
        healed="The supplier accepts it, the change was taken back, or the goods have come.",
    ),
    Rule(
        code="CHANGE_UNANSWERED",
        queue=Queue.BUYER,
        stages=after(lambda policy: policy.change_answer_grace, Severity.WARN),
        finds=orders_changes.unanswered,
        action="Ask the supplier whether he has the change, before he ships the rest.",
        healed="The supplier has answered the change or shipped the rest, or it is no longer wanted.",
    ),
    Rule(
        code="NO_CHANGE_PENDING",
        queue=Queue.EDI,
        stages=after(lambda policy: policy.no_change_grace, Severity.WARN),
        finds=orders_changes.unasked,
        action="Find the change that it answers and have it sent again, or have the supplier send an 855 instead.",
        healed="The change has come, the answer was taken back, or the order is closed.",
    ),
    Rule(
        code="CHANGE_AFTER_SHIP",
        queue=Queue.BUYER,
        stages=after(overtaking, Severity.WARN),
        finds=orders_changes.below_what_moved,
        action="Raise the line to what is under way or here, or agree with the supplier that he takes it back.",
        healed="The line allows what had moved, or the order is closed.",
    ),
    Rule(
        code="CHANGE_ON_CANCELLED",
        queue=Queue.BUYER,
        stages=after(overtaking, Severity.WARN),
        finds=orders_changes.on_closed,
        action="Reactivate the order (a confirmation) if it is wanted again, or order anew.",
        healed="The order was reactivated, or is complete.",
    ),
)
