"""The products of the post that a letter can travel as."""

from __future__ import annotations

from enum import Enum

__all__ = ["Product"]


class Product(Enum):
    """How a letter travels. Advice of delivery exists on registered letters only, so it is a product of its own."""

    NORMAL = "normal"
    REGISTERED = "taahhutlu"
    ADVICE = "alma_haberli"
