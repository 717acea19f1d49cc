"""The embedded payment institution: a bank that takes pretended money, and the seller's side that talks to it.

`bank`, `books` and `page` are the institution, `merchant` is MektupX; they share nothing but the manual, `wire`.
"""

from bot.payments.sandbox.bank import SandboxBank
from bot.payments.sandbox.merchant import SandboxProvider

__all__ = ["SandboxBank", "SandboxProvider"]
