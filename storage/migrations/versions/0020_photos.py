"""Photos of a letter, sealed with its key"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("letter", sa.Column("photos", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("letter", "photos")
