"""The soak: workers on a real Kafka, fed and tormented, then judged against a backtest of the same events."""
