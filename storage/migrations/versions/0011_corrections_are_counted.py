"""Corrections count like messages: when they were made, and until when the newest waits"""


import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.add_column('ticket_message', sa.Column('edits', sa.Text(), nullable=True))
    op.add_column('ticket_message', sa.Column('shown_after', NUMBER, nullable=True))


def downgrade() -> None:
    op.drop_column('ticket_message', 'shown_after')
    op.drop_column('ticket_message', 'edits')
