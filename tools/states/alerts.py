"""The life of an alert, walked through the judge that every table has, with the graces of ACK_STUCK."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from app.domain.codes import AlertState
from app.domain.outputs import Alert
from app.domain.policy import Policy
from app.domain.rules.judge import Memory, Subject, judge
from app.domain.rules.orders import ORDERS
from app.domain.rules.rule import Finding, Rule
from tools.states.walk import Machine, Word

POLICY = Policy(ack_electronic=True)
BECOMES, ENDS = "it becomes true", "it is true no longer"
SHORT, LONG = "the first grace ends", "the second grace ends"
QUIET, GRACE, AGAIN = "no alert", "in its grace", "OPEN again"


def _when_true(found: object, now: int, policy: Policy) -> Iterator[Finding]:
    if found:
        yield Finding(evidence="", message="")


def _rule() -> Rule:
    [row] = [rule for rule in ORDERS if rule.code == "ACK_STUCK"]
    return msgspec.structs.replace(row, finds=_when_true)


RULE = _rule()
FIRST, SECOND = (stage.grace for stage in RULE.stages(POLICY))
RISEN = [f"OPEN, {stage.severity.value}" for stage in RULE.stages(POLICY)]


def _read(word: Word) -> str:
    memory, now, found, said = Memory(), 0, False, None
    for letter in ("", *word):
        found = letter == BECOMES or (found and letter != ENDS)
        now += {SHORT: FIRST, LONG: SECOND}.get(letter, 1)
        for output in judge([RULE], found, Subject(entity_type="", entity_id=""), memory, 1, now, POLICY).outputs:
            said = output if isinstance(output, Alert) else said
    return _named(memory, said)


def _named(memory: Memory, said: Alert | None) -> str:
    for condition in memory.conditions:
        if not condition.stage:
            return GRACE
        return AGAIN if condition.episode > 1 else RISEN[condition.stage - 1]
    return QUIET if said is None or said.state is not AlertState.HEALED else AlertState.HEALED.value


ALERT = Machine(
    (QUIET, GRACE, *RISEN, AlertState.HEALED.value, AGAIN), {BECOMES: 2, ENDS: 2, SHORT: 2, LONG: 2}, 6, _read
)
