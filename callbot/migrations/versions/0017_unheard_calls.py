"""Lines that rest because no sound comes from their calls.

Revision: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    none = sa.text("0")
    op.add_column("line", sa.Column("unheard", sa.Integer(), nullable=False, server_default=none))
