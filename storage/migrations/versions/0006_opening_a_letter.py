"""Requests to open a letter for the policy's two reasons"""


import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('opening',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('order_id', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('letter_id', sa.Text(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('silent', NUMBER, nullable=False),
    sa.Column('key_id', sa.Text(), nullable=False),
    sa.Column('reference', sa.LargeBinary(), nullable=False),
    sa.Column('stage', sa.Text(), nullable=False),
    sa.Column('asked_by', sa.Text(), nullable=False),
    sa.Column('asked_at', NUMBER, nullable=False),
    sa.Column('decided_by', sa.Text(), nullable=True),
    sa.Column('decided_at', NUMBER, nullable=True),
    sa.Column('token', sa.LargeBinary(), nullable=True),
    sa.Column('until', NUMBER, nullable=True),
    sa.Column('opened_at', NUMBER, nullable=True),
    sa.Column('told_at', NUMBER, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opening')),
    sqlite_autoincrement=False,
    sqlite_strict=True
    )
    op.create_index(op.f('ix_opening_order_id'), 'opening', ['order_id'], unique=False)
    op.create_index(op.f('ix_opening_person_id'), 'opening', ['person_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_opening_person_id'), 'opening')
    op.drop_index(op.f('ix_opening_order_id'), 'opening')
    op.drop_table('opening')
