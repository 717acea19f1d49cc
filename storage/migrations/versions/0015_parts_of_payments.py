"""An institution is part of a payment everywhere, and a payment goes back in parts"""


import json

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
BY_INSTITUTION = "(SELECT max(provider) FROM payment WHERE payment.payment = {table}.payment AND payment.order_id = {order})"


def upgrade() -> None:
    op.add_column('orders', sa.Column('provider', sa.Text(), server_default='', nullable=False))
    op.add_column('orders', sa.Column('currency', sa.Text(), server_default='TRY', nullable=False))
    op.add_column('payment', sa.Column('currency', sa.Text(), server_default='TRY', nullable=False))
    op.add_column('refund_wish', sa.Column('nth', NUMBER, server_default=sa.text('0'), nullable=False))
    of_order = BY_INSTITUTION.format(table='orders', order='orders.id')
    op.execute(f"UPDATE orders SET provider = coalesce({of_order}, '') WHERE payment <> ''")
    _in_parts()
    op.create_index('ix_refund_order_id', 'refund', ['order_id'], unique=False)
    _with_amounts()


def _in_parts() -> None:
    """The table anew, because its key is another one; of refunds there are a few."""
    bind = op.get_bind()
    by = BY_INSTITUTION.format(table='refund', order='refund.order_id')
    found = sa.text(f"SELECT coalesce({by}, '') AS provider, payment, 1 AS nth, order_id, amount, state, at FROM refund")
    rows = [dict(row) for row in bind.execute(found).mappings()]
    op.drop_table('refund')
    made = op.create_table('refund',
    sa.Column('provider', sa.Text(), nullable=False),
    sa.Column('payment', sa.Text(), nullable=False),
    sa.Column('nth', NUMBER, autoincrement=False, nullable=False),
    sa.Column('order_id', sa.Text(), nullable=False),
    sa.Column('amount', NUMBER, nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('at', NUMBER, nullable=False),
    sa.PrimaryKeyConstraint('provider', 'payment', 'nth', name=op.f('pk_refund')),
    sqlite_autoincrement=False,
    sqlite_strict=True
    )
    if rows:
        op.bulk_insert(made, rows)


def _with_amounts() -> None:
    """An order named the payments that go back, one a line; now it names their amounts too."""
    bind = op.get_bind()
    for order, lines, payment, paid in bind.execute(
        sa.text("SELECT id, refunds, payment, paid FROM orders WHERE refunds <> ''")
    ).all():
        known = {
            row.payment: (row.provider, row.amount)
            for row in bind.execute(
                sa.text("SELECT provider, payment, amount FROM refund WHERE order_id = :order"), {"order": order}
            )
        }
        parts = []
        for line in lines.split("\n"):
            provider, amount = known.get(line, ("", paid if line == payment else 0))
            parts.append({"payment": line, "amount": {"amount": amount}, "provider": provider})
        bind.execute(
            sa.text("UPDATE orders SET refunds = :parts WHERE id = :order"),
            {"parts": json.dumps(parts), "order": order},
        )


def downgrade() -> None:
    bind = op.get_bind()
    for order, parts in bind.execute(sa.text("SELECT id, refunds FROM orders WHERE refunds <> ''")).all():
        lines = "\n".join(dict.fromkeys(part["payment"] for part in json.loads(parts)))
        bind.execute(sa.text("UPDATE orders SET refunds = :lines WHERE id = :order"), {"lines": lines, "order": order})
    op.drop_index('ix_refund_order_id', 'refund')
    rows = [
        dict(row)
        for row in bind.execute(
            sa.text(
                "SELECT payment, max(order_id) AS order_id, CAST(sum(amount) AS BIGINT) AS amount,"
                " max(state) AS state, max(at) AS at FROM refund GROUP BY payment"
            )
        ).mappings()
    ]
    op.drop_table('refund')
    made = op.create_table('refund',
    sa.Column('payment', sa.Text(), nullable=False),
    sa.Column('order_id', sa.Text(), nullable=False),
    sa.Column('amount', NUMBER, nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('at', NUMBER, nullable=False),
    sa.PrimaryKeyConstraint('payment', name=op.f('pk_refund')),
    sqlite_autoincrement=False,
    sqlite_strict=True
    )
    if rows:
        op.bulk_insert(made, rows)
    op.drop_column('refund_wish', 'nth')
    op.drop_column('payment', 'currency')
    op.drop_column('orders', 'currency')
    op.drop_column('orders', 'provider')
