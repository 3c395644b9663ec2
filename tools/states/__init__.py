"""Pictures of the states: every transition is found by running the code, none is written down."""
