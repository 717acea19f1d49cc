"""Pictures of tickets, and where a ticket's words stand at the staff's"""


import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.add_column('ticket', sa.Column('topic_begun_at', NUMBER, nullable=True))
    op.add_column('ticket_message', sa.Column('file', sa.Text(), nullable=True))
    op.create_table('ticket_picture',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('ticket', NUMBER, nullable=False),
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('at', NUMBER, nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_ticket_picture_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_picture')),
    sqlite_autoincrement=False,
    sqlite_strict=True
    )
    op.create_index(op.f('ix_ticket_picture_ticket'), 'ticket_picture', ['ticket'], unique=False)
    op.create_index(op.f('ix_ticket_picture_person_id'), 'ticket_picture', ['person_id'], unique=False)
    op.create_table('desk_copy',
    sa.Column('id', NUMBER, autoincrement=True, nullable=False),
    sa.Column('ticket', NUMBER, nullable=False),
    sa.Column('chat', sa.Text(), nullable=False),
    sa.Column('message', NUMBER, nullable=False),
    sa.Column('at', NUMBER, nullable=False),
    sa.ForeignKeyConstraint(['chat'], ['person.id'], name=op.f('fk_desk_copy_chat'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_desk_copy')),
    sqlite_autoincrement=True,
    sqlite_strict=True
    )
    op.create_index(op.f('ix_desk_copy_ticket'), 'desk_copy', ['ticket'], unique=False)
    # Topics that are there already are deleted with their tickets too.
    op.execute(
        'INSERT INTO desk_copy (ticket, chat, message, at) SELECT t.number, t.thread, 0, t.opened_at FROM ticket t '
        "JOIN person p ON p.id = t.thread"
    )


def downgrade() -> None:
    op.drop_table('desk_copy')
    op.drop_table('ticket_picture')
    op.drop_column('ticket_message', 'file')
    op.drop_column('ticket', 'topic_begun_at')
