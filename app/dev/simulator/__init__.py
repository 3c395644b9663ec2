"""A network of hospitals that never was: its events as they arrive, what goes wrong, and what is true in the end."""

from app.dev.simulator.run import Plan, Result, simulate

__all__ = ["Plan", "Result", "simulate"]
