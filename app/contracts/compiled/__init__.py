"""Readers and writers made from a schema as straight-line code: what fastavro does, several times faster.

A reader takes only what it has verified: union branches, enum numbers, flags, lengths, decimals that fit in 7 bytes,
the end of the record. Everything else raises, and the caller turns to fastavro, which reads it or says what is wrong.
"""

from app.contracts.compiled.numbers import NotPlain
from app.contracts.compiled.reading import Reader, reader
from app.contracts.compiled.writing import Writer, writer

__all__ = ["NotPlain", "Reader", "Writer", "reader", "writer"]
