"""What somebody has done, newest first, without reading what the dialer did between.

Revision: 0016
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("acts_by_actor", "history", ["actor", "id"])
