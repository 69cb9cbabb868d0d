"""Attempts in order of urgency; lines that pause themselves; nodes with their slots.

Revision: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(32)
NO, NONE, ALL = sa.text("false"), sa.text("0"), sa.text("1.0")


def upgrade() -> None:
    _attempts()
    op.add_column("campaign", sa.Column("hang_up", sa.Boolean(), nullable=False, server_default=NO))
    op.add_column(
        "resident", sa.Column("key_person", sa.Boolean(), nullable=False, server_default=NO)
    )
    op.add_column("line", sa.Column("headroom", sa.Float(), nullable=False, server_default=ALL))
    op.add_column("line", sa.Column("failures", sa.Integer(), nullable=False, server_default=NONE))
    op.add_column("line", sa.Column("paused_until", MOMENT, nullable=True))
    op.create_table(
        "node",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("draining", sa.Boolean(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
    )


def _attempts() -> None:
    """An index for each question asked, and none that planned rows pay for in vain."""
    op.add_column(
        "attempt", sa.Column("urgency", sa.Integer(), nullable=False, server_default=NONE)
    )
    op.drop_index("attempts_by_due_time", "attempt")
    op.drop_index("ix_attempt_campaign_id", "attempt")
    for name, columns, condition in (
        ("attempts_to_choose", ["campaign_id", "urgency", "due_at"], "state = 'planned'"),
        ("live_attempts", ["line"], "state NOT IN ('planned', 'ended')"),
        ("ended_attempts", ["campaign_id", "ended_at"], "state = 'ended'"),
    ):
        where = sa.text(condition)
        op.create_index(name, "attempt", columns, sqlite_where=where, postgresql_where=where)
