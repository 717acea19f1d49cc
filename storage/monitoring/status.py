"""Health and figures for the staff, in one look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from flows.desk.base.request import Asked
from storage.keys.vault import Vault
from storage.monitoring import alarms, figures

__all__ = ["ServiceStatus", "status"]


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """Counts that belong to nobody: what is in trouble, and how much there is of everything."""

    troubles: Mapping[str, int]
    figures: Mapping[str, int]


def status(conn: Connection, vault: Vault, asked: Asked) -> ServiceStatus:
    assert asked.moment is not None
    return ServiceStatus(alarms.counts(conn, vault, asked.moment.at), figures.count(conn, vault))
