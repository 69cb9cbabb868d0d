"""Findings about another member of the household than the one who was rung.

Revision: 0008
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In words of both databases: see 0005.
    op.execute("ALTER TABLE finding ADD COLUMN resident_id INTEGER REFERENCES resident (id)")
