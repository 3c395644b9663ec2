"""Names, postcodes and phone numbers of suppliers without what only their writing differs in."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LEGAL_FORMS = frozenset(
    (
        "ab ag bv co company corp corporation gmbh inc incorporated kg limited llc llp lp ltd nv oy plc pty sa "
        "sarl sas spa srl"
    ).split()
)
WORDS = re.compile(r"[^\W_]+")
DIGITS = re.compile(r"\D+")
ZIP_PLUS_FOUR = re.compile(r"\d{9}")


@lru_cache(8_192)
def plain_name(name: str) -> str:
    """Lower case, no accents, no punctuation, no legal form at the end; empty where nothing is left."""
    letters = unicodedata.normalize("NFKD", name.replace("&", " and ").replace(".", "")).casefold()
    words = WORDS.findall("".join(letter for letter in letters if not unicodedata.combining(letter)))
    while words and words[-1] in LEGAL_FORMS:
        words.pop()
    return " ".join(words)


def plain_postcode(postcode: str) -> str:
    """Upper case without separators; of a ZIP+4 the first five digits."""
    plain = "".join(WORDS.findall(postcode)).upper()
    return plain[:5] if ZIP_PLUS_FOUR.fullmatch(plain) else plain


def plain_phone(phone: str) -> str:
    """Its digits."""
    return DIGITS.sub("", phone)
