"""A worker process is watched: it may crash, hang, babble or die, and calls go on."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from callbot.errors import WorkerError
from callbot.workers.process import WorkerProcess

MODULE = "scripted_worker"
HERE = str(Path(__file__).parent)
SOON_S = 60.0


@pytest.fixture(autouse=True)
def _scripted_worker_can_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", HERE)


@pytest_asyncio.fixture
async def worker() -> AsyncIterator[WorkerProcess]:
    worker = WorkerProcess(MODULE)
    await worker.start()
    yield worker
    await worker.close()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON_S):
        while not holds():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.01)


async def test_what_libraries_print_does_not_reach_the_protocol(worker: WorkerProcess) -> None:
    for payload in (b"", b"\x00\xff" * 300_000):
        reply = await worker.request({"op": "echo", "say": "三十八"}, payload, timeout_s=SOON_S)
        assert (reply.header["said"], reply.payload) == ("三十八", payload)


async def test_many_requests_at_once_each_get_their_own_reply(worker: WorkerProcess) -> None:
    replies = await asyncio.gather(
        *(worker.request({"op": "echo", "say": n}, timeout_s=SOON_S) for n in range(50))
    )
    assert [reply.header["said"] for reply in replies] == list(range(50))


async def test_work_that_fails_is_told_and_the_worker_lives_on(worker: WorkerProcess) -> None:
    pid = worker.pid
    with pytest.raises(WorkerError, match="cannot be done"):
        await worker.request({"op": "fail"}, timeout_s=SOON_S)
    await worker.request({"op": "echo"}, timeout_s=SOON_S)
    assert worker.pid == pid


async def test_a_killed_worker_fails_what_was_pending_and_serves_again(
    worker: WorkerProcess,
) -> None:
    pending = asyncio.create_task(worker.request({"op": "hang"}, timeout_s=600))
    await asyncio.sleep(0.05)
    killed = worker.pid
    assert killed
    os.kill(killed, signal.SIGKILL)
    with pytest.raises(WorkerError, match="died"):
        await asyncio.wait_for(pending, SOON_S)
    reply = await worker.request({"op": "echo", "say": "again"}, timeout_s=SOON_S)
    assert reply.header["said"] == "again"
    assert worker.pid != killed
    assert worker.generation == 2


async def test_a_worker_that_hangs_is_killed_and_replaced(worker: WorkerProcess) -> None:
    with pytest.raises(WorkerError, match="did not answer within"):
        await worker.request({"op": "hang"}, timeout_s=0.2)
    reply = await worker.request({"op": "echo", "say": "again"}, timeout_s=SOON_S)
    assert reply.header["said"] == "again"


async def test_a_worker_that_is_busy_with_others_is_left_alone(worker: WorkerProcess) -> None:
    pid = worker.pid
    others = [
        asyncio.create_task(worker.request({"op": "doze", "seconds": 0.02}, timeout_s=SOON_S))
        for _ in range(60)
    ]
    await asyncio.sleep(0)
    with pytest.raises(WorkerError, match="did not answer within"):
        await worker.request({"op": "echo"}, timeout_s=1.0)
    await asyncio.gather(*others)
    assert worker.pid == pid


async def test_a_worker_that_speaks_nonsense_is_replaced(worker: WorkerProcess) -> None:
    worker.tell({"op": "garble"})
    await until(lambda: worker.generation == 2)
    await worker.request({"op": "echo"}, timeout_s=SOON_S)


async def test_ctrl_c_and_termination_are_the_parent_s_to_answer(worker: WorkerProcess) -> None:
    pid = worker.pid
    assert pid
    await worker.request({"op": "interrupt"}, timeout_s=SOON_S)
    assert worker.pid == pid
    assert os.getpgid(pid) != os.getpgid(0)


async def test_a_notice_reaches_who_listens() -> None:
    heard: list[str] = []
    worker = WorkerProcess(MODULE, on_notice=lambda frame: heard.append(frame.header["op"]))
    await worker.start()
    worker.tell({"op": "notify", "say": "partial"})
    await until(lambda: bool(heard))
    await worker.close()
    assert heard == ["partial"]


async def test_a_worker_that_keeps_dying_is_let_rest_and_requests_fail_at_once() -> None:
    worker = WorkerProcess(MODULE, restarts_per_minute=2)
    await worker.start()
    for life in range(1, 4):
        await until(lambda life=life: worker.pid is not None and worker.generation == life)  # type: ignore[misc]
        assert worker.pid
        os.kill(worker.pid, signal.SIGKILL)
    await until(lambda: worker.resting)
    with pytest.raises(WorkerError, match="crashed"):
        await worker.request({"op": "echo"}, timeout_s=SOON_S)
    await worker.close()


async def test_a_worker_that_cannot_start_says_why() -> None:
    worker = WorkerProcess(MODULE, ["broken"])
    with pytest.raises(WorkerError, match="the model is in pieces"):
        await worker.start()
    with pytest.raises(WorkerError, match="not running"):
        await worker.request({"op": "echo"}, timeout_s=SOON_S)
    await worker.close()


async def test_closing_leaves_no_process_even_one_that_hangs(worker: WorkerProcess) -> None:
    pid = worker.pid
    assert pid
    pending = asyncio.create_task(worker.request({"op": "hang"}, timeout_s=600))
    await asyncio.sleep(0.05)
    await worker.close()
    with pytest.raises(WorkerError):
        await pending
    assert not psutil.pid_exists(pid)


async def test_closing_while_it_starts_leaves_no_process() -> None:
    worker = WorkerProcess(MODULE)
    starting = asyncio.create_task(worker.start())
    before = set(psutil.Process().children())
    await until(lambda: bool(set(psutil.Process().children()) - before))
    await worker.close()
    with pytest.raises(WorkerError, match="stopped while it started"):
        await starting
    assert set(psutil.Process().children()) <= before


async def test_requests_nobody_waits_for_any_more_do_no_harm(worker: WorkerProcess) -> None:
    asked = [
        asyncio.create_task(worker.request({"op": "echo"}, timeout_s=SOON_S)) for _ in range(10)
    ]
    await asyncio.sleep(0)
    for task in asked[::2]:
        task.cancel()
    done = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(d, asyncio.CancelledError) for d in done) == 5


def test_a_worker_ends_with_its_parent_even_one_killed_while_it_hangs() -> None:
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            textwrap.dedent(f"""
                import asyncio
                from callbot.workers.process import WorkerProcess

                async def main():
                    worker = WorkerProcess({MODULE!r})
                    await worker.start()
                    worker.tell({{"op": "hang"}})
                    print(worker.pid, flush=True)
                    await asyncio.sleep(600)

                asyncio.run(main())
            """),
        ],
        stdout=subprocess.PIPE,
    )
    with parent:
        assert parent.stdout
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        child.wait(timeout=SOON_S)
    assert not child.is_running()
