"""What payment institutions call our orders; callbacks that a person must look at"""


import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('payment_reference',
    sa.Column('provider', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('order_id', sa.Text(), nullable=False),
    sa.Column('url', sa.LargeBinary(), nullable=True),
    sa.Column('until', NUMBER, nullable=True),
    sa.Column('at', NUMBER, nullable=False),
    sa.PrimaryKeyConstraint('provider', 'kind', 'name', name=op.f('pk_payment_reference')),
    sqlite_autoincrement=False,
    sqlite_strict=True
    )
    op.add_column('payment_event', sa.Column('trouble', sa.Text(), nullable=True))
    op.create_index('ix_payment_reference_at', 'payment_reference', ['at'], unique=False)
    op.create_index('ix_payment_reference_order_id', 'payment_reference', ['order_id'], unique=False)


def downgrade() -> None:
    op.drop_column('payment_event', 'trouble')
    op.drop_index('ix_payment_reference_order_id', table_name='payment_reference')
    op.drop_index('ix_payment_reference_at', table_name='payment_reference')
    op.drop_table('payment_reference')
