"""The check digits of GS1 keys (GTIN, GLN, SSCC): modulo 10, weights 3 and 1 from the right."""

from __future__ import annotations

GTIN = (8, 12, 13, 14)  # digits; EAN-8, UPC-A, EAN-13, GTIN-14
GLN = (13,)
SSCC = (18,)


def problem(key: str, lengths: tuple[int, ...]) -> str | None:
    """What is wrong with a key of one of these lengths, in words; None for nothing."""
    if not (key.isascii() and key.isdigit()):
        return "holds more than digits"
    if len(key) not in lengths:
        return f"has {len(key)} digits, not {' or '.join(map(str, lengths))}"
    right = check_digit(key[:-1])
    return None if key[-1] == right else f"ends with {key[-1]}, and its check digit is {right}"


def check_digit(digits: str) -> str:
    """The digit that belongs behind these."""
    total = sum(int(digit) * (1 if at % 2 else 3) for at, digit in enumerate(reversed(digits)))
    return str(-total % 10)
