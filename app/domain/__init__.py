"""The business: facts in, state and outputs out. No clock, no I/O, no broker; `now` is an argument."""
