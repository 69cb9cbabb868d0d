"""Where a call begins: what the rows say of the resident, their household and their last calls."""

from sqlmodel import Session as Rows
from sqlmodel import col, select

from callbot.campaigns.dialing.brief import AttemptBrief
from callbot.campaigns.follow_up.household import asked_with
from callbot.campaigns.rules.policy import CampaignPolicy
from callbot.clock import Clock
from callbot.config import Settings
from callbot.db import Database
from callbot.dialog.script import Script
from callbot.dialog.session import Session
from callbot.dialog.state import Member, SessionState
from callbot.dialog.trial import EXAMPLE_NAME, third_day
from callbot.models import AnswerRow, Call, Campaign, Resident, standing_answers
from callbot.node.sentences import Sentences


class Beginnings:
    """Of the calls of one office."""

    def __init__(
        self, database: Database, clock: Clock, sentences: Sentences, settings: Settings
    ) -> None:
        self._database = database
        self._clock = clock
        self._sentences = sentences
        self._settings = settings

    def session(self, brief: AttemptBrief, script: Script) -> Session:
        """The conversation of an attempt, going on where a broken call left off."""
        with self._database.reading() as rows:
            resident = rows.get(Resident, brief.resident_id)
            campaign = rows.get(Campaign, brief.campaign_id)
            assert resident is not None
            assert campaign is not None
            hours = CampaignPolicy.model_validate(campaign.policy).hours
            previous = _previous_call(rows, brief, script)
            return Session.new(
                script,
                brief.locale,
                self._sentences.variables(script, resident, brief.follow_up_day),
                time_zone=brief.time_zone,
                previous=standing_answers(rows, previous) if previous else {},
                resumes=_broken_off(rows, brief),
                hours=(hours.opens, hours.closes),
                can_transfer=bool(self._settings.human_line),
                rang_back=brief.rang_back,
                members=self._members(rows, resident, brief),
            )

    def trial(self, script: Script, locale: str) -> Session:
        """As on the third day of nobody in particular."""
        settings = self._settings
        values = third_day(
            script,
            locale,
            self._clock.now().astimezone(settings.zone).date(),
            resident=EXAMPLE_NAME,
            office=settings.office_in(locale),
            office_phone=settings.office_phone,
        )
        return Session.new(script, locale, values, time_zone=settings.timezone)

    def _members(self, rows: Rows, resident: Resident, brief: AttemptBrief) -> list[Member]:
        """Others of the household whom the resident is asked about, with their last answers."""
        if brief.second_contact_id is not None:
            return []
        members = []
        for other in asked_with(rows, resident, self._clock.now()):
            last = rows.exec(
                select(AnswerRow.call_id)
                .where(AnswerRow.resident_id == other.id)
                .order_by(col(AnswerRow.id).desc())
                .limit(1)
            ).first()
            previous = standing_answers(rows, last, other.id) if last else {}
            members.append(Member(id=str(other.id), name=other.name, previous=previous))
        return members


def _previous_call(rows: Rows, brief: AttemptBrief, script: Script) -> str | None:
    """The resident's last call with this script, but for the one that is gone on with."""
    return rows.exec(
        select(Call.id)
        .where(
            col(Call.resident_id) == brief.resident_id,
            col(Call.script) == script.name,
            col(Call.id) != (brief.resumes_call_id or ""),
        )
        .order_by(col(Call.started_at).desc())
    ).first()


def _broken_off(rows: Rows, brief: AttemptBrief) -> SessionState | None:
    broken = rows.get(Call, brief.resumes_call_id) if brief.resumes_call_id else None
    stored = broken.session if broken is not None else None
    return SessionState.model_validate_json(stored) if stored else None
