"""Which decoding comes next when several calls wait for one."""

import asyncio

from callbot.speech.recognizer import Hints, Utterance
from callbot.speech.whisper import Job, JobQueue
from callbot.workers.process import WorkerProcess


class Up(WorkerProcess):
    """As good as started: the queue only looks at whether it is up."""

    up = True

    @property
    def pid(self) -> int | None:
        return 1 if self.up else None


def job(*, thorough: bool = False, worker: WorkerProcess | None = None) -> Job:
    return Job(b"", Hints("zh-CN"), thorough, worker)


async def test_who_has_waited_for_a_first_decoding_comes_before_new_ones() -> None:
    queue, worker = JobQueue(), Up("")
    first, thorough, last = job(), job(thorough=True), job()
    for each in (first, thorough, last):
        queue.put(each)
    assert [queue.take(worker) for _ in range(4)] == [thorough, first, last, None]


async def test_a_sound_goes_to_the_worker_that_has_it_encoded() -> None:
    queue, one, other = JobQueue(), Up(""), Up("")
    thorough, first = job(thorough=True, worker=one), job()
    queue.put(thorough)
    queue.put(first)
    assert queue.take(other) is first
    assert queue.take(other) is None
    assert queue.take(one) is thorough


async def test_a_worker_that_is_down_is_not_waited_for() -> None:
    queue, one, other = JobQueue(), Up(""), Up("")
    thorough = job(thorough=True, worker=one)
    queue.put(thorough)
    one.up = False
    assert queue.take(other) is thorough


async def test_what_nobody_waits_for_any_more_is_passed_over() -> None:
    queue, worker = JobQueue(), Up("")
    stale, wanted, answered = job(), job(), job()
    for each in (stale, wanted, answered):
        queue.put(each)
    stale.done.cancel()
    answered.done.set_result(Utterance((), 0.0))
    assert queue.take(worker) is wanted
    assert queue.take(worker) is None
    await asyncio.sleep(0)
