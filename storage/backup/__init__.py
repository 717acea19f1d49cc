"""Backups of the database and of the key store, and what is done after a restore."""
