"""Named points of the line, of a hand-over and of a take-over, at which a worker under test ends or stops itself.

Nothing of this stands in the app: in the worker's own process the methods around a point are wrapped.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from functools import wraps
from itertools import count
from typing import Any, NamedTuple

from app.flow import Lane
from app.flow.lane import DEAD_LETTERS
from app.kafka.engine import Engine
from app.kafka.publisher import KafkaPublisher
from app.kafka.takeover import TakeOver
from app.kafka.transport import Consumer
from app.kafka.writer import Writer

SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}
SETTLING = ContextVar("SETTLING", default=False)


def _is_turn(groups: Sequence[Any]) -> bool:
    return len(groups) > 1 or len(groups[0]) > 1


def _is_mark(groups: Sequence[Any]) -> bool:
    return not _is_turn(groups) and not SETTLING.get()


def _is_mark_of_the_taker(groups: Sequence[Any]) -> bool:
    return not _is_turn(groups) and SETTLING.get()


def _keeps(rows: Sequence[Any]) -> bool:
    return rows[0][1] is not None


def _says(messages: Sequence[Any]) -> bool:
    return not SETTLING.get() and messages[0].topic != DEAD_LETTERS


def _buries(messages: Sequence[Any]) -> bool:
    return messages[0].topic == DEAD_LETTERS


def _says_again(messages: Sequence[Any]) -> bool:
    return SETTLING.get()


def _always(*_: Any) -> bool:
    return True


class Point(NamedTuple):
    """Beside one call of a method, where `applies` to its first argument: which of the calls, and how much is done."""

    owner: type
    method: str
    done: str  # "nothing", "half" of what the first argument lists, or "all"
    applies: Callable[..., bool] = _always
    nth: int = 1


POINTS = {
    "before the dead letters": Point(KafkaPublisher, "publish", "nothing", _buries),
    "after the dead letters": Point(KafkaPublisher, "publish", "all", _buries),
    "before the history": Point(Writer, "seal", "nothing", _keeps, 2),
    "within the history": Point(Writer, "seal", "half", _keeps, 2),
    "after the history": Point(Writer, "seal", "all", _keeps, 2),
    "before the changelog": Point(Writer, "write", "nothing", _is_turn, 3),
    "within the changelog": Point(Writer, "write", "half", _is_turn, 3),
    "after the changelog": Point(Writer, "write", "all", _is_turn, 3),
    "within the outputs": Point(KafkaPublisher, "publish", "half", _says, 3),
    "after the outputs": Point(KafkaPublisher, "publish", "all", _says, 3),
    "after the store": Point(Lane, "turn", "all", _always, 3),
    "before the commit": Point(Consumer, "_commit", "nothing"),
    "after the commit": Point(Consumer, "_commit", "all"),
    "before the mark": Point(Writer, "write", "nothing", _is_mark),
    "after the mark": Point(Writer, "write", "all", _is_mark),
    "after the fence": Point(Writer, "start", "all", _always, 3),
    "after the bulk read": Point(TakeOver, "_settle", "nothing"),
    "within what is said again": Point(KafkaPublisher, "publish", "half", _says_again),
    "after what is said again": Point(KafkaPublisher, "publish", "all", _says_again),
    "after it is marked as said": Point(Writer, "write", "all", _is_mark_of_the_taker),
    "after the take-over": Point(Engine, "own", "all"),
}


def arm(name: str, how: str) -> None:
    """From now on this process sends itself the signal of that name ("kill" or "stop") at the point, once."""
    _watch_settling()
    point, passes = POINTS[name], count(1)
    original = getattr(point.owner, point.method)

    @wraps(original)
    async def watched(self: Any, *arguments: Any) -> Any:
        if not (point.applies(*arguments) and next(passes) == point.nth):
            return await original(self, *arguments)
        before, after = _parts(point.done, arguments)
        answer = await original(self, *before) if before is not None else None
        os.write(2, f"{how} {name}\n".encode())
        os.kill(os.getpid(), SIGNALS[how])
        return await original(self, *after) if after is not None else answer

    setattr(point.owner, point.method, watched)


def _parts(done: str, arguments: Any) -> tuple[Any, Any]:
    """The arguments of what is done before the point, and after it; None for nothing."""
    if done != "half":
        return (arguments, None) if done == "all" else (None, arguments)
    (listed,) = arguments
    half = (len(listed) + 1) // 2
    return (listed[:half],), (listed[half:],)


def _watch_settling() -> None:
    settle = TakeOver._settle

    async def watched(self: TakeOver, line: Any) -> None:
        token = SETTLING.set(True)
        try:
            await settle(self, line)
        finally:
            SETTLING.reset(token)

    TakeOver._settle = watched  # type: ignore[method-assign]
