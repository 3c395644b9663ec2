"""A worker that ends or stops at a named point of its life: `python -m tests.engine.dying_worker POINT kill|stop`.

Its group gives it up soon, so that a test need not wait for that.
"""

from __future__ import annotations

import sys
from typing import Any

from app.cli import worker
from tests.engine import local_worker
from tests.engine.points import arm

SESSION = 3.0  # seconds
application = worker.application


def given_up_soon(*arguments: Any) -> Any:
    app = application(*arguments)
    app.conf.broker_session_timeout = SESSION
    return app


if __name__ == "__main__":
    arm(*sys.argv[1:])
    worker.application = given_up_soon
    local_worker.main()
