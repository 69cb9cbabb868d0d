"""A child process: watched, restarted when it dies, never waited on.

Speech engines and the SIP stack are native libraries that can crash, hang or leak; here that costs
what the child was at, not the whole node.
"""

import asyncio
import contextlib
import itertools
import logging
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from callbot.errors import CallbotError, WorkerError
from callbot.workers.protocol import FAULT, Frame, Header, pack, read_frame

log = logging.getLogger(__name__)

RESTARTS_PER_MINUTE: Final = 6
RESTART_WINDOW_S: Final = 60.0
START_TIMEOUT_S: Final = 60.0
CLOSE_TIMEOUT_S: Final = 2.0
UNREAD_LIMIT_BYTES: Final = 8 << 20
"""More than this waiting to be read by the child: it has stopped reading."""
STDERR_TAIL_LINES: Final = 20


class _Child:
    """One life of the process: the requests sent to it and not yet answered."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin and process.stdout and process.stderr
        self.process = process
        self.stdin = process.stdin
        self.stdout = process.stdout
        self.stderr = process.stderr
        self.pending: dict[int, asyncio.Future[Frame]] = {}
        self.replied_s = 0.0
        self.last_words: deque[str] = deque(maxlen=STDERR_TAIL_LINES)
        self._stderr_listener = asyncio.create_task(self._listen_to_stderr())

    async def read(self) -> Frame:
        """As `read_frame` does."""
        return await read_frame(self.stdout)

    async def _listen_to_stderr(self) -> None:
        """Keeps the pipe empty and the last lines for a report of a failed start."""
        while chunk := await self.stderr.read(4096):
            lines = chunk.decode(errors="replace").splitlines()
            self.last_words.extend(line for line in lines if line.strip())

    def kill(self) -> None:
        """Not by Process.kill(), which may reap the child from under asyncio's watcher."""
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGKILL)

    async def end(self) -> None:
        """Kills it and leaves nothing of it behind. To be called when nobody reads from it.

        asyncio reports the end of a process only once its pipes have been read empty; the wait is
        bounded all the same, since a process in the kernel's hands cannot be killed.
        """
        self.kill()
        if not self.stdin.transport.is_closing():
            self.stdin.transport.abort()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                while await self.stdout.read(1 << 16):
                    pass
                await self.process.wait()
                await self._stderr_listener

    def fail_pending(self, error: CallbotError) -> None:
        for future in self.pending.values():
            if not future.done():
                future.set_exception(error)
        self.pending.clear()


