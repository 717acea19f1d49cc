"""What a line of the access log knew of the key store, and the mark of a line that retention has blanked"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS: dict[str, Any] = {"seen": NUMBER, "blanked_at": NUMBER, "day": NUMBER, "kept": sa.Text(), "mark": sa.LargeBinary()}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.add_column("audit", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.drop_column("audit", name)
