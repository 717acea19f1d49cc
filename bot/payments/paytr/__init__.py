"""PayTR: payment links of its Link API, asked about by its own numbers for our orders' payments.

What is known of it from documents only stands in docs/UNVERIFIED.md, with the request that settles each.
"""

from bot.payments.paytr.merchant import PayTRProvider
from bot.payments.provider import Institution

__all__ = ["PAYTR", "PayTRProvider"]

# Its page asks the payer itself for what it needs, and lives as long as our link. Only its callback names a payment.
PAYTR = Institution(PayTRProvider, by_order=False)
