"""The links to payment pages that are our own: the order's id with a proof that we made the link."""

from __future__ import annotations

import hmac
import re

from sqlalchemy import Connection

from storage.keys.vault import Vault

__all__ = ["PATH", "order_of", "path_of"]

PATH = "/pay/"
PROOF = 16  # bytes


def path_of(conn: Connection, vault: Vault, order: str) -> str:
    """Where an order is paid, below our public address. Whoever has the link may pay, so it stands in no log."""
    return f"{PATH}{order}{_proof(vault, order)}"


def order_of(conn: Connection, vault: Vault, token: str) -> str:
    """The order of what stands behind `PATH`, "" for one that we have not made."""
    if not re.fullmatch(r"[0-9a-f]{64}", token):
        return ""
    order, given = token[:32], token[32:]
    return order if hmac.compare_digest(given.encode(), _proof(vault, order).encode()) else ""


def _proof(vault: Vault, order: str) -> str:
    return vault.blind("payment link", order)[:PROOF].hex()
