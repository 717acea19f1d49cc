"""PayTR on loopback: it refuses what the real one refuses, keeps books, shows a page, and misbehaves on order.

Nothing here is shared with bot/payments/paytr/: each has its tokens from PayTR's own manual.
"""

from tests.institutions.paytr.books import ACTS, Notice, Sale
from tests.institutions.paytr.institution import FAULTS, PayTR

__all__ = ["ACTS", "FAULTS", "Notice", "PayTR", "Sale"]
