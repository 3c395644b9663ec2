"""The closed vocabularies of the contracts. UNKNOWN is Avro's default for a symbol of a newer schema."""

from enum import Enum, StrEnum
from typing import Any, Self


class Kept(int, Enum):
    """A vocabulary that every entry of a log is kept with: a small number there, its symbol everywhere else.

    Numbers stand in stored states and are for ever; a new symbol takes the next one.
    """

    __hash__ = int.__hash__

    def __str__(self) -> str:
        return self._name_

    def __format__(self, spec: str) -> str:
        return format(self._name_, spec)

    @classmethod
    def _missing_(cls, value: Any) -> Self | None:
        """By symbol, as contracts and settings say it."""
        return cls.__members__.get(value)


class Purpose(Kept):
    """Why a document was sent (X12 353)."""

    ORIGINAL = 1
    CHANGE = 2
    REPLACE = 3
    CANCEL = 4
    CONFIRM = 5
    DUPLICATE = 6
    UNKNOWN = 0


class Movement(Kept):
    """What moved a stock position."""

    RECEIPT = 1
    RETURN_IN = 2
    TRANSFER_IN = 3
    ISSUE = 4
    CONSUME = 5
    TRANSFER_OUT = 6
    RETURN_OUT = 7
    SCRAP = 8
    ADJUST = 9
    COUNT_SET = 10
    RESERVE = 11
    RELEASE = 12
    UNKNOWN = 0


INCREASES = frozenset({Movement.RECEIPT, Movement.RETURN_IN, Movement.TRANSFER_IN})
DECREASES = frozenset({Movement.ISSUE, Movement.CONSUME, Movement.TRANSFER_OUT, Movement.RETURN_OUT, Movement.SCRAP})


class StockStatus(Kept):
    """Whether stock may be used, and if not, why."""

    AVAILABLE = 1
    HOLD = 2
    QUARANTINE = 3
    RECALLED = 4
    DAMAGED = 5
    EXPIRED = 6
    IN_TRANSIT = 7
    UNKNOWN = 0


KEPT: dict[str, type[Kept]] = {"purpose": Purpose, "movement": Movement, "stock_status": StockStatus}  # by field


class MatchPolicy(StrEnum):
    """How an invoice is matched (the four kinds of BPI Challenge 2019)."""

    THREE_WAY_GR_FIRST = "THREE_WAY_GR_FIRST"
    THREE_WAY_INVOICE_FIRST = "THREE_WAY_INVOICE_FIRST"
    TWO_WAY = "TWO_WAY"
    CONSIGNMENT = "CONSIGNMENT"
    UNKNOWN = "UNKNOWN"


class AckLevel(StrEnum):
    """BUSINESS answers an order (855, 865); TECHNICAL only says that it arrived (997, 824)."""

    BUSINESS = "BUSINESS"
    TECHNICAL = "TECHNICAL"
    UNKNOWN = "UNKNOWN"


class ShipmentKind(StrEnum):
    """An advance ship notice (856) or a carrier's milestone (214)."""

    ASN = "ASN"
    MILESTONE = "MILESTONE"
    UNKNOWN = "UNKNOWN"


class ReceiptKind(StrEnum):
    """Goods that came, or goods that went back."""

    RECEIPT = "RECEIPT"
    RETURN = "RETURN"
    UNKNOWN = "UNKNOWN"


class InvoiceKind(StrEnum):
    """An invoice, or a credit memo with positive amounts."""

    DEBIT = "DEBIT"
    CREDIT = "CREDIT"
    UNKNOWN = "UNKNOWN"


class CountMethod(StrEnum):
    """How a snapshot was taken."""

    PERPETUAL = "PERPETUAL"
    PHYSICAL = "PHYSICAL"
    CYCLE = "CYCLE"
    UNKNOWN = "UNKNOWN"


class Role(StrEnum):
    """MASTER is the truth; COPY is what one source holds now."""

    MASTER = "MASTER"
    COPY = "COPY"
    UNKNOWN = "UNKNOWN"


class Abc(StrEnum):
    """ABC class of an item."""

    A = "A"
    B = "B"
    C = "C"
    UNKNOWN = "UNKNOWN"


