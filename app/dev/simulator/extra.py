"""Faults that add a record nobody should have sent."""

from __future__ import annotations

from base64 import b64encode

from app.contracts.times import format_time
from app.dev.simulator.courier import Courier
from app.dev.simulator.feeds import DAY, MINUTE
from app.dev.simulator.labels import DEAD_LETTER, NONE
from app.dev.simulator.wire import Event

ENVELOPE = frozenset("event_id source_system source_seq event_time record_time purpose supersedes transfer_id".split())


def _beside(courier: Courier, event: Event, purpose: str | None = None, supersedes: str | None = None) -> Event:
    """An unnumbered record of the same source about the same thing, a little later."""
    body = {name: value for name, value in event.value.items() if name not in ENVELOPE}
    at = event.recorded + MINUTE
    other = courier.feeds.event(event.topic, event.key, event.source, at, body, purpose, supersedes, numbered=False)
    other.about = event.about
    return other


def orphan(courier: Courier, event: Event) -> None:
    """A CANCEL of an event that never was."""
    courier.send(event)
    extra = _beside(courier, event, "CANCEL", courier.feeds.new_id())
    courier.wire.send(extra)
    courier.label("orphan", "REVERSAL_ORPHAN", extra, extra.event_id, True)


def wrong_cancel(courier: Courier, event: Event) -> None:
    """A CANCEL that names the wrong event: what it names is taken back all the same."""
    courier.send(event)
    used = event.about.last_use
    event.about.last_use = None
    extra = _beside(courier, event, "CANCEL", used.event_id)
    courier.muddle(event)
    courier.send(extra)
    courier.label("wrong-cancel", NONE, extra)


def stale(courier: Courier, event: Event) -> None:
    """An unnumbered record from behind the horizon: it cannot be proven new."""
    courier.send(event)
    extra = _beside(courier, event)
    extra.at -= courier.rng.randint(405, 600) * DAY
    extra.value["event_time"] = format_time(extra.at)
    extra.arrival = max(extra.arrival, event.arrival + MINUTE)
    courier.wire.send(extra)
    courier.label("stale", "LATE_BEYOND_HORIZON", extra, extra.event_id, True)


def garbage(courier: Courier, event: Event) -> None:
    """Bytes that no schema can read."""
    courier.send(event)
    noise = b64encode(b"\xff" + courier.rng.randbytes(courier.rng.randint(0, 40))).decode()
    extra = _beside(courier, event)
    label = courier.label("garbage", DEAD_LETTER, extra)
    courier.wire.send_refused(extra, label, noise)


def refused(courier: Courier, event: Event) -> None:
    """A record under another key than its body says."""
    courier.send(event)
    extra = _beside(courier, event)
    extra.key += "-X"
    label = courier.label("refused", DEAD_LETTER, extra)
    courier.wire.send_refused(extra, label)
