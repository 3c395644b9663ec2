"""What makes each rule of bills speak, what leaves it silent, and what heals it."""

from __future__ import annotations

from app.domain.codes import Severity
from app.domain.facts import Fact
from tests.support.documents import (
    DAY,
    GRACE,
    HOUR,
    ONE,
    TODAY,
    billed,
    cancelled,
    charged,
    line,
    ordered,
    received,
    shipped,
)

Story = list[Fact]

FIRES: dict[str, tuple[Story, int, str, Severity]] = {
    "INVOICE_ON_CANCELLED": ([ordered(), cancelled(), billed(at=2 * DAY)], GRACE, "INV-i1", Severity.HIGH),
    "MATCH_QTY": ([ordered(), received(goods={"10": 8}), billed()], 7 * DAY, "10", Severity.WARN),
    "MATCH_PRICE": (
        [ordered("o1", line("10", 10, unit_price=2_000_000)), billed(unit_price=2_050_001)],
        GRACE,
        "10",
        Severity.WARN,
    ),
    "MATCH_REVERSED": (
        [ordered(), received(), billed(), received("x1", purpose="CANCEL", supersedes="r1", at=DAY)],
        DAY,
        "10",
        Severity.HIGH,
    ),
    "INVOICE_TOTAL": ([ordered(), billed(unit_price=2_000_000, total=19 * ONE)], 0, "INV-i1", Severity.WARN),
    "SUPPLIER_MISMATCH": ([ordered(), billed(supplier_id="OTHER")], GRACE, "INV-i1", Severity.WARN),
    "CREDIT_ORPHAN": (
        [ordered(), received(), billed(), billed("k1", kind="CREDIT", goods={"10": 1}, ref_invoice="INV-0")],
        DAY,
        "INV-k1",
        Severity.WARN,
    ),
    "DUP_INVOICE": (
        [ordered(), billed(total=50 * ONE), billed("i2", total=50 * ONE, invoice_date=TODAY + 7)],
        0,
        "INV-i2",
        Severity.WARN,
    ),
    "CONSIGNMENT_INVOICED": ([ordered(match_policy="CONSIGNMENT"), billed()], GRACE, "INV-i1", Severity.WARN),
    "CURRENCY_MISMATCH": ([ordered(), billed(currency="EUR")], GRACE, "INV-i1", Severity.WARN),
}  # fmt: skip

QUIET: dict[str, tuple[Story, int]] = {
    "INVOICE_ON_CANCELLED": (
        [ordered(), shipped(goods={"10": 4}), received(goods={"10": 4}), cancelled(), billed(goods={"10": 4})], DAY,
    ),
    "MATCH_QTY": ([ordered(match_policy="THREE_WAY_INVOICE_FIRST"), billed()], 30 * DAY),
    "MATCH_PRICE": ([ordered("o1", line("10", 10, unit_price=2_000_000)), billed(unit_price=2_050_000)], DAY),
    "DUP_INVOICE": (
        [
            ordered(),
            billed(total=50 * ONE),
            billed("i2", total=50 * ONE, invoice_date=TODAY + 8),
            billed("i3", total=49 * ONE),
            billed("k1", total=50 * ONE, kind="CREDIT"),
        ],
        DAY,
    ),
    "MATCH_REVERSED": (
        [
            ordered(),
            received(),
            billed(),
            received("x1", purpose="CANCEL", supersedes="r1", at=DAY),
            received("r2", at=DAY),
        ],
        2 * DAY,
    ),
    "INVOICE_TOTAL": (
        [ordered(), billed(unit_price=2_000_000, total=25 * ONE + 200, tax=2 * ONE, freight=ONE, charges=charged(2))],
        DAY,
    ),
    "SUPPLIER_MISMATCH": ([billed(supplier_id="ACME"), ordered()], DAY),
    "CREDIT_ORPHAN": (
        [ordered(), received(), billed(), billed("k1", kind="CREDIT", goods={"10": 1}, ref_invoice="INV-i1")],
        2 * DAY,
    ),
    "CONSIGNMENT_INVOICED": ([ordered(match_policy="CONSIGNMENT"), shipped(), received()], DAY),
    "CURRENCY_MISMATCH": ([ordered(currency="EUR"), billed(currency="EUR")], DAY),
}  # fmt: skip

HEALS: dict[str, tuple[Story, Story]] = {
    "INVOICE_ON_CANCELLED": (
        [ordered(), cancelled(), billed(at=2 * DAY)], [billed("k1", kind="CREDIT", at=4 * DAY)],
    ),
    "DUP_INVOICE": (
        [ordered(), billed(total=50 * ONE), billed("i2", total=50 * ONE)],
        [billed("x1", purpose="CANCEL", supersedes="i1", at=3 * DAY)],
    ),
    "MATCH_PRICE": (
        [ordered("o1", line("10", 10, unit_price=2_000_000)), received(), billed(unit_price=2_200_000)],
        [billed("k1", kind="CREDIT", goods={}, charges=charged(2, "10"), at=3 * DAY)],
    ),
    "MATCH_REVERSED": (
        [ordered(), received(), billed(), received("x1", purpose="CANCEL", supersedes="r1", at=6 * HOUR)],
        [received("r2", at=3 * DAY)],
    ),
    "CREDIT_ORPHAN": (
        [ordered(), received(), billed("k1", kind="CREDIT", goods={"10": 1}, ref_invoice="INV-i1")],
        [billed(at=3 * DAY)],
    ),
    "CURRENCY_MISMATCH": (
        [ordered(), billed(currency="EUR")],
        [billed("x1", currency="EUR", purpose="CANCEL", supersedes="i1", at=3 * DAY)],
    ),
}  # fmt: skip
