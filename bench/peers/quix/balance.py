"""The job on Quix Streams: a dataframe, state by key."""

from __future__ import annotations

from typing import Any

from quixstreams import Application, State

from bench.peers.balance import Job, asked

STATE = "position"


def main() -> None:
    told = asked()
    job = Job(told.schema_id)
    app = Application(
        broker_address=told.bootstrap,
        consumer_group=told.application,
        auto_offset_reset="earliest",
        state_dir=told.state,
        loglevel="WARNING",
    )
    events = app.topic(told.input, value_deserializer="bytes")
    corrected = app.topic(told.output, value_serializer="bytes")

    def follow(value: bytes, state: State) -> Any:
        applied = job.apply(state.get(STATE), job.decode(value))
        if applied is None:
            return None
        after, entry = applied
        state.set(STATE, after)
        return entry

    dataframe = app.dataframe(events)
    dataframe = dataframe.apply(follow, stateful=True)
    dataframe = dataframe.filter(lambda entry: entry is not None)
    dataframe.to_topic(corrected)
    app.run()


if __name__ == "__main__":
    main()
