"""Voices of the network's residents, and SIP beside sipp."""

import wave
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from followed import tone
from ports import HOST, RTP_PORTS, Ports

from callbot.config import Settings
from callbot.telephony.simulated.studio import Studio
from callbot.telephony.sip import SipLines, sip_lines

pytest.register_assert_rewrite(
    "conformance_calls",
    "conformance_endings",
    "conformance_hand_over",
    "conformance_operation",
    "conformance_sound",
)


@pytest.fixture
def studio(speech_dir: Path) -> Studio:
    return Studio(speech_dir / "cache")


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A voice that hums."""
    folder = tmp_path_factory.mktemp("voice")
    for name in ("identity", "voicemail"):
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setparams((1, 2, 8000, 0, "NONE", ""))
            file.writeframes(tone(1.0))
    return folder


@pytest.fixture
def ports() -> Ports:
    return Ports.free()


@pytest.fixture
def peer_port() -> int:
    return Ports.free().sip


@pytest.fixture
def sip_settings(ports: Ports, peer_port: int) -> Settings:
    return Settings(
        sip_trunk=f"{HOST}:{peer_port}",
        sip_from="+8653288880000",
        sip_listen=f"{HOST}:{ports.sip}",
        sip_interface=HOST,
        sip_rtp_ports=f"{ports.rtp}-{ports.rtp + RTP_PORTS}",
    )


@pytest.fixture
async def sip(sip_settings: Settings) -> AsyncIterator[SipLines]:
    """The stack in this process, towards the peer's port."""
    lines = sip_lines(sip_settings)
    await lines.start()
    yield lines
    await lines.close()
