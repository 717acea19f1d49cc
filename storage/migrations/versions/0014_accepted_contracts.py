"""What was accepted with an order, filled for it"""


import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('contract',
    sa.Column('order_id', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('key_id', sa.Text(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('addressee', sa.LargeBinary(), nullable=True),
    sa.Column('at', NUMBER, nullable=False),
    sa.PrimaryKeyConstraint('order_id', name=op.f('pk_contract')),
    sqlite_autoincrement=False,
    sqlite_strict=True
    )
    op.create_index('ix_contract_at', 'contract', ['at'], unique=False)
    op.create_index('ix_contract_person_id', 'contract', ['person_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_contract_person_id', table_name='contract')
    op.drop_index('ix_contract_at', table_name='contract')
    op.drop_table('contract')
