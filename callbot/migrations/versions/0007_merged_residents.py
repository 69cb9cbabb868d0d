"""Residents who were entered twice.

Revision: 0007
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In words of both databases: copying the table, as Alembic would on SQLite, fails as soon as
    # other rows refer to a resident.
    op.execute("ALTER TABLE resident ADD COLUMN merged_into_id INTEGER REFERENCES resident (id)")
    op.create_index("ix_resident_merged_into_id", "resident", ["merged_into_id"])
