"""Bytes to records to facts and back: Avro in the registry's wire format, and the file form."""
