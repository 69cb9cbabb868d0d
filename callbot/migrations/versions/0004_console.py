"""The console: accounts, log-ins, audit, how flags were settled, corrections of answers.

Revision: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(32)


def upgrade() -> None:
    _accounts()
    _review()


def _accounts() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", WORD, nullable=False),
        sa.Column("areas", sa.JSON(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("link_hash", sa.String(), nullable=False),
        sa.Column("link_expires_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("disabled_at", MOMENT, nullable=True),
    )
    op.create_index("ix_account_name", "account", ["name"], unique=True)
    op.create_table(
        "log_in",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
    )
    op.create_index("ix_log_in_account_id", "log_in", ["account_id"])
    op.create_index("ix_log_in_token_hash", "log_in", ["token_hash"], unique=True)
    op.create_table(
        "failed_log_in",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name_hash", sa.String(), nullable=False),
        sa.Column("address_hash", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_index("ix_failed_log_in_name_hash", "failed_log_in", ["name_hash"])
    op.create_index("ix_failed_log_in_address_hash", "failed_log_in", ["address_hash"])
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("viewed", WORD, nullable=False),
        sa.Column("resident_id", sa.Integer(), sa.ForeignKey("resident.id"), nullable=True),
        sa.Column("call_id", sa.String(), sa.ForeignKey("call.id"), nullable=True),
    )
    op.create_index("ix_audit_actor", "audit", ["actor"])
    op.create_index("ix_audit_resident_id", "audit", ["resident_id"])


def _review() -> None:
    op.add_column("flag", sa.Column("settlement", WORD, nullable=True))
    op.add_column("flag", sa.Column("was_right", sa.Boolean(), nullable=True))
    op.add_column(
        "answer", sa.Column("corrected_by", sa.String(), nullable=False, server_default="")
    )
    op.create_table(
        "staff_note",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("resident_id", sa.Integer(), sa.ForeignKey("resident.id"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
    )
    op.create_index("ix_staff_note_resident_id", "staff_note", ["resident_id"])
    # What every page of the console asks for.
    op.create_index("flags_by_state_and_time", "flag", ["state", "severity", "raised_at"])
    op.create_index("attempts_by_day", "attempt", ["due_at"])
