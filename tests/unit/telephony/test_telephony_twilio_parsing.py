"""Whatever comes from outside is understood or refused by name: nothing else happens."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from callbot.telephony.twilio import messages
from callbot.telephony.twilio.callbacks import BadCallback, Callback
from callbot.telephony.twilio.messages import Malformed
from callbot.telephony.twilio.statuses import CallStatus

ACCOUNT = "AC" + "a" * 32
FIELDS = ("CallSid", "CallStatus", "AccountSid", "AnsweredBy", "From", "To", "SipResponseCode")

Json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
PARTS = st.dictionaries(
    st.sampled_from(
        ("track", "payload", "timestamp", "name", "digit", "streamSid", "callSid", "mediaFormat")
    )
    | st.text(max_size=6),
    Json | st.sampled_from(["inbound", "//8=", "0", "20", "5", "12"]),
)


@st.composite
def near_messages(draw: st.DrawFn) -> dict[str, Any]:
    """Objects that look much like messages."""
    event = draw(st.sampled_from(["media", "mark", "dtmf", "start", "stop", "connected", "other"]))
    return {"event": event, event: draw(PARTS | Json)}


@given(st.text() | Json.map(json.dumps) | near_messages().map(json.dumps))
def test_a_media_message_is_read_or_malformed(text: str) -> None:
    try:
        message = messages.parse(text)
    except Malformed as refused:
        assert str(refused)
    else:
        assert not isinstance(message, messages.Media) or len(message.pcm) <= 16_000


@given(
    st.dictionaries(
        st.sampled_from(FIELDS) | st.text(max_size=8),
        st.text(max_size=40)
        | st.sampled_from([ACCOUNT, "CA" + "0" * 32, "completed", "+12025550143"]),
        max_size=9,
    )
)
def test_a_callback_is_whole_or_refused_as_the_senders_fault(form: dict[str, str]) -> None:
    try:
        callback = Callback.parse(form, ACCOUNT)
    except BadCallback as refused:
        assert 400 <= refused.status < 500
    else:
        assert callback.call_sid == form["CallSid"]
        assert callback.status is None or callback.status in CallStatus
        assert all(
            not number or number.startswith("+") for number in (callback.caller, callback.called)
        )
