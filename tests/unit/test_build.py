"""The tests run on the sources, and once more on what a wheel has compiled (`make test-wheel`)."""

import os

from app.domain.orders import fold
from app.flow import BUILD
from app.store import log


def test_what_is_tested_is_compiled_where_that_was_asked_for():
    asked = os.environ.get("COMPILE_SYNCLINE") == "1"
    assert asked == (BUILD == "compiled")
    assert {module.__file__.endswith(".so") for module in (fold, log)} == {asked}
