"""The staff desk: members, tickets on their way, errands to senders"""


from typing import Any

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')

TICKET: dict[str, Any] = {
    'thread': sa.Text(), 'assigned_to': sa.Text(), 'snoozed_until': NUMBER, 'first_answer_at': NUMBER,
    'last_at': NUMBER, 'last_by': sa.Text(), 'warned_at': NUMBER, 'rating': NUMBER,
}
MESSAGE: dict[str, Any] = {'agent': sa.Text(), 'relayed_at': NUMBER, 'edited_at': NUMBER, 'template': sa.Text()}


def upgrade() -> None:
    tickets()


def tickets() -> None:
    for name, kind in TICKET.items():
        op.add_column('ticket', sa.Column(name, kind, nullable=True))
    for name, kind in MESSAGE.items():
        op.add_column('ticket_message', sa.Column(name, kind, nullable=True))
    op.create_index(op.f('ix_ticket_thread'), 'ticket', ['thread'], unique=False)
    op.create_index(op.f('ix_ticket_message_relayed_at'), 'ticket_message', ['relayed_at'], unique=False)
    op.create_table('staff',
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('roles', sa.Text(), nullable=False),
    sa.Column('name', sa.LargeBinary(), nullable=False),
    sa.Column('added_by', sa.Text(), nullable=False),
    sa.Column('at', NUMBER, nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_staff_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_staff')),
    sqlite_autoincrement=False,
    sqlite_strict=True
    )
    op.create_table('errand',
    sa.Column('id', NUMBER, autoincrement=True, nullable=False),
    sa.Column('mark', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('at', NUMBER, nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_errand_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_errand')),
    sqlite_autoincrement=True,
    sqlite_strict=True
    )
    op.create_table('desk_block',
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('until', NUMBER, nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('at', NUMBER, nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_desk_block_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_desk_block')),
    sqlite_autoincrement=False,
    sqlite_strict=True
    )


def downgrade() -> None:
    op.drop_table('desk_block')
    op.drop_table('errand')
    op.drop_table('staff')
    op.drop_index(op.f('ix_ticket_message_relayed_at'), 'ticket_message')
    op.drop_index(op.f('ix_ticket_thread'), 'ticket')
    for name in MESSAGE:
        op.drop_column('ticket_message', name)
    for name in TICKET:
        op.drop_column('ticket', name)
