"""Which messages are on their way, so that one whose answer was lost can be looked for"""


import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.add_column('message_outbox', sa.Column('begun', NUMBER, nullable=True))
    op.add_column('message_outbox', sa.Column('line', sa.Text(), nullable=True))
    op.create_index('ux_message_outbox_line', 'message_outbox', ['line'], unique=True, sqlite_where=sa.text('line IS NOT NULL'), postgresql_where=sa.text('line IS NOT NULL'))
    op.create_table('message_series',
    sa.Column('series', sa.Text(), nullable=False),
    sa.Column('newest', NUMBER, nullable=False),
    sa.PrimaryKeyConstraint('series', name=op.f('pk_message_series')),
    sqlite_autoincrement=False,
    sqlite_strict=True
    )
    # What a process has taken before this version may have arrived, and nobody knows from which number on it would have
    # to be looked for: it is said with the mark (bot.outbox.lost_answers, Sought).
    op.execute('UPDATE message_outbox SET begun = 0 WHERE taken_by IS NOT NULL')


def downgrade() -> None:
    op.drop_table('message_series')
    op.drop_index('ux_message_outbox_line', 'message_outbox')
    op.drop_column('message_outbox', 'line')
    op.drop_column('message_outbox', 'begun')
