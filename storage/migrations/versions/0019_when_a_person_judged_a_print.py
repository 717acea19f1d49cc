"""When a person said of a letter in the print outbox that it was not printed"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("print_outbox", sa.Column("judged", NUMBER, nullable=True))


def downgrade() -> None:
    op.drop_column("print_outbox", "judged")