class WorkerProcess:
    """Runs `python -m <module> <arguments>` and keeps it running.

    on_notice is called with each frame of the child that answers no request, on_death when a child
    that was up is gone and nobody wanted it. `generation` counts the lives of the child: what was
    told to an earlier one is lost. greeting: the first frame each child is sent, before it is
    ready; for what may stand in no process list. most_threads: of its native libraries; one by
    default, since a node runs as many workers as it wants cores. fault: the class of its errors.
    """

    def __init__(
        self,
        module: str,
        arguments: Sequence[str] = (),
        *,
        start_timeout_s: float = START_TIMEOUT_S,
        restarts_per_minute: int = RESTARTS_PER_MINUTE,
        on_notice: Callable[[Frame], None] | None = None,
        on_death: Callable[[], None] | None = None,
        greeting: Frame | None = None,
        most_threads: int = 1,
        fault: type[CallbotError] = WorkerError,
    ) -> None:
        self.module = module
        self._most_threads = most_threads
        self.generation = 0
        self._arguments = tuple(arguments)
        self._start_timeout_s = start_timeout_s
        self._restarts_per_minute = restarts_per_minute
        self._on_notice = on_notice
        self._on_death = on_death
        self._greeting = greeting
        self._fault = fault
        self._ids = itertools.count(1)
        self._child: _Child | None = None
        self._up = asyncio.Event()
        self._resting = False
        self._closing = False
        self._starting: asyncio.Task[_Child] | None = None
        self._supervisor: asyncio.Task[None] | None = None
        self.ready_note: Header = {}

    @property
    def pid(self) -> int | None:
        """Of the child that is up now."""
        return self._child.process.pid if self._child else None

    @property
    def resting(self) -> bool:
        """Whether it died too often to be restarted at once; requests fail meanwhile."""
        return self._resting

    async def wait_until_up(self, timeout_s: float | None = None) -> None:
        """Returns at once when the child is ready to work. Raises `fault` after timeout_s."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._up.wait()
        except TimeoutError:
            raise self._fault(f"{self.module} was not up within {timeout_s:g} s") from None

    async def start(self) -> None:
        """Returns when the child is ready. Raises `fault` with its last words when it is not.

        A first start that fails is not tried again: the cause is the installation. A close()
        meanwhile ends it with `fault`. May be called again after close().
        """
        self._closing = False
        self._starting = asyncio.create_task(self._launch(), name=f"start of {self.module}")
        try:
            child = await self._starting
        except asyncio.CancelledError:
            if self._closing:
                raise self._fault(f"{self.module} was stopped while it started") from None
            raise
        finally:
            self._starting = None
        self._supervisor = asyncio.create_task(self._supervise(child), name=self.module)

    async def request(self, header: Header, payload: bytes = b"", *, timeout_s: float) -> Frame:
        """The child's reply.

        Raises `fault` when the child reports a fault, dies, or does not reply within timeout_s. One
        that has replied to nobody else meanwhile is killed, since what it does cannot be called
        off; one that has is busy, and would only have to begin again with everything.
        """
        asked_s = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(timeout_s):
                child = await self._ready_child()
                id_ = next(self._ids)
                reply: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
                child.pending[id_] = reply
                self._write(child, Frame({**header, "id": id_}, payload))
                frame = await reply
        except TimeoutError:
            if self._child is None or self._child.replied_s < asked_s:
                self._retire()
            raise self._fault(f"{self.module} did not answer within {timeout_s:g} s") from None
        if FAULT in frame.header:
            raise self._fault(f"{self.module}: {frame.header[FAULT]}")
        return frame

    def tell(self, header: Header, payload: bytes = b"") -> bool:
        """A request without a reply. False when no child is up to hear it."""
        if self._child is None or not self._up.is_set():
            return False
        self._write(self._child, Frame(header, payload))
        return True

    async def close(self) -> None:
        """Ends the child, in the middle of its work if need be; requests under way fail."""
        self._closing = True
        if self._starting:
            self._starting.cancel()
            await asyncio.wait({self._starting})
        self._retire()
        if self._supervisor:
            self._supervisor.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._supervisor
            self._supervisor = None

    # -- inside ------------------------------------------------------------------------------

    def _write(self, child: _Child, frame: Frame) -> None:
        if child.stdin.transport.get_write_buffer_size() > UNREAD_LIMIT_BYTES:
            log.error("worker stopped reading: killed")
            self._retire()
            return
        child.stdin.write(pack(frame))

    def _retire(self) -> None:
        """Kills the child; nothing more is sent to it while it is on its way out."""
        if self._child:
            self._child.kill()
        self._child = None
        self._up.clear()

    async def _ready_child(self) -> _Child:
        if self._closing or self._supervisor is None:
            raise self._fault(f"{self.module} is not running")
        if self._resting:
            raise self._fault(
                f"{self.module} crashed {self._restarts_per_minute} times within a minute"
            )
        await self._up.wait()
        if self._child is None:
            raise self._fault(f"{self.module} is not running")
        return self._child

    async def _launch(self) -> _Child:
        try:
            process = await self._spawn()
        except OSError as error:
            # Out of memory or processes: to be tried again, not the end of the supervisor.
            raise self._fault(f"{self.module} cannot be started: {error}") from error
        child = _Child(process)
        if self._greeting is not None:
            child.stdin.write(pack(self._greeting))
        try:
            async with asyncio.timeout(self._start_timeout_s):
                while (note := await child.read()).is_notice:
                    self._deliver(child, note)
        except BaseException as error:
            await child.end()
            if isinstance(error, asyncio.IncompleteReadError | ValueError | TimeoutError):
                raise self._fault(self._start_failure(child, error)) from error
            raise
        self.ready_note = note.header
        self.generation += 1
        self._child = child
        self._up.set()
        return child

    async def _spawn(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", self.module, *self._arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            # Out of the terminal's process group: Ctrl-C is the parent's to answer.
            start_new_session=True,
            env={
                **os.environ,
                "OMP_NUM_THREADS": str(self._most_threads),
                "OPENBLAS_NUM_THREADS": "1",
                "PYTHONUNBUFFERED": "1",
            },
        )

    def _start_failure(self, child: _Child, error: BaseException) -> str:
        if isinstance(error, TimeoutError):
            return f"{self.module} was not ready within {self._start_timeout_s:g} s"
        words = child.last_words[-1] if child.last_words else f"exit {child.process.returncode}"
        return f"{self.module} did not start: {words}"

    async def _supervise(self, child: _Child) -> None:
        """Reads one child after another; ends only by being cancelled or closed."""
        loop = asyncio.get_running_loop()
        deaths: deque[float] = deque(maxlen=self._restarts_per_minute)
        try:
            while True:
                await self._read_until_gone(child)
                if self._closing:
                    return
                while True:
                    await self._rest_if_dying_too_often(deaths, loop.time())
                    deaths.append(loop.time())
                    try:
                        child = await self._launch()
                        break
                    except self._fault:
                        log.exception("worker could not be restarted")
        finally:
            self._retire()
            child.fail_pending(self._fault(f"{self.module} was stopped"))
            await child.end()

    async def _rest_if_dying_too_often(self, deaths: deque[float], now_s: float) -> None:
        """Waits until the oldest restart counted is a minute ago; requests fail meanwhile."""
        if len(deaths) < self._restarts_per_minute:
            return
        rest_s = deaths[0] + RESTART_WINDOW_S - now_s
        if rest_s > 0:
            log.error("worker dies too often: resting")
            self._resting = True
            try:
                await asyncio.sleep(rest_s)
            finally:
                self._resting = False

    async def _read_until_gone(self, child: _Child) -> None:
        try:
            while True:
                self._deliver(child, await child.read())
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        except ValueError:
            log.exception("worker spoke nonsense: killed")
        self._retire()
        child.fail_pending(self._fault(f"{self.module} died in the middle of its work"))
        if not self._closing:
            log.warning("worker died and is restarted", extra={"worker": self.module})
            if self._on_death:
                self._on_death()
        await child.end()

    def _deliver(self, child: _Child, frame: Frame) -> None:
        id_ = frame.header.get("id")
        if id_ is None:
            if self._on_notice:
                self._on_notice(frame)
            return
        child.replied_s = asyncio.get_running_loop().time()
        future = child.pending.pop(id_, None)
        if future and not future.done():
            future.set_result(frame)
