"""Debian's baresip as the phones of a network: real SIP and RTP on loopback, steered over TCP.

It keeps what each call sent and heard in two WAV files, named by the second in which it was picked
up: two calls picked up in one second would share theirs.
"""

import asyncio
import json
import os
import time
import wave
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from ports import HOST, RTP_PORTS, Ports

MODULES = Path("/usr/lib/baresip/modules")
START_S = 30.0

_CONFIG = """\
sip_listen {host}:{port}
net_interface {host}
call_max_calls 100
audio_player aubridge,sink
audio_source aufile,{silence}
audio_alert aubridge,nil
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
audio_buffer 20-160
jitter_buffer_delay 0-0
rtp_ports {first_rtp}-{last_rtp}
module_path {modules}
module stdio.so
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen {host}:{control}
snd_path {folder}
"""


@dataclass
class PhoneNetwork:
    """`accounts`: lines of baresip's accounts file. Use as `async with`."""

    folder: Path
    ports: Ports
    accounts: list[str]
    events: list[dict[str, Any]] = field(default_factory=list)

    async def __aenter__(self) -> "PhoneNetwork":
        self.folder.mkdir(parents=True, exist_ok=True)
        silence = self.folder / "silence.wav"
        write_wav(silence, bytes(16000 * 300))
        ports = self.ports
        config = _CONFIG.format(
            host=HOST,
            port=ports.sip,
            control=ports.control,
            first_rtp=ports.rtp,
            last_rtp=ports.rtp + RTP_PORTS,
            modules=MODULES,
            silence=silence,
            folder=self.folder,
        )
        for name, text in (
            ("config", config),
            ("accounts", "\n".join(self.accounts) + "\n"),
            ("contacts", ""),
        ):
            (self.folder / name).write_text(text)
        with (self.folder / "log").open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                "baresip", "-f", str(self.folder), stdin=asyncio.subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
            first_of_all(self._process.pid)
        await self._connect()
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        self._writer.close()
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    @property
    def address(self) -> str:
        return f"{HOST}:{self.ports.sip}"

    async def command(self, name: str, params: str = "") -> None:
        """One of baresip's long commands: hangup, accept, hold, dial, ausrc, sndcode …"""
        message = json.dumps({"command": name, "params": params}).encode()
        self._writer.write(b"%d:%s," % (len(message), message))
        await self._writer.drain()

    async def wait_for(self, holds: Callable[[], bool], timeout_s: float = 30.0) -> None:
        """Until it holds; looked at whenever the phones tell of an event."""
        async with asyncio.timeout(timeout_s):
            while not holds():
                self._news.clear()
                await self._news.wait()

    async def until(self, kind: str, count: int = 1, timeout_s: float = 30.0) -> dict[str, Any]:
        """The nth event of this type."""
        await self.wait_for(lambda: len(self._of(kind)) >= count, timeout_s)
        return self._of(kind)[count - 1]

    @property
    def calls_up(self) -> int:
        """Calls that have been picked up and go on."""
        over = {event["id"] for event in self._of("CALL_CLOSED")}
        return sum(event["id"] not in over for event in self._of("CALL_ESTABLISHED"))

    def heard(self) -> list[Path]:
        """What the phones heard, a file a call, in the order in which they were picked up."""
        return sorted(self.folder.glob("dump-*-dec.wav"))

    def _of(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event.get("type") == kind]

    async def _connect(self) -> None:
        async with asyncio.timeout(START_S):
            while True:
                try:
                    self._reader, self._writer = await asyncio.open_connection(
                        HOST, self.ports.control
                    )
                    break
                except OSError:
                    assert self._process.returncode is None, (self.folder / "log").read_text()
                    await asyncio.sleep(0.05)
        self._news = asyncio.Event()

    async def _read(self) -> None:
        """Netstrings of JSON."""
        while True:
            length = await self._reader.readuntil(b":")
            message = await self._reader.readexactly(int(length[:-1]) + 1)
            decoded = json.loads(message[:-1])
            if decoded.get("event"):
                self.events.append({**decoded, "at": time.monotonic()})
                self._news.set()


def first_of_all(pid: int) -> None:
    """A phone is a machine of its own, which waits for nobody; as far as we may decide it.

    Linux shares the cores out by session first: see callbot.workers.priority.
    """
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, -10)
        Path(f"/proc/{pid}/autogroup").write_text("-10", encoding="ascii")


def write_wav(path: Path, pcm: bytes) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(pcm)


async def whole(path: Path, timeout_s: float = 30.0) -> Path:
    """The same, once the phone has closed it: it hears and writes for a while after we hung up.

    Only then does the header say how much there is.
    """
    async with asyncio.timeout(timeout_s):
        while not _is_closed(path):  # noqa: ASYNC110 - the phone tells of nothing it writes
            await asyncio.sleep(0.02)
    return path


def _is_closed(path: Path) -> bool:
    return int.from_bytes(path.read_bytes()[40:44], "little") == path.stat().st_size - 44


def recorded(path: Path) -> npt.NDArray[np.int16]:
    """Samples of a WAV file that may still be written to: its header is not believed."""
    return np.frombuffer(path.read_bytes()[44:][: (path.stat().st_size - 44) // 2 * 2], dtype="<i2")


def loud_frames(path: Path, level: float = 700.0) -> npt.NDArray[np.bool_]:
    """Which of the 20 ms frames somebody is heard in."""
    sound = recorded(path)
    whole = sound[: len(sound) // 160 * 160].reshape(-1, 160).astype(float)
    return np.asarray(np.sqrt((whole**2).mean(axis=1)) > level)
