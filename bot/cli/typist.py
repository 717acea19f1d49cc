"""Who types on the machine itself, as the access log names them."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping
from typing import Final

__all__ = ["OPERATOR", "typist"]

OPERATOR: Final = "operator"
"""What stands before the name: no member of the staff is called so."""


def typist(environment: Mapping[str, str], uid: int | None = None) -> str:
    """As "operator:ada", or "operator:ada as root" for who came by sudo. The user is asked of the kernel: LOGNAME and
    USER are what somebody says of themselves. SUDO_USER counts for root only, for whom sudo sets it."""
    number = os.getuid() if uid is None else uid
    try:
        user = pwd.getpwuid(number).pw_name
    except KeyError:  # a container's user without a name
        user = str(number)
    came = environment.get("SUDO_USER", "") if number == 0 else ""
    return f"{OPERATOR}:{came} as {user}" if came and came != user else f"{OPERATOR}:{user}"
