"""The first schema: people, campaigns, calls, review, history.

Revision: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(32)
NOT_ENDED = sa.text("state <> 'ended'")


def upgrade() -> None:
    _people()
    _campaigns()
    _calls()
    _review()


def _people() -> None:
    op.create_table(
        "resident",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("phone_hash", sa.String(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("grid", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("exposed_on", sa.Date(), nullable=False),
        sa.Column("follow_up_days", sa.Integer(), nullable=False),
        sa.Column("came_from", sa.String(), nullable=False),
        sa.Column("transport", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("window_start", sa.Time(), nullable=True),
        sa.Column("window_end", sa.Time(), nullable=True),
        sa.Column("follow_up", WORD, nullable=False),
        sa.Column("number_problem", WORD, nullable=True),
        sa.Column("opted_out_at", MOMENT, nullable=True),
        sa.Column("imported_at", MOMENT, nullable=False),
    )
    op.create_index("ix_resident_community", "resident", ["community"])
    op.create_index("ix_resident_follow_up", "resident", ["follow_up"])
    op.create_index("ix_resident_grid", "resident", ["grid"])
    op.create_index("ix_resident_phone_hash", "resident", ["phone_hash"], unique=True)


def _campaigns() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("script", sa.String(), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
    )
    op.create_index("ix_campaign_name", "campaign", ["name"])
    op.create_index("ix_campaign_state", "campaign", ["state"])
    op.create_table(
        "line",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("carrier", sa.String(), nullable=False),
        sa.Column("caller_id", sa.String(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("calls_per_second", sa.Float(), nullable=False),
        sa.Column("next_dial_at", MOMENT, nullable=True),
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("campaign_id", sa.Integer(), sa.ForeignKey("campaign.id"), nullable=False),
        sa.Column("resident_id", sa.Integer(), sa.ForeignKey("resident.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("requested", sa.Boolean(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("reserved_by", sa.String(), nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("placed_at", MOMENT, nullable=True),
        sa.Column("rang_at", MOMENT, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("outcome", WORD, nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("resumes_call_id", sa.String(), nullable=True),
    )
    op.create_index("attempts_by_due_time", "attempt", ["state", "due_at"])
    op.create_index("ix_attempt_campaign_id", "attempt", ["campaign_id"])
    op.create_index("ix_attempt_resident_id", "attempt", ["resident_id"])
    op.create_index(
        "one_open_attempt_per_resident",
        "attempt",
        ["resident_id"],
        unique=True,
        sqlite_where=NOT_ENDED,
        postgresql_where=NOT_ENDED,
    )


def _calls() -> None:
    op.create_table(
        "call",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column(
            "attempt_id", sa.String(), sa.ForeignKey("attempt.id"), nullable=False, unique=True
        ),
        sa.Column("resident_id", sa.Integer(), sa.ForeignKey("resident.id"), nullable=False),
        sa.Column("script", sa.String(), nullable=False),
        sa.Column("script_version", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("outcome", WORD, nullable=True),
        sa.Column("recording", sa.String(), nullable=False),
        sa.Column("recording_problem", sa.String(), nullable=False),
        sa.Column("callback_at", MOMENT, nullable=True),
        sa.Column("session", sa.Text(), nullable=False),
    )
    op.create_index("ix_call_resident_id", "call", ["resident_id"])
    op.create_table(
        "turn",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("call_id", sa.String(), sa.ForeignKey("call.id"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("speaker", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("response_ms", sa.Integer(), nullable=True),
        sa.Column("interrupted", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_turn_call_id", "turn", ["call_id"])
    op.create_table(
        "answer",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("call_id", sa.String(), sa.ForeignKey("call.id"), nullable=False),
        sa.Column("resident_id", sa.Integer(), sa.ForeignKey("resident.id"), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("heard", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("alternatives", sa.Text(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_answer_call_id", "answer", ["call_id"])
    op.create_index("ix_answer_resident_id", "answer", ["resident_id"])
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("call_id", sa.String(), sa.ForeignKey("call.id"), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("script_version", sa.String(), nullable=False),
        sa.Column("severity", WORD, nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
    )
    op.create_index("ix_finding_call_id", "finding", ["call_id"])


def _review() -> None:
    op.create_table(
        "flag",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("resident_id", sa.Integer(), sa.ForeignKey("resident.id"), nullable=False),
        sa.Column("campaign_id", sa.Integer(), sa.ForeignKey("campaign.id"), nullable=True),
        sa.Column("call_id", sa.String(), sa.ForeignKey("call.id"), nullable=True),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("severity", WORD, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=False),
        sa.Column("claimed_at", MOMENT, nullable=True),
        sa.Column("resolved_at", MOMENT, nullable=True),
        sa.Column("resolution", sa.Text(), nullable=False),
    )
    op.create_index("ix_flag_call_id", "flag", ["call_id"])
    op.create_index("ix_flag_campaign_id", "flag", ["campaign_id"])
    op.create_index("ix_flag_resident_id", "flag", ["resident_id"])
    op.create_index("ix_flag_severity", "flag", ["severity"])
    op.create_index("ix_flag_state", "flag", ["state"])
    op.create_table(
        "history",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("resident_id", sa.Integer(), sa.ForeignKey("resident.id"), nullable=True),
        sa.Column("campaign_id", sa.Integer(), sa.ForeignKey("campaign.id"), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
    )
    op.create_index("ix_history_act", "history", ["act"])
    op.create_index("ix_history_campaign_id", "history", ["campaign_id"])
    op.create_index("ix_history_resident_id", "history", ["resident_id"])
