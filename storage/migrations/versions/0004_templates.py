"""The agents' shelf of replies: template versions and how often they were sent"""


import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('template',
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('version', NUMBER, autoincrement=False, nullable=False),
    sa.Column('words', sa.Text(), nullable=True),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('at', NUMBER, nullable=False),
    sa.Column('retired', NUMBER, server_default=sa.text('0'), nullable=False),
    sa.PrimaryKeyConstraint('code', 'language', 'version', name=op.f('pk_template')),
    sqlite_autoincrement=False,
    sqlite_strict=True
    )
    op.create_table('template_use',
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('version', NUMBER, autoincrement=False, nullable=False),
    sa.Column('sent', NUMBER, nullable=False),
    sa.PrimaryKeyConstraint('code', 'language', 'version', name=op.f('pk_template_use')),
    sqlite_autoincrement=False,
    sqlite_strict=True
    )


def downgrade() -> None:
    op.drop_table('template_use')
    op.drop_table('template')
