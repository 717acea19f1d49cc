"""The print room's journal: tracking numbers, scans, alarms"""


import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.add_column('orders', sa.Column('tracking', sa.LargeBinary(), nullable=True))
    op.add_column('orders', sa.Column('return_reason', sa.Text(), nullable=True))
    op.create_index(op.f('ix_orders_letter_id'), 'orders', ['letter_id'], unique=False)
    op.create_table('scan',
    sa.Column('id', NUMBER, autoincrement=True, nullable=False),
    sa.Column('order_id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('mark', sa.Text(), nullable=False),
    sa.Column('tracking', sa.LargeBinary(), nullable=True),
    sa.Column('tracking_index', sa.LargeBinary(), nullable=True),
    sa.Column('at', NUMBER, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scan')),
    sqlite_autoincrement=True,
    sqlite_strict=True
    )
    op.create_index(op.f('ix_scan_order_id'), 'scan', ['order_id'], unique=False)
    op.create_index(op.f('ix_scan_tracking_index'), 'scan', ['tracking_index'], unique=False)
    op.create_table('alarm',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('since', NUMBER, nullable=False),
    sa.Column('told_at', NUMBER, nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_alarm')),
    sqlite_autoincrement=False,
    sqlite_strict=True
    )


def downgrade() -> None:
    op.drop_table('alarm')
    op.drop_table('scan')
    op.drop_index(op.f('ix_orders_letter_id'), 'orders')
    op.drop_column('orders', 'return_reason')
    op.drop_column('orders', 'tracking')
