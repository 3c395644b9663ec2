"""Every exception that Syncline raises on purpose.

SynclineError
├── ConfigurationError      a setting, a topic or a schema is not as the worker needs it: exit 78
│   ├── TopicsWrong         topics are absent or made differently
│   ├── BrokerUnavailable   no broker answers: a worker waits
│   └── RegistryUnavailable the schema registry does not answer: a worker waits
├── UsageError              the call itself cannot be carried out: exit 2
├── RecordError             a record that cannot be used: it goes to the dead letters
│   ├── DecodeError         its bytes are not what its schema says
│   ├── ContractError       its values are not what the contract allows
│   └── BusinessError       it is lawful and still cannot be applied
├── SchemaMissing           a writer schema not asked for yet: fetch it and try again
├── TooManyDeadLetters      a bad deploy rather than bad records: exit 70
├── RowCorrupt              a row of a changelog or history that this release cannot read: exit 70
└── ChangelogCorrupt        a partition that cannot be recovered: exit 70
"""

from __future__ import annotations

from app.domain.codes import ErrorClass


class SynclineError(Exception):
    """The root: a message for people, no traceback needed."""


class ConfigurationError(SynclineError):
    """A setting, a topic or a schema is not as the worker needs it."""


class TopicsWrong(ConfigurationError):
    """Topics are absent or made differently."""


class BrokerUnavailable(ConfigurationError):
    """No broker answers: a worker waits, other commands end."""


class RegistryUnavailable(ConfigurationError):
    """The schema registry does not answer: a worker waits, other commands end."""


class UsageError(SynclineError):
    """The call itself cannot be carried out."""


class RecordError(SynclineError):
    """A record that cannot be used; `reason` names the field and what is wrong with it.

    `topic` and `key` are those of a line of a file, as far as it gives them.
    """

    error_class = ErrorClass.BUG

    def __init__(self, reason: str, topic: str | None = None, key: bytes | None = None) -> None:
        super().__init__(reason)
        self.reason, self.topic, self.key = reason, topic, key


class DecodeError(RecordError):
    """Its bytes are not what its schema says."""

    error_class = ErrorClass.DECODE


class ContractError(RecordError):
    """Its values are not what the contract allows."""

    error_class = ErrorClass.CONTRACT


class BusinessError(RecordError):
    """It is lawful and still cannot be applied."""

    error_class = ErrorClass.BUSINESS


class SchemaMissing(SynclineError):
    """A writer schema not asked for yet."""

    def __init__(self, schema_id: int) -> None:
        super().__init__(f"schema {schema_id} has not been fetched")
        self.schema_id = schema_id


class TooManyDeadLetters(SynclineError):
    """More dead letters in a row than a healthy feed has."""


class RowCorrupt(SynclineError):
    """A row of a changelog or history that this release cannot read, or that misses others."""

    def __init__(self, key: bytes | None, reason: str) -> None:
        super().__init__(f"row {key!r}: {reason}")
        self.key, self.reason = key, reason


class ChangelogCorrupt(SynclineError):
    """A partition that cannot be recovered; the message names topic, partition, offset and what to do."""
