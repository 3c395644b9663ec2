"""What makes each rule across keys speak, what leaves it silent, and what heals it."""

from __future__ import annotations

from hashlib import sha256

from app.domain.codes import Severity, SupplierStatus
from app.domain.facts import Fact
from app.domain.internal import joined
from tests.support.documents import DAY, HOUR, MINUTE, ONE, billed, cancelled, line, ordered
from tests.support.masters import supplier

Story = list[Fact]
BILL = "INV-1"
FIRST, SECOND = ordered(), ordered("o2", line("10", 9), po_number="PO-2")
BILLED = billed(invoice_number=BILL)
AGAIN = billed("i2", invoice_number=BILL, po_number="PO-2")
WHOLE = 80 * ONE
GOODS = joined("order", "ACME", None, sha256(b"ITEM-10|EA|100000").hexdigest()[:32])

ONE_TAX, OTHER_TAX = supplier(tax_id_hash="T1"), supplier(supplier_id="SUP-2", legal_name="Masks", tax_id_hash="T1")

FIRES: dict[str, tuple[Story, int, str, str, Severity]] = {  # documents, wait, key, evidence, severity
    "DUP_PO": ([ordered(), ordered("o2", po_number="PO-2", at=3 * HOUR)], 2 * HOUR, GOODS, "PO-2", Severity.WARN),
    "DUP_SUPPLIER": ([ONE_TAX, OTHER_TAX], 15 * MINUTE, "supplier@tax@T1", "SUP-1/SUP-2", Severity.WARN),
    "DUP_INVOICE": ([FIRST, SECOND, BILLED, AGAIN], 15 * MINUTE, "invoice@ACME@INV-1", "PO-2", Severity.HIGH),
}

QUIET: dict[str, tuple[Story, int]] = {
    "DUP_SUPPLIER": (
        [
            ONE_TAX,
            supplier(supplier_id="SUP-2", tax_id_hash="T1", parent_id="SUP-1"),
            supplier(supplier_id="SUP-3", tax_id_hash="T1", status=SupplierStatus.INACTIVE),
            supplier(supplier_id="SUP-4", tax_id_hash="T1", copy_of="erp"),
            supplier(supplier_id="SUP-5", legal_name="Masks", postcode="02115"),
            supplier(supplier_id="SUP-6", legal_name="Gowns", postcode="02115", phone="617"),
            supplier(supplier_id="SUP-7", legal_name="Sheets", phone="617"),
        ],
        DAY,
    ),
    "DUP_PO": (
        [
            ordered(),
            ordered("o2", po_number="PO-2", supplier_id="OTHER"),
            ordered("o3", po_number="PO-3", ship_to="WARD"),
            ordered("o4", line("10", 11), po_number="PO-4"),
            ordered("o5", line("10", 10, uom="XBX"), po_number="PO-5"),
            ordered("o6", po_number="PO-6", source_system="erp"),
            ordered("o7", po_number="B1-1", blanket_po="B1"),
            ordered("o8", po_number="B1-2", blanket_po="B1"),
            ordered("o9", po_number="S1", order_type="ST"),
            ordered("o10", po_number="PO-10", at=DAY),
        ],
        DAY,
    ),
    "DUP_INVOICE": (
        [
            FIRST,
            SECOND,
            billed(invoice_number=BILL, document_total=WHOLE),
            billed("i2", invoice_number=BILL, document_total=WHOLE, po_number="PO-2"),
            billed("i3", invoice_number=BILL, supplier_id="OTHER", po_number="PO-2"),
            billed("k1", invoice_number=BILL, kind="CREDIT", po_number="PO-2"),
        ],
        DAY,
    ),
}

HEALS: dict[str, tuple[Story, Story]] = {  # what fires it for good, and what ends it
    "DUP_SUPPLIER": (
        [ONE_TAX, OTHER_TAX],
        [supplier(2, 2 * DAY, supplier_id="SUP-2", tax_id_hash="T1", status=SupplierStatus.INACTIVE)],
    ),
    "DUP_PO": ([ordered(), ordered("o2", po_number="PO-2")], [cancelled("c2", po_number="PO-2", at=3 * DAY)]),
    "DUP_INVOICE": (
        [FIRST, SECOND, BILLED, AGAIN],
        [billed("x1", invoice_number=BILL, purpose="CANCEL", supersedes="i1", at=3 * DAY)],
    ),
}
