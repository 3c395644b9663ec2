"""`syncline worker`: follow all topics until told to stop."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterable
from typing import Any

from faust import Worker

from agents import AGENTS
from app import settings
from app.contracts.registry import RegistrySchemas
from app.kafka import topics
from app.kafka.application import Agent, application
from app.observe import logs
from app.observe.metrics import Metrics
from app.settings import Settings
from tables import TABLES


def worker() -> None:
    """Follow the topics: corrected streams, alerts and dead letters come out. SIGTERM hands over and stops."""
    chosen = settings.load(os.environ, {})
    asyncio.run(topics.check(chosen, TABLES))
    run(chosen, RegistrySchemas(chosen.schema_registry_url), AGENTS)


def run(chosen: Settings, schemas: Any, agents: Iterable[Agent]) -> None:
    """Work in this process until a signal comes; ends it with SystemExit."""
    metrics = Metrics()
    if chosen.metrics_port:
        metrics.serve(chosen.metrics_port)
    app = application(chosen, schemas, agents, metrics)
    faust = Worker(app, loglevel=logging.WARNING, logging_config=logs.config(), quiet=True)
    faust.spinner = None
    faust.execute_from_commandline()
