"""Staff in the print room: a piece can be stopped, and what a partner last said of some work is known"""


import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.add_column('print_outbox', sa.Column('stop', NUMBER, server_default=sa.text('0'), nullable=False))
    op.add_column('work', sa.Column('said', sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column('work', 'said')
    op.drop_column('print_outbox', 'stop')
