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
    sa.Column('asked_at', NUMBER, nullable=True),
    sa.PrimaryKeyConstraint('provider', 'kind', 'name', name=op.f('pk_payment_reference')),
    sqlite_autoincrement=False,
    sqlite_strict=True
    )
    op.add_column('payment_event', sa.Column('order_id', sa.Text(), nullable=True))
    op.add_column('payment_event', sa.Column('trouble', sa.Text(), nullable=True))
    op.add_column('payment_event', sa.Column('settled_at', NUMBER, nullable=True))
    unsettled = sa.text('order_id IS NOT NULL AND settled_at IS NULL')
    op.create_index('ix_payment_event_unsettled', 'payment_event', ['at'], unique=False,
                    sqlite_where=unsettled, postgresql_where=unsettled)
    ended = sa.text('until IS NOT NULL AND asked_at IS NULL')
    op.create_index('ix_payment_reference_ended', 'payment_reference', ['until'], unique=False,
                    sqlite_where=ended, postgresql_where=ended)
    op.create_index('ix_payment_reference_at', 'payment_reference', ['at'], unique=False)
    op.create_index('ix_payment_reference_order_id', 'payment_reference', ['order_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_payment_event_unsettled', table_name='payment_event')
    op.drop_column('payment_event', 'settled_at')
    op.drop_column('payment_event', 'trouble')
    op.drop_column('payment_event', 'order_id')
    op.drop_index('ix_payment_reference_order_id', table_name='payment_reference')
    op.drop_index('ix_payment_reference_ended', table_name='payment_reference')
    op.drop_index('ix_payment_reference_at', table_name='payment_reference')
    op.drop_table('payment_reference')
