"""iyzico on this machine: its interface, a payer's page and its webhooks, with every fault at the touch of a button."""

from tests.institutions.iyzico.bank import FakeIyzico
from tests.institutions.iyzico.faults import ACTS, FAULTS

__all__ = ["ACTS", "FAULTS", "FakeIyzico"]
