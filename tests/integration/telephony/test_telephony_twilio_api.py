"""What we send to Twilio, and what its stand-in answers, held against Twilio's own document."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from peers import needs_packages
from phones import Phone
from twilio_document import DOCUMENT, PRISM, prism_before
from twilio_far_end import TwilioFarEnd
from twilio_far_end import far_end as far_end
from twilio_far_end import request_timeout_s as request_timeout_s

from callbot.rehearsal.twilio_stand_in.premises import ACCOUNT
from callbot.telephony.carrier import Dial
from callbot.telephony.twilio import twiml
from callbot.telephony.twilio.rest import TwilioRest
from callbot.web.server import serving

pytestmark = needs_packages(PRISM, DOCUMENT)

CALLS = f"/2010-04-01/Accounts/{ACCOUNT.sid}/Calls.json"


@pytest.fixture
async def api(far_end: TwilioFarEnd, tmp_path: Path) -> AsyncIterator[str]:
    """The stand-in's REST interface, with Prism before it."""
    async with (
        serving(far_end.twilio.rest.app, "127.0.0.1", 0) as port,
        prism_before(tmp_path, port) as prism,
    ):
        yield f"http://127.0.0.1:{prism}"


async def test_requests_and_answers_are_as_documented_and_wrong_ones_are_refused(
    far_end: TwilioFarEnd, api: str
) -> None:
    office, resident = ACCOUNT.caller_id, await far_end.phone(Phone.RINGS)
    rest = TwilioRest(replace(ACCOUNT, api_base_url=api), timeout_s=30.0)
    try:
        assert await rest.account_status() == "active"
        assert await rest.own_numbers() == {office: ACCOUNT.url("voice", "incoming")}
        sid = await rest.create(Dial("a1", resident, office))
        [listed] = await rest.calls(resident, office)
        assert listed.sid == sid
        await rest.redirect(sid, twiml.transfer("+8653288880000", office))
        await rest.complete(sid)
    finally:
        rest.close()
    right = {"To": resident, "From": office, "Url": ACCOUNT.url("voice", "a1")}
    login = (ACCOUNT.sid, ACCOUNT.auth_token)
    async with httpx.AsyncClient(auth=login, trust_env=False) as client:
        for wrong in ({"Timeout": "soon"}, {"StatusCallbackMethod": "PUT"}, {"Url": "no address"}):
            answer = await client.post(api + CALLS, data={**right, **wrong}, timeout=30)
            [name] = wrong
            assert answer.status_code == 422
            assert answer.json()["validation"][0]["location"] == ["body", name]
