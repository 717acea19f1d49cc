"""Which tariff an order's price is reckoned from, and what was taken off"""


import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
DISCOUNTED = sa.text("discount_code <> ''")


def upgrade() -> None:
    op.add_column('orders', sa.Column('tariff', sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column('orders', sa.Column('vat_percent', NUMBER, server_default=sa.text('0'), nullable=False))
    op.add_column('orders', sa.Column('discount', NUMBER, server_default=sa.text('0'), nullable=False))
    op.add_column('orders', sa.Column('discount_code', sa.Text(), server_default=sa.text("''"), nullable=False))
    op.create_index(
        'ix_orders_discounted', 'orders', ['discount_code'], unique=False,
        sqlite_where=DISCOUNTED, postgresql_where=DISCOUNTED,
    )


def downgrade() -> None:
    op.drop_index('ix_orders_discounted', table_name='orders')
    op.drop_column('orders', 'discount_code')
    op.drop_column('orders', 'discount')
    op.drop_column('orders', 'vat_percent')
    op.drop_column('orders', 'tariff')
