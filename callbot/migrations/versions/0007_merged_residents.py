"""Residents who were entered twice.

Revision: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("resident") as resident:
        resident.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        resident.create_foreign_key("resident_merged_into", "resident", ["merged_into_id"], ["id"])
    op.create_index("ix_resident_merged_into_id", "resident", ["merged_into_id"])
