"""Settings, from the environment or a `.env` file; each may also be given as `NAME_FILE`."""

import os
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from callbot.errors import ConfigurationError

PREFIX = "CALLBOT_"

MADE_UP_OFFICE: Final = {
    "zh-CN": "金海街道办事处",
    "en-US": "Jinhai Street Office",
    "ko-KR": "진하이 가도 판사처",
}
"""By locale: a voice of one language reads the writing of another letter by letter, if at all."""

BY_LOCALE: Final = {"asr_": "asr", "office_name_": "office_names"}
"""How settings given for each locale begin, and the field that holds them."""


class Settings(BaseModel):
    """Every setting of CALLBOT_*; durations in seconds, rates per second."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data_dir: Path = Path("data")
    database_url: str = ""
    prompts_dir: Path = Path(__file__).parent.parent / "prompts"
    recordings_dir: Path | None = None
    public_url: str = ""
    encryption_keys: str = Field(default="", repr=False)
    twilio_account_sid: str = ""
    twilio_auth_token: str = Field(default="", repr=False)
    twilio_from: str = Field(default="", pattern=r"^(\+[1-9]\d{6,14})?$")
    twilio_api_base_url: str = ""
    events_secret: str = Field(default="", repr=False, description="of POST /api/events")
    timezone: str = "Asia/Shanghai"
    office_name: str = MADE_UP_OFFICE["zh-CN"]
    # What it is called in calls in another language, by locale; there office_name if not given.
    office_names: dict[str, str] = Field(default_factory=dict)
    office_phone: str = "053288880000"
    human_line: str = Field(default="", pattern=r"^(\+[1-9]\d{6,14})?$", description="E.164")
    recognizer_workers: int = Field(default=0, ge=0, le=64, description="0: one for each core")
    retention_days: int = Field(
        default=30, ge=0, le=3650, description="recordings and words are kept so long after release"
    )
    sip_trunk: str = Field(default="", description="host:port of trunk or PBX; ;transport=tcp")
    sip_user: str = ""
    sip_password: str = Field(default="", repr=False)
    sip_register: bool = Field(default=True, description="as sip_user, if that is set")
    sip_from: str = Field(default="", description="number residents see; default sip_user")
    sip_numbers: str = Field(default="e164", description="e164, digits or national")
    sip_prefix: str = Field(default="", description="dialled before every number, e.g. 9")
    sip_country: str = Field(default="CN", description="of national numbers")
    sip_codecs: str = "pcma,pcmu"
    sip_calls: int = Field(default=30, ge=1, le=500, description="at once, both directions")
    sip_listen: str = "0.0.0.0:5060"
    sip_interface: str = Field(default="", description="address or name; empty finds it")
    sip_rtp_ports: str = "10000-20000"
    # Engine and model by locale, e.g. {"zh-CN": "vosk:/models/vosk-model-cn-0.22"}.
    asr: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _made_up_office(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Only whoever names no office calls for the made-up one, in any language."""
        if "office_name" in values:
            return values
        return {**values, "office_names": MADE_UP_OFFICE | values.get("office_names", {})}

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"unknown time zone {name!r}; use one like Asia/Shanghai") from error
        return name

    def office_in(self, locale: str) -> str:
        """The office's name as calls in this language say it."""
        return self.office_names.get(locale, self.office_name)

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the follow-up database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'callbot.sqlite3'}"

    @property
    def recordings(self) -> Path:
        return self.recordings_dir or self.data_dir / "recordings"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def load_settings(environ: dict[str, str] | None = None, env_file: Path = Path(".env")) -> Settings:
    """Reads the environment over `.env`.

    Raises ConfigurationError naming the setting that is wrong, or the file of a `NAME_FILE`
    setting that cannot be read.
    """
    given = {k: v for k, v in dotenv_values(env_file).items() if v is not None}
    given.update(os.environ if environ is None else environ)
    values: dict[str, object] = {}
    by_locale: dict[str, dict[str, str]] = {}
    for name, raw in given.items():
        if not name.startswith(PREFIX):
            continue
        key, value = name, raw
        if name.endswith("_FILE"):
            key = name.removesuffix("_FILE")
            try:
                value = Path(raw).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise ConfigurationError(f"{name}: cannot read {raw}: {error.strerror}") from error
        field = key.removeprefix(PREFIX).lower()
        if field in Settings.model_fields:
            values[field] = value
            continue
        for beginning, of_locales in BY_LOCALE.items():
            if field.startswith(beginning):
                locale = locale_from_setting(field.removeprefix(beginning))
                by_locale.setdefault(of_locales, {})[locale] = value
    values |= by_locale
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        setting = PREFIX + str(first["loc"][0]).upper()
        problem = first["msg"].removeprefix("Value error, ")
        raise ConfigurationError(f"{setting}: {problem}") from error


def locale_from_setting(name: str) -> str:
    """`zh_cn` → `zh-CN`."""
    language, _, region = name.partition("_")
    return f"{language.lower()}-{region.upper()}" if region else language.lower()
