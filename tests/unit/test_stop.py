"""The last words of a worker say what to do where an error alone does not."""

from __future__ import annotations

from aiokafka.errors import InvalidTimestampError, KafkaTimeoutError

from app.kafka.stop import reason


def test_a_clock_that_the_broker_refuses_is_named() -> None:
    assert "its clock is wrong" in reason(InvalidTimestampError())
    assert "clock" not in reason(KafkaTimeoutError("no answer"))
    assert "no answer" in reason(KafkaTimeoutError("no answer"))
