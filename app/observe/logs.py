"""What a worker writes to its log: its own word from INFO on, that of the libraries beneath only where it warns."""

from __future__ import annotations

import logging
import logging.config
from time import monotonic
from typing import Any

QUIET_S = 10.0


class Repeats(logging.Filter):
    """Lets a line of a library's code speak once in 10 seconds: while a broker is away, some speak a hundred times."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, int], float] = {}
        self._kept_back: dict[tuple[str, int], int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        place, now = (record.pathname, record.lineno), monotonic()
        if record.name.startswith("app."):
            return True
        if now - self._said.get(place, float("-inf")) < QUIET_S:
            self._kept_back[place] = self._kept_back.get(place, 0) + 1
            return False
        self._said[place] = now
        if kept_back := self._kept_back.pop(place, 0):
            record.msg, record.args = f"{record.getMessage()} (and {kept_back} times before)", ()
        return True


FETCHING = "aiokafka.consumer.fetcher"  # says at INFO, and only there, that records were deleted unread
FAUST = ("application", "recovery", "transport")  # its services speak under the names of the classes made from them


def set_up() -> None:
    """For the whole process, and once in it: a second time would forget what was said already."""
    logging.config.dictConfig(config())


def config() -> dict[str, Any]:
    """For `logging.config.dictConfig`; one line each on standard output."""
    line = {"format": "%(asctime)s %(levelname)s %(message)s"}
    handler = {
        "class": "logging.StreamHandler",
        "formatter": "line",
        "filters": ["repeats"],
        "stream": "ext://sys.stdout",
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": line},
        "filters": {"repeats": {"()": Repeats}},
        "handlers": {"default": handler},
        "root": {"level": "WARNING", "handlers": ["default"]},
        "loggers": {
            **{name: {"level": "INFO"} for name in ("app", FETCHING)},
            **{f"app.kafka.{name}": {"level": "WARNING"} for name in FAUST},
        },
    }
