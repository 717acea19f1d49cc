"""The embedded payment institution: a bank that takes pretended money, and the seller's side that talks to it.

`bank`, `books` and `page` are the institution, `merchant` is MektupX; they share nothing but the manual, `wire`.
"""

from bot.payments.provider import Hosting, Institution
from bot.payments.sandbox.bank import SandboxBank
from bot.payments.sandbox.merchant import SandboxProvider

__all__ = ["SANDBOX", "SandboxBank", "SandboxProvider"]


def _page(hosting: Hosting) -> SandboxBank:
    books = hosting.folder / "sandbox-bank.db"
    return SandboxBank(books, hosting.credentials, hosting.clock, seller=hosting.seller, public=hosting.address)


SANDBOX = Institution(SandboxProvider, _page, credentials="sandbox:sandbox")
