"""How a SIP trunk learns who we are, and the doctor what the trunk says; sipp plays the trunk."""

import asyncio
import json
from pathlib import Path

import pytest
from peers import needs_programs
from ports import HOST
from sip_calls import PATIENCE_S, dialled, followed
from sip_scenarios import playing, received, response
from typer.testing import CliRunner

from callbot.cli import build
from callbot.config import Settings
from callbot.errors import ConfigurationError, TelephonyError
from callbot.telephony.carrier import Ended, EndReason
from callbot.telephony.sip import check, sip_carrier, sip_lines

pytestmark = needs_programs("sipp")

CHALLENGE = 'Proxy-Authenticate: Digest realm="trunk", nonce="abcdef", algorithm=MD5'


async def test_a_trunk_that_asks_for_a_password_gets_its_digest(
    sip_settings: Settings, peer_port: int, tmp_path: Path
) -> None:
    steps = (
        received("INVITE"),
        response("407 Proxy Authentication Required", headers=[CHALLENGE]),
        received("ACK"),
        '<recv request="INVITE"><action>'
        '<ereg regexp="Digest username=.trunkuser." search_in="hdr" '
        'header="Proxy-Authorization:" check_it="true" assign_to="1"/>'
        '<ereg regexp="From:.*sip:.8653288880000@" search_in="msg" check_it="true" assign_to="2"/>'
        '<ereg regexp="P-Asserted-Identity:.*.8653288880000@" search_in="msg" check_it="true" '
        'assign_to="3"/></action></recv><Reference variables="1,2,3"/>',
        response("486 Busy Here"),
        received("ACK"),
    )
    given = sip_settings.model_copy(
        update={"sip_user": "trunkuser", "sip_password": "s3cret", "sip_register": False}
    )
    sip = sip_lines(given)
    await sip.start()
    try:
        async with playing(tmp_path, peer_port, *steps) as peer:
            assert await followed(await dialled(sip)) == [Ended(EndReason.BUSY, "486 Busy Here")]
            async with asyncio.timeout(PATIENCE_S):
                assert await peer.wait() == 0
    finally:
        await sip.close()


REGISTRAR_ASKS = (
    received("REGISTER"),
    response(
        "401 Unauthorized",
        headers=['WWW-Authenticate: Digest realm="pbx", nonce="abcdef", algorithm=MD5'],
    ),
)


async def test_the_doctor_registers_and_takes_leave(
    sip_settings: Settings, peer_port: int, tmp_path: Path
) -> None:
    registering = sip_settings.model_copy(update={"sip_user": "1001", "sip_password": "s3cret"})
    accepted = response("200 OK", headers=["Expires: 60"])
    steps = (*REGISTRAR_ASKS, received("REGISTER"), accepted, received("REGISTER"), accepted)
    async with playing(tmp_path, peer_port, *steps):
        assert "registered" in await check(registering)


async def test_the_doctor_says_that_the_password_is_wrong(
    sip_settings: Settings, peer_port: int, tmp_path: Path
) -> None:
    registering = sip_settings.model_copy(update={"sip_user": "1001", "sip_password": "wrong"})
    steps = (*REGISTRAR_ASKS, received("REGISTER"), response("403 Forbidden"))
    async with playing(tmp_path, peer_port, *steps):
        with pytest.raises(TelephonyError, match="CALLBOT_SIP_PASSWORD"):
            await check(registering)


async def test_the_doctor_asks_a_trunk_without_registration_for_its_options(
    sip_settings: Settings, peer_port: int, tmp_path: Path
) -> None:
    async with playing(tmp_path, peer_port, received("OPTIONS"), response("200 OK")):
        assert "200 OK" in await check(sip_settings)


@pytest.mark.parametrize(
    ("status", "told"), [("403 Forbidden", "refuses us"), ("503 Maintenance", "out of service")]
)
async def test_a_trunk_that_answers_and_will_not_take_calls_is_not_fine(
    sip_settings: Settings, peer_port: int, tmp_path: Path, status: str, told: str
) -> None:
    async with playing(tmp_path, peer_port, received("OPTIONS"), response(status)):
        with pytest.raises(TelephonyError, match=rf"{told} \({status}\)"):
            await check(sip_settings)


async def test_callbot_doctor_proves_a_trunk(
    sip_settings: Settings, peer_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("sip_trunk", "sip_from", "sip_listen", "sip_interface"):
        monkeypatch.setenv(f"CALLBOT_{name.upper()}", getattr(sip_settings, name))
    command = ["doctor", "--carrier", "sip", "--json"]
    async with playing(tmp_path, peer_port, received("OPTIONS"), response("200 OK")):
        told = await asyncio.to_thread(CliRunner().invoke, build(command), command)
    assert told.exit_code == 0
    [finding] = json.loads(told.stdout)
    assert (finding["what"], finding["verdict"]) == ("sip", "fine")
    assert "200 OK" in finding["detail"]


async def test_the_doctor_says_that_nobody_answers(
    sip_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callbot.telephony.sip.doctor.ANSWER_TIMEOUT_S", 0.3)
    with pytest.raises(TelephonyError, match="CALLBOT_SIP_TRUNK"):
        await check(sip_settings)


async def test_the_doctor_says_why_a_registration_reaches_nobody(
    sip_settings: Settings, peer_port: int
) -> None:
    trunk = {"sip_trunk": f"{HOST}:{peer_port};transport=tcp", "sip_user": "1001"}
    with pytest.raises(TelephonyError, match=r"cannot be reached \(connection refused\)"):
        await check(sip_settings.model_copy(update=trunk))


@pytest.mark.parametrize(
    ("name", "value"), [("sip_interface", "eth9"), ("sip_trunk", f"{HOST}:99999")]
)
async def test_a_setting_that_cannot_be_is_named(
    sip_settings: Settings, name: str, value: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"CALLBOT_{name.upper()}: '{value}'"):
        await check(sip_settings.model_copy(update={name: value}))


async def test_no_call_is_placed_while_the_registrar_refuses_us(
    sip_settings: Settings, peer_port: int, tmp_path: Path
) -> None:
    registering = sip_settings.model_copy(update={"sip_user": "1001", "sip_password": "wrong"})
    sip = sip_lines(registering)
    async with playing(tmp_path, peer_port, received("REGISTER"), response("403 Forbidden")):
        await sip.start()
        try:
            with pytest.raises(TelephonyError, match="doctor") as refused:
                await dialled(sip)
        finally:
            await sip.close()
    assert not refused.value.permanent


async def test_the_process_says_why_it_is_not_registered_and_lives_on(
    sip_settings: Settings, peer_port: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    registering = sip_settings.model_copy(update={"sip_user": "1001", "sip_password": "wrong"})
    carrier = sip_carrier(registering)
    refusal = (received("REGISTER"), response("403 Forbidden"))
    async with playing(tmp_path, peer_port, *refusal):
        await carrier.start()
    try:
        assert "check CALLBOT_SIP_USER and CALLBOT_SIP_PASSWORD" in caplog.text
        with pytest.raises(TelephonyError, match=f"not registered at {HOST}"):
            await dialled(carrier)
    finally:
        await carrier.close()
    assert "did not take leave" not in caplog.text
