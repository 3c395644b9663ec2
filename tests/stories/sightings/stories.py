"""What makes each rule across keys speak, what leaves it silent, and what heals it."""

from __future__ import annotations

from app.domain.codes import Severity
from app.domain.facts import Fact
from tests.support.documents import DAY, MINUTE, ONE, billed, ordered

Story = list[Fact]
BILL = "INV-1"
FIRST, SECOND = ordered(), ordered("o2", po_number="PO-2")
BILLED = billed(invoice_number=BILL)
AGAIN = billed("i2", invoice_number=BILL, po_number="PO-2")
WHOLE = 80 * ONE

FIRES: dict[str, tuple[Story, int, str, str, Severity]] = {  # documents, wait, key, evidence, severity
    "DUP_INVOICE": ([FIRST, SECOND, BILLED, AGAIN], 15 * MINUTE, "invoice@ACME@INV-1", "PO-2", Severity.HIGH),
}

QUIET: dict[str, tuple[Story, int]] = {
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
    "DUP_INVOICE": (
        [FIRST, SECOND, BILLED, AGAIN],
        [billed("x1", invoice_number=BILL, purpose="CANCEL", supersedes="i1", at=3 * DAY)],
    ),
}
