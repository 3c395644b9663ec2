"""What a worker writes to its log: its own word from INFO on, that of the libraries beneath only where it warns."""

from __future__ import annotations

from typing import Any


def config() -> dict[str, Any]:
    """For `logging.config.dictConfig`; one line each on standard output."""
    line = {"format": "%(asctime)s %(levelname)s %(message)s"}
    handler = {"class": "logging.StreamHandler", "formatter": "line", "stream": "ext://sys.stdout"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": line},
        "handlers": {"default": handler},
        "root": {"level": "WARNING", "handlers": ["default"]},
        "loggers": {"app": {"level": "INFO"}},
    }
