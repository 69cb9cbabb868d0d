"""Search blocks, and what the console's pages are sorted by.

Revision: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_block",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("last_act", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Text(), nullable=False),
    )
    op.create_index("flags_by_time", "flag", ["raised_at"])
    op.create_index("flags_by_resolution", "flag", ["state", "resolved_at"])
