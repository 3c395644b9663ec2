"""Sizes in bytes that producers, topics and readers must agree on."""

BATCH_BYTES = 512 * 1024  # a batch is closed before it grows beyond this, unless one group alone does
INPUT_BYTES = 1_000_000  # a record that a broker takes by default, with room for its headers
RECORD_BYTES = 4 * 1024 * 1024  # max.message.bytes of changelogs, histories and what `app.topics` calls large
INPUT_MOST = RECORD_BYTES - 64 * 1024  # that of what we read: as a dead letter it stands within more words
