"""What the tests over a broker share: a worker process, and a client that feeds it and reads what it says."""
