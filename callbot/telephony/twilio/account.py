"""The Twilio account that calls are made with, from the settings."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from callbot.config import Settings
from callbot.errors import ConfigurationError

API_BASE_URL = "https://api.twilio.com"


@dataclass(frozen=True)
class TwilioAccount:
    """caller_id: E.164. public_url: where Twilio reaches us, https, without a slash at its end."""

    sid: str
    auth_token: str = field(repr=False)
    caller_id: str
    public_url: str
    api_base_url: str = API_BASE_URL

    @staticmethod
    def of(settings: Settings) -> "TwilioAccount":
        """Raises ConfigurationError naming the first setting that is missing or impossible."""
        for name in ("twilio_account_sid", "twilio_auth_token", "twilio_from", "public_url"):
            if not getattr(settings, name):
                raise ConfigurationError(f"CALLBOT_{name.upper()}: needed to call through Twilio")
        parts = urlsplit(settings.public_url)
        if parts.scheme != "https" or not parts.netloc or parts.query or parts.fragment:
            raise ConfigurationError(
                "CALLBOT_PUBLIC_URL: must be the https address at which Twilio reaches this "
                "machine, such as https://calls.example.org"
            )
        return TwilioAccount(
            settings.twilio_account_sid,
            settings.twilio_auth_token,
            settings.twilio_from,
            settings.public_url.rstrip("/"),
            settings.twilio_api_base_url or API_BASE_URL,
        )

    def url(self, kind: str, attempt_id: str) -> str:
        """Of a webhook; kind: voice, status or amd."""
        return f"{self.public_url}/twilio/{kind}/{attempt_id}"

    def media_url(self, attempt_id: str) -> str:
        return f"wss{self.url('media', attempt_id).removeprefix('https')}"
