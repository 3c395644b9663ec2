"""The straight line, written once: chunk -> decode -> apply -> judge -> changelog -> outputs -> store.

It knows no engine: what it reads from, stores to and publishes with are arguments (`app.store.ports`).
"""

from app.flow import lane
from app.flow.lane import Lane
from app.flow.tally import Tally

BUILD = "sources" if lane.__file__.endswith(".py") else "compiled"  # as a work tree has it, or as a wheel

__all__ = ["BUILD", "Lane", "Tally"]
