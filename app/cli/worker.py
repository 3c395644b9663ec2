"""`syncline worker`: follow all topics until told to stop."""

from __future__ import annotations

import asyncio
import logging
import os

from faust import Worker

from agents import AGENTS
from app import settings
from app.contracts.registry import RegistrySchemas
from app.kafka import topics
from app.kafka.application import application
from app.observe.metrics import Metrics
from tables import TABLES


def worker() -> None:
    """Follow the topics: corrected streams, alerts and dead letters come out. SIGTERM hands over and stops."""
    chosen = settings.load(os.environ, {})
    asyncio.run(topics.check(chosen, TABLES))
    metrics = Metrics()
    if chosen.metrics_port:
        metrics.serve(chosen.metrics_port)
    app = application(chosen, RegistrySchemas(chosen.schema_registry_url), AGENTS, metrics)
    Worker(app, loglevel=logging.WARNING, quiet=True).execute_from_commandline()
