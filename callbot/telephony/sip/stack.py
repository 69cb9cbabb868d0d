"""The SIP stack of this process: started, registered, and its events handed to the calls' owners.

libre and baresip keep global state, so that one process has one stack, on a thread of its own.
"""

import logging
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from baresip import (
    Account,
    BaresipError,
    Call,
    Config,
    Event,
    RegistrationError,
    Runtime,
    StackEvent,
    UserAgent,
)

from callbot.config import Settings
from callbot.errors import ConfigurationError, TelephonyError
from callbot.telephony.network_words import without_numbers
from callbot.telephony.sip.outcomes import REFUSED_CREDENTIALS
from callbot.telephony.sip.trunk import Transport, Trunk

JITTER_BUFFER: Final = "off"
"""A listener needs no even pace: each frame is handed on when it comes. Of several that come at
one time, as after a stall, the stack's fixed buffer gives the last alone, and counts none as lost;
its adaptive one begins with 0.1 s."""

NATIVE_LOG_LEVEL: Final = "error"
REGISTER_TIMEOUT_S: Final = 10.0
REGISTER_EVERY_S: Final = 600
_GOODBYE_TIMEOUT_S: Final = 2.0

EventHandler = Callable[[StackEvent], None]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Endpoint:
    """Where this process is on the network. interface: address or name; "" lets the stack find it.

    listen: address:port for SIP. rtp_ports: first and last, two for each call.
    """

    listen: str
    interface: str
    rtp_ports: tuple[int, int]

    @classmethod
    def of(cls, settings: Settings) -> "Endpoint":
        """Raises ConfigurationError that names the setting."""
        first, _, last = settings.sip_rtp_ports.partition("-")
        if not (first.isdigit() and last.isdigit() and 1024 <= int(first) < int(last) <= 65535):
            raise ConfigurationError(
                f"CALLBOT_SIP_RTP_PORTS: {settings.sip_rtp_ports!r} is no range; "
                "give first-last, e.g. 10000-20000"
            )
        address, colon, port = settings.sip_listen.rpartition(":")
        if not (address and colon and port.isdigit() and int(port) <= 65535):
            raise ConfigurationError(
                f"CALLBOT_SIP_LISTEN: {settings.sip_listen!r} is no address; "
                "give address:port, e.g. 0.0.0.0:5060"
            )
        interface = settings.sip_interface
        if interface and not _is_of_this_machine(interface):
            cards = ", ".join(name for _, name in socket.if_nameindex())
            raise ConfigurationError(
                f"CALLBOT_SIP_INTERFACE: {interface!r} is no address of this machine and none of "
                f"its network cards ({cards})"
            )
        return cls(settings.sip_listen, interface, (int(first), int(last)))

    def config(self, transport: Transport) -> Config:
        first, last = self.rtp_ports
        return Config(
            net_interface=self.interface or None,
            max_concurrent_calls=None,
            expose_headers=("To",),
            native_log_level=NATIVE_LOG_LEVEL,
            extra_config_text=(
                f"sip_listen {self.listen}\n"
                f"sip_transports {transport}\n"
                f"rtp_ports {first}-{last}\n"
                f"audio_jitter_buffer_type {JITTER_BUFFER}\n"
            ),
        )


def _is_of_this_machine(interface: str) -> bool:
    """A network card's name, or an address at which one can listen."""
    if interface in (name for _, name in socket.if_nameindex()):
        return True
    family = socket.AF_INET6 if ":" in interface else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as trying:
            trying.bind((interface, 0))
    except OSError:
        return False
    return True


class RegistrationUnanswered(TelephonyError):
    """No registrar is known to have received it."""


