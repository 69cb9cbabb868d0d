"""Which trunk or PBX calls go through, as the settings give it, and how it writes numbers."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal, Self, cast

import phonenumbers

from callbot.config import Settings
from callbot.errors import ConfigurationError

_ADDRESS: Final = re.compile(
    r"(?:sip:)?(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::(?P<port>\d{1,5}))?"
    r"(?:;transport=(?P<transport>udp|tcp|tls))?"
)
_DIALLED: Final = re.compile(r"\+?[0-9*#]{1,20}")
_USER_PART: Final = re.compile(r"[A-Za-z0-9+._*#-]{1,64}")
_CODECS: Final = {"pcma", "pcmu"}
LAST_PORT: Final = 65535
_SIP_PORT: Final = {"udp": 5060, "tcp": 5060, "tls": 5061}

Transport = Literal["udp", "tcp", "tls"]


class NumberFormat(StrEnum):
    """How a trunk wants the called number: +8613800000001, 8613800000001 or 13800000001."""

    E164 = "e164"
    DIGITS = "digits"
    NATIONAL = "national"


@dataclass(frozen=True)
class Trunk:
    """address: host, or host:port. user: "" for a trunk that knows us by our address.

    caller: the user part of From. registers: whether calls to us need, and calls from us go by, a
    registration.
    """

    address: str
    transport: Transport
    user: str
    caller: str
    registers: bool
    codecs: tuple[str, ...]
    numbers: NumberFormat
    prefix: str
    country: str
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Raises ConfigurationError that names the setting."""
        if not settings.sip_trunk:
            raise ConfigurationError(
                "CALLBOT_SIP_TRUNK is not set; give the trunk's or PBX's address, host:port"
            )
        address = _ADDRESS.fullmatch(settings.sip_trunk)
        if address is None or int(address["port"] or 0) > LAST_PORT:
            raise ConfigurationError(
                f"CALLBOT_SIP_TRUNK: {settings.sip_trunk!r} is no address; "
                "give host, host:port or host:port;transport=tcp"
            )
        port = f":{address['port']}" if address["port"] else ""
        caller = settings.sip_from or settings.sip_user
        if not caller:
            raise ConfigurationError(
                "CALLBOT_SIP_FROM is not set; give the number residents shall see"
            )
        for name, value in (("SIP_FROM", caller), ("SIP_USER", settings.sip_user or caller)):
            if not _USER_PART.fullmatch(value):
                raise ConfigurationError(
                    f"CALLBOT_{name}: {value!r} cannot stand before the @ of an address"
                )
        return cls(
            address=address["host"] + port,
            transport=cast(Transport, address["transport"] or "udp"),
            user=settings.sip_user,
            caller=caller,
            registers=bool(settings.sip_user) and settings.sip_register,
            codecs=_codecs(settings.sip_codecs),
            numbers=_number_format(settings.sip_numbers),
            prefix=settings.sip_prefix,
            country=settings.sip_country,
            password=settings.sip_password,
        )

    @property
    def host(self) -> str:
        """Without a port."""
        return self.address if self.port is None else self.address.rpartition(":")[0]

    @property
    def port(self) -> int | None:
        """As given, or None."""
        _, colon, port = self.address.rpartition(":")
        return int(port) if colon and port.isdigit() else None

    @property
    def port_in_use(self) -> int:
        return self.port or _SIP_PORT[self.transport]

    def uri(self, number: str) -> str:
        """The address at which the trunk rings an E.164 number.

        Raises ValueError if it is no number: nothing of it would be sent.
        """
        if not _DIALLED.fullmatch(number):
            raise ValueError("a telephone number has digits only, after a + perhaps")
        user = f"{self.prefix}{self._written(number)}".replace("#", "%23")
        return f"sip:{user}@{self.address};transport={self.transport}"

    def number(self, uri: str) -> str:
        """The E.164 number in a SIP address that came from the trunk; "" where it has none."""
        user = uri.partition(":")[2].partition("@")[0].partition(";")[0]
        digits = re.sub(r"[^\d+]", "", user)
        try:
            parsed = phonenumbers.parse(digits, self.country)
        except phonenumbers.NumberParseException:
            return ""
        if not phonenumbers.is_possible_number(parsed):
            return ""
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)

    def _written(self, number: str) -> str:
        if self.numbers is NumberFormat.DIGITS:
            return number.lstrip("+")
        if self.numbers is NumberFormat.E164 or not number.startswith("+"):
            return number
        try:
            parsed = phonenumbers.parse(number)
        except phonenumbers.NumberParseException as error:
            raise ValueError("this is no telephone number of any country") from error
        if phonenumbers.region_code_for_country_code(parsed.country_code or 0) != self.country:
            return f"00{number.lstrip('+')}"
        national = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
        return re.sub(r"\D", "", national)


def _codecs(setting: str) -> tuple[str, ...]:
    codecs = tuple(name.strip().lower() for name in setting.split(","))
    if not codecs or not set(codecs) <= _CODECS:
        raise ConfigurationError(
            f"CALLBOT_SIP_CODECS: {setting!r} is not understood; give pcma, pcmu or both, "
            "the preferred first"
        )
    return codecs


def _number_format(setting: str) -> NumberFormat:
    try:
        return NumberFormat(setting)
    except ValueError:
        known = ", ".join(NumberFormat)
        raise ConfigurationError(
            f"CALLBOT_SIP_NUMBERS: {setting!r} is not understood; give one of {known}"
        ) from None
