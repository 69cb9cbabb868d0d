"""When what was said in a call was purged.

Revision: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("call", sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True))
