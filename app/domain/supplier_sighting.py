"""By what a supplier may be another one entered twice: numbers first, then the bank account, then names and places.

Keys stand in the order of the tiers of DUP_SUPPLIER (domain base section 4). Who is inactive shows nothing; who has a
parent is of its family, whose members may share everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from msgspec import Struct, structs

from app.domain.codes import SupplierStatus
from app.domain.facts import SupplierMaster
from app.domain.internal import joined
from app.domain.showing import Place, Said
from app.domain.supplier_names import plain_name, plain_phone, plain_postcode

KIND = "supplier"
SHORTEST_PHONE = 7  # digits: less is an extension
NAMES = 50  # of one supplier: each is told with all the others, and a record may have thousands of aliases


class Alike(Struct, array_like=True, frozen=True):
    """By what one record of a supplier may be another's: blocks, and who is told of."""

    name: str
    source_system: str
    supplier_id: str  # of its family
    keys: tuple[str, ...]


def alike(supplier: SupplierMaster) -> Alike | None:
    """What is kept of a record; None of who is inactive."""
    if supplier.status is SupplierStatus.INACTIVE:
        return None
    keys = tuple(dict.fromkeys(joined(KIND, *parts) for parts in _keys(supplier)))
    family = supplier.parent_id or supplier.supplier_id
    return Alike(supplier.legal_name, supplier.source_system, family, keys)


def supplier_shown(supplier: Alike) -> dict[Place, Said]:
    """(block, "") and what is said of it."""
    return dict.fromkeys(((key, "") for key in supplier.keys), structs.asdict(supplier))


def _keys(supplier: SupplierMaster) -> Iterator[tuple[str, ...]]:
    numbers = (("tax", supplier.tax_id_hash), ("gln", supplier.gln), ("duns", supplier.duns))
    for tier, number in (*numbers, ("remit", supplier.remit_hash)):
        if number:
            yield tier, number
    postcode, country = plain_postcode(supplier.postcode or ""), supplier.country or ""
    if postcode:
        names = dict.fromkeys(plain_name(name) for name in (supplier.legal_name, *supplier.aliases))
        yield from islice((("name", name, country, postcode) for name in names if name), NAMES)
        yield "postcode", country, postcode
    phone = plain_phone(supplier.phone or "")
    if len(phone) >= SHORTEST_PHONE:
        yield "phone", phone
