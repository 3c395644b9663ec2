"""Sizes in bytes that producers, topics and readers must agree on."""

BATCH_BYTES = 512 * 1024  # a batch is closed before it grows beyond this, unless one group alone does
RECORD_BYTES = 4 * 1024 * 1024  # max.message.bytes of what we write alone: changelogs, histories and dead letters