class SupplierStatus(StrEnum):
    """Whether a supplier may be ordered from."""

    ACTIVE = "ACTIVE"
    ONBOARDING = "ONBOARDING"
    BLOCKED = "BLOCKED"
    INACTIVE = "INACTIVE"
    UNKNOWN = "UNKNOWN"


class LocationKind(StrEnum):
    """What kind of place holds stock."""

    STOREROOM = "STOREROOM"
    PAR = "PAR"
    CABINET = "CABINET"
    PROCEDURAL = "PROCEDURAL"
    CONSIGNMENT = "CONSIGNMENT"
    DOCK = "DOCK"
    UNKNOWN = "UNKNOWN"


NO_ORDER = "~"  # begins the key of documents that belong to no order


class Life(StrEnum):
    """Where an order stands as a whole."""

    STUB = "STUB"
    OPEN = "OPEN"
    CANCEL_PENDING = "CANCEL_PENDING"
    CANCELLED = "CANCELLED"
    CLOSED_SHORT = "CLOSED_SHORT"
    COMPLETED = "COMPLETED"
    REACTIVATED = "REACTIVATED"
    UNKNOWN = "UNKNOWN"


class AckState(StrEnum):
    """What the supplier has answered."""

    NONE = "NONE"
    ACCEPTED = "ACCEPTED"
    CHANGED = "CHANGED"
    PART_BACKORDERED = "PART_BACKORDERED"
    BACKORDERED = "BACKORDERED"
    HELD = "HELD"
    REJECTED = "REJECTED"
    UNKNOWN = "UNKNOWN"


class Fulfilment(StrEnum):
    """How far the goods have come; follows quantities alone."""

    NONE = "NONE"
    PART_SHIPPED = "PART_SHIPPED"
    SHIPPED = "SHIPPED"
    PART_RECEIVED = "PART_RECEIVED"
    RECEIVED = "RECEIVED"
    OVER_RECEIVED = "OVER_RECEIVED"
    UNKNOWN = "UNKNOWN"


class Invoicing(StrEnum):
    """How far the order is invoiced; BLOCKED is "on hold" in accounts payable."""

    NONE = "NONE"
    PART = "PART"
    FULL = "FULL"
    OVER = "OVER"
    BLOCKED = "BLOCKED"
    UNKNOWN = "UNKNOWN"


class EntryKind(StrEnum):
    """A ledger entry is a movement's own, or changes one already published."""

    MOVEMENT = "MOVEMENT"
    CORRECTION = "CORRECTION"
    UNKNOWN = "UNKNOWN"


class Confidence(StrEnum):
    """What a ledger entry rests on."""

    DETERMINISTIC = "DETERMINISTIC"
    TOLERANCE = "TOLERANCE"
    OPERATOR = "OPERATOR"
    UNKNOWN = "UNKNOWN"


class Severity(StrEnum):
    """How soon somebody must act, lowest first."""

    INFO = "INFO"
    WARN = "WARN"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"
    UNKNOWN = "UNKNOWN"


class AlertState(StrEnum):
    """OPEN and HEALED are Syncline's word; the others an operator's."""

    OPEN = "OPEN"
    ACKED = "ACKED"
    HEALED = "HEALED"
    RESOLVED = "RESOLVED"
    WAIVED = "WAIVED"
    UNKNOWN = "UNKNOWN"


class Queue(StrEnum):
    """Whose worklist an alert belongs to."""

    BUYER = "BUYER"
    RECEIVING = "RECEIVING"
    AP = "AP"
    EDI = "EDI"
    INVENTORY = "INVENTORY"
    MASTER_DATA = "MASTER_DATA"
    PLATFORM = "PLATFORM"
    UNKNOWN = "UNKNOWN"


class ErrorClass(StrEnum):
    """Why a record could not be used."""

    DECODE = "DECODE"
    CONTRACT = "CONTRACT"
    BUSINESS = "BUSINESS"
    BUG = "BUG"
    UNKNOWN = "UNKNOWN"


class VarianceClass(StrEnum):
    """What a snapshot's variance means."""

    WITHIN = "WITHIN"
    EXPLAINED = "EXPLAINED"
    BREACH = "BREACH"
    DRIFT = "DRIFT"
    UNKNOWN = "UNKNOWN"
