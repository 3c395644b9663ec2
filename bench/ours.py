"""Our worker over one table, doing its whole job; it prints how many records it has applied."""

from __future__ import annotations

import sys

from agents import follow_positions, follow_purchase_orders
from app.contracts.schemas import LocalSchemas
from app.kafka.application import Worker, application
from app.observe.metrics import Counts, Metrics
from app.settings import Settings
from bench.peers.balance import Asked, asked

AGENTS = {"positions": follow_positions, "purchase-orders": follow_purchase_orders}


class Told(Metrics):
    """Counts as every worker does, and says how far the line has come."""

    applied = 0

    def turn(self, table: str, tally: Counts, seconds: float) -> None:
        super().turn(table, tally, seconds)
        if tally.dead_letters:
            raise SystemExit(f"the bench's own records were refused: {dict(tally.dead_letters)}")
        self.applied += sum(tally.records.values())
        print(self.applied, flush=True)


def main(table: str, told: Asked) -> None:
    settings = Settings(
        kafka_bootstrap=told.bootstrap, application_id=told.application, partitions=told.partitions, clock="data"
    )
    app = application(settings, LocalSchemas(), [AGENTS[table]], Told())
    worker = Worker(app, loglevel="ERROR", quiet=True)
    worker.spinner = None
    worker.execute_from_commandline()


if __name__ == "__main__":
    main(sys.argv.pop(1), asked())
