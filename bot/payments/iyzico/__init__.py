"""iyzico's Checkout Form: the payer's page, its webhooks, questions about payments, refunds.

The facts behind each file that only a document vouches for stand in docs/UNVERIFIED.md.
"""

from bot.payments.iyzico.merchant import IyzicoProvider
from bot.payments.provider import Institution, Needs

__all__ = ["IYZICO", "IyzicoProvider"]

# A page ends after half an hour, and iyzico is asked by the page's token: by our own order there is nothing signed.
IYZICO = Institution(
    IyzicoProvider,
    needs=Needs(national_id=True, ip=True, identity=True),
    lazily=True,
    by_order=False,
)
