"""Runs Alembic over a connection and a transaction that belong to whoever calls `bring`."""

from alembic import context

from storage.database.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True, compare_type=True)
context.run_migrations()
