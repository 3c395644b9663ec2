"""A worker that ends or stops at a named point of its life: `python -m tests.engine.dying_worker POINT kill|stop`."""

from __future__ import annotations

import sys

from tests.engine import local_worker
from tests.engine.points import arm

if __name__ == "__main__":
    arm(*sys.argv[1:])
    local_worker.main()
