"""What codes mean, in a manager's words."""

# Most urgent first among alerts of one severity: goods going astray, then patients' stock, then money, then paper.
ALERTS = {
    "SHIP_ON_CANCELLED": "goods sent on a cancelled order",
    "RECEIPT_ON_CLOSED": "goods came for a closed order",
    "ACK_REJECTED": "the supplier will not send it",
    "TRANSMISSION_REJECTED": "an order that did not arrive",
    "DUP_PO": "one order, two contents",
    "NEGATIVE_STOCK": "more left a shelf than came",
    "INVOICE_ON_CANCELLED": "billed though cancelled",
    "DUP_INVOICE": "one bill that may be paid twice",
    "MATCH_QTY": "billed more than came",
    "MATCH_PRICE": "billed above the order's price",
    "CONSIGNMENT_INVOICED": "consignment billed at delivery",
    "CURRENCY_MISMATCH": "order and bill in two currencies",
    "SHIPPED_BEFORE_ORDERED": "goods older than their order",
    "UNKNOWN_PO": "papers for an unknown order",
    "CANCEL_AFTER_SHIP": "cancelled with goods on the way",
    "CANCEL_UNANSWERED": "cancel not answered",
    "CHANGE_REJECTED": "the supplier refuses a change",
    "CHANGE_UNANSWERED": "change not answered",
    "CHANGE_AFTER_SHIP": "lowered below what moved",
    "CHANGE_ON_CANCELLED": "a closed order changed",
    "ACK_ON_CANCELLED": "a cancelled order accepted",
    "STATUS_REGRESSION": "accepted, then refused",
    "ACK_STUCK": "order not answered",
    "OVERDUE": "goods that should be here",
    "NOT_RECEIVED": "goods lost on the way",
    "ACK_CHANGE": "answered with other terms",
    "ACK_AMBIGUOUS": "an answer with two readings",
    "OVER_RECEIPT": "more came than was ordered",
    "OVER_SHIP": "more sent than was ordered",
    "ASN_RECEIPT": "not what was announced came",
    "NO_ASN": "goods came unannounced",
    "RECEIPT_NO_PO": "goods came without an order",
    "LINE_UNMATCHED": "a paper fits no order line",
    "UOM_MISMATCH": "two units that do not add up",
    "NO_CHANGE_PENDING": "answers a change nobody sent",
    "STALE_MASTER": "a source with an old master",
    "SEQ_GAP": "a message never came",
    "LATE_BEYOND_HORIZON": "too old to be placed",
    "REVERSAL_ORPHAN": "takes back what never came",
    "DUPLICATE_CONFLICT": "one message, two contents",
    "IMPLAUSIBLE_TIME": "a date that cannot be true",
    "LOT_NEGATIVE": "one lot below zero",
    "ETA_SLIP": "coming after the day of need",
    "NO_ACK": "shipped without an answer",
    "LATE_ACK": "answered after the goods",
    "CHECK_DIGIT": "a number no scanner will take",
}
URGENCY = tuple(ALERTS)

CORRECTIONS = {
    "COUNT_ABSORBS": "a count found it so",
    "TAKEN_BACK": "event taken back",
}

REFUSALS = {
    "DECODE": "unreadable",
    "CONTRACT": "against the contract",
    "BUSINESS": "not applicable",
    "BUG": "a fault of Syncline",
}
