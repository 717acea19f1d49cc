"""Roles as they are kept: names in one order, and what a version does not know is no right."""

from __future__ import annotations

import pytest

from flows.desk.base.roles import Role, read, written

KEPT = {
    "nobody": (frozenset[Role](), ""),
    "one": (frozenset({Role.AGENT}), "agent"),
    "all, always in the same order": (frozenset({Role.AUDITOR, Role.AGENT, Role.ADMIN}), "admin agent auditor"),
}


@pytest.mark.parametrize("name", KEPT)
def test_roles_are_kept_by_name(name: str) -> None:
    roles, kept = KEPT[name]
    assert written(roles) == kept
    assert read(kept) == roles


def test_a_role_of_a_later_version_is_no_right() -> None:
    assert read("agent owner") == {Role.AGENT}
