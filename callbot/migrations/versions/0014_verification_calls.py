"""Campaigns that wait for alerts, and the attempt that verifies one.

Revision: 0014
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In words of both databases, see revision 0007.
    op.execute("ALTER TABLE campaign ADD COLUMN occasion VARCHAR(32) NOT NULL DEFAULT 'daily'")
    op.execute("ALTER TABLE alert ADD COLUMN attempt_id VARCHAR REFERENCES attempt (id)")
    op.create_index("ix_alert_attempt_id", "alert", ["attempt_id"])
