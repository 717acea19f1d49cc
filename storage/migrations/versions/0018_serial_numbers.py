"""Serial numbers of letters, and batches as they were reconciled"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "serial_series",
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("last", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_serial_series")),
        sqlite_autoincrement=False,
        sqlite_strict=True,
    )
    op.create_table(
        "batch",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("gaps", NUMBER, nullable=False),
        sa.Column("stopped", NUMBER, nullable=False),
        sa.Column("at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_batch")),
        sqlite_autoincrement=False,
        sqlite_strict=True,
    )
    op.add_column("letter", sa.Column("serial", NUMBER, server_default=sa.text("0"), nullable=False))
    op.add_column("letter", sa.Column("serial_of", NUMBER, nullable=True))
    op.add_column("dispatch", sa.Column("serial", NUMBER, server_default=sa.text("0"), nullable=False))
    op.create_index("ix_dispatch_at", "dispatch", ["at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_dispatch_at", table_name="dispatch")
    op.drop_column("dispatch", "serial")
    op.drop_column("letter", "serial_of")
    op.drop_column("letter", "serial")
    op.drop_table("batch")
    op.drop_table("serial_series")
