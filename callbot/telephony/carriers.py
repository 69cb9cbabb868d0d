"""Which carriers there are: each is one folder here, found by its name.

The folder's `__init__` has `FOLDER`, a CarrierFolder. A carrier that is reached over HTTP has a
module `callbot.web.<name>_webhooks` beside it.
"""

import pkgutil
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib import import_module

from callbot import telephony
from callbot.clock import Clock
from callbot.config import Settings
from callbot.errors import BadInput
from callbot.telephony.carrier import Carrier


@dataclass(frozen=True)
class Limits:
    """What the carrier's account allows. caller_id: E.164, shown to residents; "" if the carrier
    itself knows it."""

    calls_at_once: int
    calls_per_second: float
    caller_id: str = ""


@dataclass(frozen=True)
class CarrierFolder:
    """open: the carrier of these settings, not started; raises ConfigurationError naming the
    setting. check: proves the configuration without ringing anyone, in a line for each thing
    proven; raises CallbotError saying what to do. reaches: whether the carrier serves this number
    (E.164) at all."""

    open: Callable[[Settings, Clock], Carrier]
    check: Callable[[Settings, Clock], Awaitable[Sequence[str]]]
    limits: Callable[[Settings], Limits]
    reaches: Callable[[str], bool] = lambda _number: True


def carrier_names() -> list[str]:
    return sorted(m.name for m in pkgutil.iter_modules(telephony.__path__) if m.ispkg)


def carrier_folder(name: str) -> CarrierFolder:
    """Raises BadInput for a carrier that there is not."""
    if name not in carrier_names():
        raise BadInput(f"carrier {name!r} is not one of {', '.join(carrier_names())}")
    folder = import_module(f"{telephony.__name__}.{name}").FOLDER
    assert isinstance(folder, CarrierFolder)
    return folder
