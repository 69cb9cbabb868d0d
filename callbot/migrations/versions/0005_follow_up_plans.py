"""Plans of follow-up that staff change, households, second contacts, staff's own contacts.

Revision: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(32)
NO, EMPTY = sa.text("false"), ""


def upgrade() -> None:
    _residents()
    _tables()
    # In words of both databases: SQLite's tables cannot be given a constraint by Alembic without
    # being copied, which other tables' references forbid.
    op.execute("ALTER TABLE resident ADD COLUMN asked_with_id INTEGER REFERENCES resident (id)")
    op.execute(
        "ALTER TABLE attempt ADD COLUMN second_contact_id INTEGER REFERENCES second_contact (id)"
    )
    op.create_index("ix_resident_asked_with_id", "resident", ["asked_with_id"])


def _residents() -> None:
    op.add_column("resident", sa.Column("ends_on", sa.Date(), nullable=True))
    op.add_column("resident", sa.Column("paused_until", sa.Date(), nullable=True))
    op.add_column(
        "resident", sa.Column("twice_daily", sa.Boolean(), nullable=False, server_default=NO)
    )
    op.add_column(
        "resident", sa.Column("household", sa.String(), nullable=False, server_default=EMPTY)
    )
    op.create_index("ix_resident_household", "resident", ["household"])


def _tables() -> None:
    op.create_table(
        "plan_change",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("act_id", sa.String(), nullable=False),
        sa.Column("resident_id", sa.Integer(), sa.ForeignKey("resident.id"), nullable=False),
        sa.Column("change", WORD, nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by", sa.String(), nullable=False),
    )
    op.create_index("ix_plan_change_act_id", "plan_change", ["act_id"])
    op.create_index("ix_plan_change_resident_id", "plan_change", ["resident_id"])
    op.create_table(
        "second_contact",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("resident_id", sa.Integer(), sa.ForeignKey("resident.id"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("relation", WORD, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("phone_hash", sa.String(), nullable=False),
        sa.Column("opted_out_at", MOMENT, nullable=True),
        sa.Column("unusable", sa.Boolean(), nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
    )
    op.create_index("ix_second_contact_resident_id", "second_contact", ["resident_id"])
    op.create_index("ix_second_contact_phone_hash", "second_contact", ["phone_hash"])
    op.create_table(
        "staff_contact",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("resident_id", sa.Integer(), sa.ForeignKey("resident.id"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("way", WORD, nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
    )
    op.create_index("ix_staff_contact_resident_id", "staff_contact", ["resident_id"])
