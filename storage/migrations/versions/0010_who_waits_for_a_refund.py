"""Who of the staff waits to hear what becomes of a refund"""


import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('refund_wish',
    sa.Column('order_id', sa.Text(), nullable=False),
    sa.Column('asked_by', sa.Text(), nullable=False),
    sa.Column('chat', sa.Text(), nullable=False),
    sa.Column('stopping', NUMBER, nullable=False),
    sa.Column('at', NUMBER, nullable=False),
    sa.PrimaryKeyConstraint('order_id', name=op.f('pk_refund_wish')),
    sqlite_autoincrement=False,
    sqlite_strict=True
    )


def downgrade() -> None:
    op.drop_table('refund_wish')
