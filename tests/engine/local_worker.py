"""A worker as `syncline worker` starts it, with the shipped schemas in the place of a registry. Run as a module."""

from __future__ import annotations

import asyncio
import os

from agents import AGENTS
from app import settings
from app.cli.worker import run
from app.contracts.schemas import LocalSchemas
from app.kafka import topics
from app.observe import logs
from tables import TABLES


def main() -> None:
    chosen = settings.load(os.environ, {})
    logs.set_up()
    asyncio.run(topics.check(chosen, TABLES))
    run(chosen, LocalSchemas(), AGENTS)


if __name__ == "__main__":
    main()
