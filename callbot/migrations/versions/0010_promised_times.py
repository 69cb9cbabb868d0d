"""Until when a resident was promised to be called back, with the flag.

Revision: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("flag", sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True))
