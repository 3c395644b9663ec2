"""The straight line, written once: chunk -> decode -> apply -> judge -> changelog -> outputs -> store.

It knows no engine: what it reads from, stores to and publishes with are arguments (`app.store.ports`).
"""

from app.flow import lane
from app.flow.lane import Lane
from app.flow.tally import Tally

COMPILED = not lane.__file__.endswith(".py")  # whether this is what a wheel carries, or sources

__all__ = ["COMPILED", "Lane", "Tally"]
