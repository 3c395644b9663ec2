"""Everything that knows the insides of Faust or of Kafka: transport, recovery, writers, topics."""
