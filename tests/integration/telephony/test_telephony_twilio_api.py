"""What we send to Twilio, and what the simulated Twilio answers, as Twilio's own document says."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from carrier_conformance import Phone
from peers import needs_packages
from starlette.applications import Starlette
from twilio_document import DOCUMENT, PRISM, prism_before
from twilio_network import ACCOUNT_SID, AUTH_TOKEN, OFFICE, PUBLIC_URL, TwilioNetwork, served

from callbot.telephony.carrier import Dial
from callbot.telephony.twilio import twiml
from callbot.telephony.twilio.account import TwilioAccount
from callbot.telephony.twilio.rest import TwilioRest

pytestmark = needs_packages(PRISM, DOCUMENT)

RESIDENT = "+8613800000001"
CALLS = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Calls.json"


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[str]:
    """The simulated REST interface, with Prism before it; the phone rings on and on."""
    network, nobody = TwilioNetwork(), Starlette()
    network.phones[RESIDENT] = Phone.RINGS
    network.hurry = 10.0
    async with (
        served(nobody) as network.port,
        served(network.app) as port,
        prism_before(tmp_path, port) as prism,
    ):
        yield f"http://127.0.0.1:{prism}"
        await network.close()


async def test_requests_and_answers_are_as_documented_and_wrong_ones_are_refused(api: str) -> None:
    account = TwilioAccount(ACCOUNT_SID, AUTH_TOKEN, OFFICE, PUBLIC_URL, api)
    rest = TwilioRest(account, timeout_s=30.0)
    try:
        assert await rest.account_status() == "active"
        assert await rest.own_numbers() == {OFFICE: f"{PUBLIC_URL}/twilio/voice/incoming"}
        sid = await rest.create(Dial("a1", RESIDENT, OFFICE))
        [listed] = await rest.calls(RESIDENT, OFFICE)
        assert listed.sid == sid
        await rest.redirect(sid, twiml.transfer("+8653288880000", OFFICE))
        await rest.complete(sid)
    finally:
        rest.close()
    right = {"To": RESIDENT, "From": OFFICE, "Url": f"{PUBLIC_URL}/twilio/voice/a1"}
    async with httpx.AsyncClient(auth=(ACCOUNT_SID, AUTH_TOKEN), trust_env=False) as client:
        for wrong in ({"Timeout": "soon"}, {"StatusCallbackMethod": "PUT"}, {"Url": "no address"}):
            answer = await client.post(api + CALLS, data={**right, **wrong}, timeout=30)
            [name] = wrong
            assert answer.status_code == 422
            assert answer.json()["validation"][0]["location"] == ["body", name]
