"""Invoices as they were issued, and how far their numbers have gone"""


import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('invoice_series',
    sa.Column('series', sa.Text(), nullable=False),
    sa.Column('year', NUMBER, autoincrement=False, nullable=False),
    sa.Column('last', NUMBER, nullable=False),
    sa.Column('last_at', NUMBER, nullable=False),
    sa.PrimaryKeyConstraint('series', 'year', name=op.f('pk_invoice_series')),
    sqlite_autoincrement=False,
    sqlite_strict=True
    )
    op.create_table('invoice_document',
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('order_id', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('refund', sa.Text(), nullable=False),
    sa.Column('key_id', sa.Text(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('amount', NUMBER, nullable=False),
    sa.Column('at', NUMBER, nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_invoice_document')),
    sa.UniqueConstraint('order_id', 'kind', 'refund', name=op.f('uq_invoice_document_order_id_kind_refund')),
    sqlite_autoincrement=False,
    sqlite_strict=True
    )
    op.create_index('ix_invoice_document_at', 'invoice_document', ['at'], unique=False)
    op.create_index('ix_invoice_document_person_id', 'invoice_document', ['person_id'], unique=False)


def downgrade() -> None:
    op.drop_table('invoice_document')
    op.drop_table('invoice_series')
