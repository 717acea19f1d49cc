"""The file of a data subject's request, the do-not-write list, accounts that were told they end"""


import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
ADDED = (
    ('origin', sa.Text()), ('opened_by', sa.Text()), ('choice', sa.Text()), ('proposed_by', sa.Text()),
    ('proposed_at', NUMBER), ('confirmed_by', sa.Text()), ('confirmed_at', NUMBER), ('alone', NUMBER),
    ('article', sa.Text()), ('key_id', sa.Text()), ('identity', sa.LargeBinary()), ('reason', sa.LargeBinary()),
    ('answer', sa.Text()),
)


def upgrade() -> None:
    op.create_index('ix_conversation_blocked', 'conversation', ['updated_at'], unique=False, sqlite_where=sa.text("step = 'blocked'"), postgresql_where=sa.text("step = 'blocked'"))
    op.add_column('person', sa.Column('idle_told_at', NUMBER, nullable=True))
    op.create_index(op.f('ix_person_forgotten_at'), 'person', ['forgotten_at'], unique=False)
    for name, kind in ADDED:
        op.add_column('data_request', sa.Column(name, kind, nullable=True))
    op.create_index(op.f('ix_data_request_state'), 'data_request', ['state'], unique=False)
    op.create_table('do_not_write',
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.Column('request', NUMBER, nullable=False),
    sa.Column('at', NUMBER, nullable=False),
    sa.PrimaryKeyConstraint('hash', name=op.f('pk_do_not_write')),
    sqlite_autoincrement=False,
    sqlite_strict=True
    )


def downgrade() -> None:
    op.drop_index('ix_conversation_blocked', 'conversation')
    op.drop_table('do_not_write')
    op.drop_index(op.f('ix_data_request_state'), 'data_request')
    for name, _ in reversed(ADDED):
        op.drop_column('data_request', name)
    op.drop_index(op.f('ix_person_forgotten_at'), 'person')
    op.drop_column('person', 'idle_told_at')
