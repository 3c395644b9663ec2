"""What only those who work on Syncline run."""
