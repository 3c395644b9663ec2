"""Faust's own recovery, for `bench.recovery`: a process without our modules, which change what aiokafka reads."""

from __future__ import annotations

import json
import os
import sys
from time import perf_counter, process_time
from typing import Any

import faust


def stock_app(bootstrap: str, partitions: int) -> faust.App:
    """A table as Faust's guide has it, of bytes: it decodes nothing."""
    app = faust.App(
        "stock",
        broker=f"kafka://{bootstrap}",
        store="memory://",
        key_serializer="raw",
        value_serializer="raw",
        topic_allow_declare=False,
        topic_disable_leader=True,
        consumer_auto_offset_reset="earliest",
        web_enabled=False,
        worker_redirect_stdouts=False,
    )
    table = app.Table("balance", partitions=partitions, key_type=bytes, value_type=bytes)
    began: list[float] = []

    @app.agent(app.topic("stock-events", value_type=bytes, value_serializer="raw"))
    async def nothing(stream: Any) -> None:
        async for _ in stream:
            """No events: only the table is of interest."""

    @app.on_partitions_assigned.connect
    async def begin(*_: Any, **__: Any) -> None:
        began[:] = began or [perf_counter(), process_time()]

    async def told() -> None:  # begins once the table is recovered
        print(json.dumps([len(table), perf_counter() - began[0], process_time() - began[1]]), flush=True)
        os._exit(0)

    app.task(told)
    return app


if __name__ == "__main__":
    faust.Worker(stock_app(sys.argv[1], int(sys.argv[2])), loglevel="ERROR").execute_from_commandline()
