"""Our messages beside Pipecat's: what it would send we send, what it hears we hear."""

import base64
import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from followed import tone
from peers import needs_modules
from streamdouble.protocol import MediaStreamEncoder, StreamIdentity

from callbot.speech.audio import Samples, frames, mu_law_decode, mu_law_encode, samples
from callbot.telephony.twilio import messages

pytestmark = [
    needs_modules("pipecat"),
    # Its own affair.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

STREAM = StreamIdentity()
FRAMES = [*frames(tone(0.1)), bytes(320), (np.arange(160) * 400 - 32_000).astype("<i2").tobytes()]


@pytest.fixture
async def pipecat() -> Any:
    from pipecat.serializers.twilio import TwilioFrameSerializer

    unattended = TwilioFrameSerializer.InputParams(auto_hang_up=False)
    serializer = TwilioFrameSerializer(stream_sid=STREAM.stream_sid, params=unattended)
    await serializer.setup(SimpleNamespace(audio_in_sample_rate=8000))
    return serializer


def said(text: str) -> Samples:
    """The samples in a media message that is as ours are."""
    message = json.loads(text)
    coded = base64.b64decode(message["media"].pop("payload"))
    assert message == {"event": "media", "streamSid": STREAM.stream_sid, "media": {}}
    assert len(coded) == 160
    return samples(mu_law_decode(coded))


async def test_sound_and_clear_are_the_same_on_the_wire(pipecat: Any) -> None:
    from pipecat.frames.frames import InterruptionFrame, OutputAudioRawFrame

    for pcm in FRAMES:
        theirs = await pipecat.serialize(OutputAudioRawFrame(pcm, 8000, 1))
        ours = messages.media(STREAM.stream_sid, pcm)
        # Of two codes equally near, G.711 leaves the choice to the coder.
        assert np.allclose(said(theirs), said(ours), rtol=1 / 16, atol=8)
    theirs = await pipecat.serialize(InterruptionFrame())
    assert json.loads(theirs) == json.loads(messages.clear(STREAM.stream_sid))


async def test_sound_and_keys_are_heard_alike(pipecat: Any) -> None:
    twilio = MediaStreamEncoder(STREAM)
    for begins in (twilio.connected(), twilio.start()):
        messages.parse(json.dumps(begins))
    for pcm in FRAMES:
        text = json.dumps(twilio.media(mu_law_encode(pcm)))
        ours = messages.parse(text)
        assert isinstance(ours, messages.Media)
        theirs = await pipecat.deserialize(text)
        assert np.array_equal(samples(theirs.audio), samples(ours.pcm))
    for digit in "0123456789*#":
        text = json.dumps(twilio.dtmf(digit))
        assert messages.parse(text) == messages.Dtmf((await pipecat.deserialize(text)).button.value)
