"""What only the quick start and the tests use."""
