"""What Twilio is told to do with a call."""

from twilio.twiml.voice_response import Connect, VoiceResponse

from callbot.telephony.twilio.account import TwilioAccount

ATTEMPT_PARAMETER = "attempt"


def connect(account: TwilioAccount, attempt_id: str) -> str:
    """Sound goes both ways until we close the socket; then the call is over."""
    stream = Connect()
    stream.stream(url=account.media_url(attempt_id)).parameter(
        name=ATTEMPT_PARAMETER, value=attempt_id
    )
    document = VoiceResponse()
    document.append(stream)
    document.hangup()
    return str(document)


def hang_up() -> str:
    document = VoiceResponse()
    document.hangup()
    return str(document)


def reject() -> str:
    document = VoiceResponse()
    document.reject(reason="busy")
    return str(document)


def transfer(to: str, caller_id: str) -> str:
    document = VoiceResponse()
    document.dial(caller_id=caller_id).number(to)
    return str(document)
