"""Moves the tables from one revision to another, by Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

__all__ = ["config", "move"]


def config(conn: Connection | None = None) -> Config:
    """Alembic's, of the scripts beside this file."""
    found = Config()
    found.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    found.attributes["connection"] = conn
    return found


def move(conn: Connection, version: str) -> None:
    """In the transaction of the connection. Errors: whatever the database says."""
    command.upgrade(config(conn), version)
