"""The line over a file: one process, no broker, the records' own times as the clock. Same input, same bytes out."""

from app.backtest.directory import DirectoryTaken, execute, prepare
from app.backtest.run import Settle, Until

__all__ = ["DirectoryTaken", "Settle", "Until", "execute", "prepare"]
