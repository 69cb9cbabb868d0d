"""Whether a request comes from Twilio: signed over the public address, not over what a proxy made
of it."""

from collections.abc import Mapping

from twilio.request_validator import RequestValidator

from callbot.telephony.twilio.account import TwilioAccount

HEADER = "X-Twilio-Signature"


class Signatures:
    def __init__(self, account: TwilioAccount) -> None:
        self._base = account.public_url
        self._validator = RequestValidator(account.auth_token)

    def sign(self, url: str, form: Mapping[str, str]) -> str:
        """As Twilio does."""
        return str(self._validator.compute_signature(url, dict(form)))

    def of_webhook(self, path: str, form: Mapping[str, str], signature: str) -> bool:
        """path: with its query, as Twilio called it behind the public address."""
        return bool(self._validator.validate(self._base + path, dict(form), signature))

    def of_media(self, path: str, signature: str) -> bool:
        """The upgrade to a socket is signed as wss, or as https by some of Twilio's regions."""
        urls = (f"wss{self._base.removeprefix('https')}{path}", self._base + path)
        return any(self._validator.validate(url, {}, signature) for url in urls)