class SipStack:
    """`await start()`, then dial; one owner for each call gets its events, in order."""

    def __init__(self, trunk: Trunk, endpoint: Endpoint) -> None:
        self._trunk = trunk
        self._endpoint = endpoint
        self._runtime = Runtime()
        self._dialling: UserAgent | None = None
        self._registering: UserAgent | None = None
        self._owners: dict[int, EventHandler] = {}
        self._unowned: dict[int, list[StackEvent]] = {}
        self._inviting = 0
        self._incoming: Callable[[Call, str], None] | None = None
        self.registered = False
        self.running = False

    async def start(
        self,
        incoming: Callable[[Call, str], None] | None = None,
        died: Callable[[], None] | None = None,
    ) -> None:
        """incoming: gets a call that nobody has answered, and the address it was made to.

        died: the stack's thread has ended by itself, and with it every call.

        Raises TelephonyError when the stack cannot listen, or runs already in this process.
        """
        # Its lines carry telephone numbers and addresses; what matters of them comes as events.
        logging.getLogger("baresip").setLevel(logging.CRITICAL)
        self._incoming = incoming
        self._runtime.on_dead = died
        try:
            await self._runtime.start(self._endpoint.config(self._trunk.transport))
            self.running = True
            self._runtime.subscribe(self._hears)
            await self._open_agents()
        except BaresipError as error:
            await self.close()
            raise TelephonyError(
                f"SIP cannot start at {self._endpoint.listen} ({error}); "
                "is the port free, and CALLBOT_SIP_LISTEN an address of this machine?",
                permanent=False,
            ) from error

    async def answers(self) -> bool:
        """Whether the stack's thread does what it is told."""
        try:
            await self._runtime.set_native_log_level(NATIVE_LOG_LEVEL)
        except BaresipError:
            return False
        return True

    async def register(self, timeout_s: float = REGISTER_TIMEOUT_S) -> None:
        """Raises TelephonyError with the reason, RegistrationUnanswered if none was given.

        The stack goes on trying by itself.
        """
        if self._registering is None:
            return
        try:
            await self._registering.register(timeout=timeout_s)
        except RegistrationError as error:
            raise self._why_not_registered(error) from error

    async def dial(
        self, uri: str, headers: Mapping[str, str], handler: Callable[[Call], EventHandler]
    ) -> Call:
        """Sends the INVITE. handler: makes the owner of the call's events once the call exists.

        Raises BaresipError if the stack would not send it.
        """
        assert self._dialling is not None
        self._inviting += 1
        try:
            call = await self._dialling.dial(uri, headers=dict(headers))
            self.own(call, handler(call))
        finally:
            self._inviting -= 1
            if not self._inviting:
                self._unowned.clear()
        return call

    def own(self, call: Call, handler: EventHandler) -> None:
        """From now on, and for what happened already, the call's events go to this handler."""
        self._owners[call.handle] = handler
        for event in self._unowned.pop(call.handle, ()):
            # The binding's call listens only from the moment it was made, as late as we do.
            call._on_stack_event(event)
            self._hears(event)

    async def close(self) -> None:
        self.running = False
        if self._registering is not None and self.registered:
            try:
                await self._registering.unregister(timeout=_GOODBYE_TIMEOUT_S)
            except BaresipError:
                log.warning("the registrar did not take leave of us")
        try:
            await self._runtime.close()
        except BaresipError:
            log.error("the SIP stack did not stop")

    # -- inside ----------------------------------------------------------------------------------

    async def _open_agents(self) -> None:
        trunk = self._trunk
        if trunk.registers:
            self._registering = await self._agent(trunk.user, REGISTER_EVERY_S)
        if trunk.registers and trunk.caller == trunk.user:
            self._dialling = self._registering
        else:
            self._dialling = await self._agent(trunk.caller, 0)
        for agent in {self._registering, self._dialling} - {None}:
            assert agent is not None
            agent.on_incoming(self._rings)

    async def _agent(self, user: str, register_every_s: int) -> UserAgent:
        trunk = self._trunk
        account = Account(
            user=user,
            domain=trunk.address,
            password=trunk.password,
            auth_user=trunk.user or None,
            reg_interval=register_every_s,
            transport=trunk.transport,
            audio_codecs=trunk.codecs,
            # A trunk without registration calls us by numbers of its own choice.
            extra_params=() if register_every_s else ("catchall=yes",),
        )
        # A far end that could make us dial would dial at the office's expense.
        return await UserAgent.create(self._runtime, account, transfer_policy="reject")

    def _rings(self, call: Call) -> None:
        if self._incoming is not None:
            self._incoming(call, call.headers.get("To", ""))

    def _hears(self, event: StackEvent) -> None:
        if event.event is Event.REGISTER_OK:
            self.registered = True
        elif event.event is Event.REGISTER_FAIL:
            self.registered = False
            log.warning(
                "SIP registration failed", extra={"reason": without_numbers(event.text or "")}
            )
        if not event.call:
            return
        owner = self._owners.get(event.call)
        if owner is None:
            if self._inviting:
                # Of a call that `dial` learns of only after it. However many come in a stall, each
                # counts: without its answer, a call that was picked up would stay silent.
                self._unowned.setdefault(event.call, []).append(event)
            return
        if event.event is Event.CALL_CLOSED:
            del self._owners[event.call]
        owner(event)

    def _why_not_registered(self, error: RegistrationError) -> TelephonyError:
        where = self._trunk.address
        if error.status is None:
            return RegistrationUnanswered(
                f"{where} did not answer the registration ({error.reason or error}); "
                "check CALLBOT_SIP_TRUNK, name service and firewall",
                permanent=False,
            )
        refused = f"{where} refused the registration ({error.status} {error.reason})"
        if error.status in REFUSED_CREDENTIALS:
            return TelephonyError(
                f"{refused}; check CALLBOT_SIP_USER and CALLBOT_SIP_PASSWORD", permanent=True
            )
        return TelephonyError(refused, permanent=False)
