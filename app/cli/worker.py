"""`syncline worker`: follow all topics until told to stop."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import typer

from agents import AGENTS
from app import settings
from app.contracts.registry import RegistrySchemas
from app.errors import BrokerUnavailable, RegistryUnavailable
from app.kafka import topics
from app.kafka.application import Agent, Worker, application
from app.observe import logs
from app.observe.metrics import Metrics
from app.settings import Settings
from tables import TABLES

ASK_AGAIN_S = 2.0
TELL_AGAIN_S = 60.0
R = TypeVar("R")


def worker() -> None:
    """Follow the topics: corrected streams, alerts and dead letters come out. SIGTERM hands over and stops.

    A broker or a schema registry that is away is waited for.
    """
    chosen = settings.load(os.environ, {})
    logs.set_up()
    schemas = RegistrySchemas(chosen.schema_registry_url)
    patiently(lambda: asyncio.run(topics.check(chosen, TABLES)))
    patiently(schemas.ids)
    run(chosen, schemas, AGENTS)


def patiently(ask: Callable[[], R]) -> R:
    """The answer of a broker or registry, however long it is away; why it waits is told on standard error."""
    told = float("-inf")
    while True:
        try:
            return ask()
        except (BrokerUnavailable, RegistryUnavailable) as error:
            if time.monotonic() - told > TELL_AGAIN_S:
                typer.echo(f"syncline worker waits: {error}", err=True)
                told = time.monotonic()
            time.sleep(ASK_AGAIN_S)


def run(chosen: Settings, schemas: Any, agents: Iterable[Agent]) -> None:
    """Work in this process until a signal comes; ends it with SystemExit."""
    metrics = Metrics()
    if chosen.metrics_port:
        metrics.serve(chosen.metrics_port)
    app = application(chosen, schemas, agents, metrics)
    faust = Worker(app, override_logging=False, quiet=True)
    faust.spinner = None
    faust.execute_from_commandline()
