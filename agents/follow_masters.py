"""Follow every master: records of items, suppliers and locations in; golden records and alerts out."""

from __future__ import annotations

from agents.following import following
from tables import MASTERS

follow_masters = following(MASTERS, "follow_masters")
