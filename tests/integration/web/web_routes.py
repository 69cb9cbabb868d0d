"""Every route of the application, who may use it, and what those of another community get."""

from datetime import date
from typing import Final

from integration.web.web_office import NOW
from integration.web.web_route import (
    ADMINISTRATORS,
    ALL,
    OPERATORS,
    REVIEWERS,
    STAFF,
    Reach,
    Row,
    Shown,
    get,
    post,
)

from callbot.db import Database
from callbot.dialog.events import TicketKind
from callbot.models import Campaign, Resident
from callbot.models.tickets import Ticket
from callbot.models.trials import TrialCall

ROSTER = "姓名,电话,社区,隔离开始日期\n孙梅,13800000021,金海社区,2026-11-20\n"
PLAN = ("/residents/1/plan", {"act": "pause", "reason": "住院"})
CONTACT = ("/residents/1/contacts", {"relation": "family", "phone": "13900000001"})
RELEASE = ("/reports/release", {"resident": "1", "reason": "已核对"})
SCRIPT = "/scripts/quarantine"
FILE = f"{SCRIPT}/edit/quarantine/zh-CN.yaml"

PUBLIC = (
    get("/assets/{version}/{name}", "/assets/x/console.css", ALL, Reach.PUBLIC, shown=Shown.FILE),
    get("/healthz", "", ALL, Reach.PUBLIC, shown=Shown.FILE),
    get("/readyz", "", ALL, Reach.PUBLIC, shown=Shown.FILE),
    get("/metrics", "", ALL, Reach.PUBLIC, shown=Shown.FILE),
    get("/login", "", ALL, Reach.PUBLIC),
    get("/welcome/{token}", "/welcome/made-up", ALL, Reach.PUBLIC, answers=404),
    Row("POST /login", "/login", ALL, Reach.PUBLIC, {"name": "a", "password": "b"}, answers=401),
    Row("POST /welcome/{token}", "/welcome/x", ALL, Reach.PUBLIC, {"password": "b"}, answers=404),
    post("/language", "", ALL, Reach.PUBLIC, chosen="en-US"),
    Row("POST /api/events", "/api/events", ALL, Reach.SIGNED, {"id": "1"}, answers=403),
    Row(
        "POST /twilio/voice/{attempt}",
        "/twilio/voice/1",
        ALL,
        Reach.SIGNED,
        {"CallSid": "CA1"},
        answers=403,
    ),
    Row(
        "POST /twilio/status/{attempt}",
        "/twilio/status/1",
        ALL,
        Reach.SIGNED,
        {"CallSid": "CA1"},
        answers=403,
    ),
    Row(
        "POST /twilio/amd/{attempt}",
        "/twilio/amd/1",
        ALL,
        Reach.SIGNED,
        {"CallSid": "CA1"},
        answers=403,
    ),
)
OWN = (
    get("/live", shown=Shown.STREAM),
    get("/account"),
    post("/logout", "", ALL, Reach.OPEN),
    Row(
        "POST /account/password",
        "/account/password",
        form={"current": "not mine", "password": "four dry words"},
        answers=403,
    ),
    post("/account/log-ins/end", "", ALL, Reach.OPEN),
)
REVIEW = (
    get("/", "", ALL, Reach.LIST),
    get("/today", "", ALL, Reach.LIST, shown=Shown.PART),
    get("/queue", "", ALL, Reach.LIST),
    get("/queue/new", "/queue/new?seen=0", shown=Shown.PART),
    get("/flags/{flag_id}", "/flags/1", ALL, Reach.ONE),
    get("/flags/{flag_id}/holder", "/flags/1/holder", ALL, Reach.ONE, shown=Shown.PART),
    Row("POST /flags/{flag_id}/phone", "/flags/1/phone", STAFF, Reach.ONE, {}),
    post("/flags/act", "", REVIEWERS, Reach.ONE, act="claim", flag="1"),
    get("/calls/{call_id}", "/calls/call-1", ALL, Reach.ONE),
    get(
        "/calls/{call_id}/recording.wav",
        "/calls/call-1/recording.wav",
        STAFF,
        Reach.ONE,
        shown=Shown.FILE,
    ),
    post(
        "/calls/{call_id}/answers/{question}",
        "/calls/call-1/answers/temperature",
        REVIEWERS,
        Reach.ONE,
        celsius="36.5",
    ),
)
RESIDENTS = (
    get("/residents", "", ALL, Reach.LIST),
    get("/residents/{resident_id}", "/residents/1", ALL, Reach.ONE),
    Row("POST /residents/{resident_id}/phone", "/residents/1/phone", STAFF, Reach.ONE, {}),
    post("/residents/{resident_id}/notes", "/residents/1/notes", STAFF, Reach.ONE, text="已联系"),
    post(
        "/residents/{resident_id}/dates",
        "/residents/1/dates",
        STAFF,
        Reach.ONE,
        exposed_on="2026-11-19",
        follow_up_days="14",
        reason="更正",
    ),
    post("/residents/{resident_id}/opt-out", "/residents/1/opt-out", STAFF, Reach.ONE, out="true"),
    post("/residents/{resident_id}/plan", PLAN[0], STAFF, Reach.ONE, **PLAN[1]),
    Row(
        "POST /residents/{resident_id}/changes/{change_id}/undo",
        "/residents/1/changes/1/undo",
        STAFF,
        Reach.ONE,
        {},
        PLAN,
        answers=303,
    ),
    post(
        "/residents/{resident_id}/household",
        "/residents/1/household",
        STAFF,
        Reach.ONE,
        act="join",
        other="13800000002",
    ),
    post("/residents/{resident_id}/contacts", CONTACT[0], STAFF, Reach.ONE, **CONTACT[1]),
    Row(
        "POST /residents/{resident_id}/contacts/{contact_id}/{act}",
        "/residents/1/contacts/1/remove",
        STAFF,
        Reach.ONE,
        {},
        CONTACT,
        answers=303,
    ),
    post(
        "/residents/{resident_id}/staff-contacts",
        "/residents/1/staff-contacts",
        STAFF,
        Reach.ONE,
        way="visit",
        reached="true",
    ),
    post(
        "/residents/{resident_id}/merge",
        "/residents/1/merge",
        STAFF,
        Reach.ONE,
        other="13800000002",
        reason="同一人",
        sure="true",
    ),
)
TICKETS = (
    get("/tickets", "", ALL, Reach.LIST),
    get("/tickets/{ticket_id}", "/tickets/1", ALL, Reach.ONE),
    post(
        "/residents/{resident_id}/tickets",
        "/residents/1/tickets",
        STAFF,
        Reach.ONE,
        kind="request",
        text="买药",
    ),
    post("/tickets/{ticket_id}/{step}", "/tickets/1/finish", STAFF, Reach.ONE, result="已送到"),
)
CAMPAIGNS = (
    get("/campaigns", "", ALL, Reach.OPEN),
    get("/campaigns/new", "", OPERATORS, Reach.OPEN),
    post(
        "/campaigns/new",
        "",
        OPERATORS,
        Reach.CHOSEN,
        name="每周",
        script="quarantine",
        community="金海社区",
    ),
    get("/campaigns/{campaign_id}", "/campaigns/2", ALL, Reach.ONE),
    get(
        "/campaigns/{campaign_id}/progress",
        "/campaigns/2/progress",
        ALL,
        Reach.ONE,
        shown=Shown.PART,
    ),
    get("/campaigns/{campaign_id}/preview", "/campaigns/2/preview", OPERATORS, Reach.ONE),
    post("/campaigns/{campaign_id}/{step}", "/campaigns/2/start", OPERATORS, Reach.ONE),
    post(
        "/campaigns/{campaign_id}/trials",
        "/campaigns/2/trials",
        OPERATORS,
        Reach.ONE,
        phone="13900000001",
        locale="zh-CN",
        mine="true",
    ),
    get("/trials/{trial_id}", "/trials/trial-1", OPERATORS, Reach.ONE),
    get("/trials/{trial_id}/talk", "/trials/trial-1/talk", OPERATORS, Reach.ONE, shown=Shown.PART),
    get("/import", "", OPERATORS, Reach.OFFICE),
    Row(
        "POST /import/tried",
        "/import/tried",
        OPERATORS,
        Reach.OFFICE,
        {"tried": "x.csv"},
        answers=422,
    ),
    Row(
        "POST /import",
        "/import",
        OPERATORS,
        Reach.OFFICE,
        {"file": ("a.csv", ROSTER)},
    ),
)
SCRIPTS = (
    get("/scripts"),
    get("/scripts/{name}", SCRIPT),
    get("/scripts/{name}/edit/{path}", FILE, OPERATORS, Reach.OFFICE),
    Row(
        "POST /scripts/{name}/edit/{path}",
        FILE,
        OPERATORS,
        Reach.OFFICE,
        {"prompts.goodbye": "再见。"},
        answers=303,
    ),
    get("/scripts/{name}/publish", f"{SCRIPT}/publish", OPERATORS, Reach.OFFICE),
    post("/scripts/{name}/publish", f"{SCRIPT}/publish", OPERATORS, Reach.OFFICE),
    post("/scripts/{name}/discard", f"{SCRIPT}/discard", OPERATORS, Reach.OFFICE),
    get("/scripts/{name}/versions", f"{SCRIPT}/versions"),
    get("/scripts/{name}/try", f"{SCRIPT}/try"),
    Row("POST /scripts/{name}/try", f"{SCRIPT}/try", ALL, Reach.OPEN, {"act": "begin"}),
    get("/scripts/{name}/recordings", f"{SCRIPT}/recordings"),
    get(
        "/scripts/{name}/recordings/{locale}/{prompt}.wav",
        f"{SCRIPT}/recordings/zh-CN/goodbye.wav",
        shown=Shown.FILE,
        answers=404,
    ),
    Row(
        "POST /scripts/{name}/recordings/{locale}",
        f"{SCRIPT}/recordings/zh-CN",
        OPERATORS,
        Reach.OFFICE,
        {"prompt": "goodbye", "file": ("a.wav", "no sound")},
        answers=303,
    ),
    post(
        "/scripts/{name}/recordings/{locale}/{prompt}/delete",
        f"{SCRIPT}/recordings/zh-CN/goodbye/delete",
        OPERATORS,
        Reach.OFFICE,
    ),
)
REPORTS = (
    get("/reports"),
    get("/reports/figures.xlsx", shown=Shown.FILE),
    get("/reports/lists.xlsx", "", STAFF, Reach.OPEN, shown=Shown.FILE),
    get("/reports/release"),
    get("/reports/release/confirm", "/reports/release/confirm?resident=1", STAFF, Reach.ONE),
    post(RELEASE[0], "", STAFF, Reach.ONE, **RELEASE[1]),
    Row(
        "POST /reports/release/undo",
        "/reports/release/undo",
        STAFF,
        Reach.ONE,
        {"change": "1"},
        RELEASE,
        answers=303,
    ),
)
PEOPLE = (
    get("/people", "", ADMINISTRATORS, Reach.OFFICE),
    get("/people/audit", "", ADMINISTRATORS, Reach.OFFICE),
    get("/people/changes", "", ADMINISTRATORS, Reach.OFFICE),
    get("/people/purge", "", ADMINISTRATORS, Reach.OFFICE),
    post("/people/purge", "/people/purge", ADMINISTRATORS, Reach.OFFICE),
    post(
        "/people/purge/{order_id}/withdraw",
        "/people/purge/1/withdraw",
        ADMINISTRATORS,
        Reach.OFFICE,
    ),
    post(
        "/people/purge/{order_id}/confirm", "/people/purge/1/confirm", ADMINISTRATORS, Reach.OFFICE
    ),
    get("/people/{account_id}", "/people/1", ADMINISTRATORS, Reach.OFFICE),
    Row(
        "POST /people",
        "/people",
        ADMINISTRATORS,
        Reach.OFFICE,
        {"name": "小李", "role": "viewer", "areas": "金海社区"},
    ),
    post("/people/{account_id}", "/people/1", ADMINISTRATORS, Reach.OFFICE, role="viewer"),
    post("/people/{account_id}/disable", "/people/1/disable", ADMINISTRATORS, Reach.OFFICE),
    Row("POST /people/{account_id}/reset", "/people/1/reset", ADMINISTRATORS, Reach.OFFICE, {}),
)
ROWS: Final = (
    *PUBLIC,
    *OWN,
    *REVIEW,
    *RESIDENTS,
    *TICKETS,
    *CAMPAIGNS,
    *SCRIPTS,
    *REPORTS,
    *PEOPLE,
)


def add_what_they_are_about(database: Database) -> None:
    """A campaign and a ticket of Alice's community, a call on trial, somebody to be released."""
    with database.session() as rows:
        rows.get_one(Resident, 1).exposed_on = date(2026, 11, 6)
        rows.add(
            Campaign(
                id=2,
                name="金海",
                script="quarantine",
                audience={"communities": ["金海社区"]},
                created_at=NOW,
            )
        )
        rows.add(
            Ticket(
                resident_id=1,
                kind=TicketKind.REQUEST,
                text="想要买菜",
                opened_at=NOW,
                opened_by="alice",
                due_at=NOW,
            )
        )
        rows.flush()
        rows.add(
            TrialCall(
                id="trial-1",
                campaign_id=2,
                script="quarantine",
                locale="zh-CN",
                phone="+8613900000009",
                phone_hash="",
                asked_by="otto",
                asked_at=NOW,
            )
        )
