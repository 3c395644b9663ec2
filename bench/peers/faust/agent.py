"""The job on Faust as its guide teaches: an agent, a table, an event at a time."""

from __future__ import annotations

from typing import Any

import faust

from bench.peers.balance import Job, asked

told = asked()
job = Job(told.schema_id)
app = faust.App(
    told.application,
    broker=f"kafka://{told.bootstrap}",
    store="memory://",
    datadir=told.state,
    consumer_auto_offset_reset="earliest",
    topic_allow_declare=False,
    topic_disable_leader=True,
    web_enabled=False,
    worker_redirect_stdouts=False,
)
events = app.topic(told.input, key_type=str, key_serializer="raw", value_type=bytes, value_serializer="raw")
corrected = app.topic(told.output, key_type=str, key_serializer="raw", value_type=bytes, value_serializer="raw")
balance = app.Table("balance", partitions=told.partitions)


@app.agent(events)
async def follow(stream: Any) -> None:
    async for key, value in stream.items():
        applied = job.apply(balance.get(key), job.decode(value))
        if applied is not None:
            balance[key], entry = applied
            await corrected.send(key=key, value=entry)


if __name__ == "__main__":
    worker = faust.Worker(app, loglevel="ERROR", quiet=True)
    worker.spinner = None
    worker.execute_from_commandline()
