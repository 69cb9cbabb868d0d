"""`python -m callbot.speech.whisper_worker MODEL_DIR`: decodes utterances for its parent."""

import os
import re
import sys
from pathlib import Path
from threading import Thread

from callbot.collector import keep_one_heap
from callbot.speech.recognizer import Hints
from callbot.speech.whisper_decoder import WhisperDecoder
from callbot.workers.priority import BEHIND_THE_SOUND, give_way
from callbot.workers.protocol import Channel, Frame, Header

FIRST_LOCALE = "zh-CN"
"""Loaded at the start, so that a broken model is known by then; others when they are spoken."""

AVX512_FLAGS = frozenset({"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"})


def use_widest_vectors(processor: Path = Path("/proc/cpuinfo")) -> None:
    """CTranslate2 takes AVX-512 by itself on Intel's processors only; to be called before it loads.

    An office's own CT2_FORCE_CPU_ISA is left as it is.
    """
    try:
        flags = frozenset(re.split(r"\s+", processor.read_text(encoding="utf-8")))
    except OSError:
        return
    if flags >= AVX512_FLAGS:
        os.environ.setdefault("CT2_FORCE_CPU_ISA", "AVX512")


def main(model_dir: Path) -> None:
    channel = Channel.of_this_process()
    give_way(BEHIND_THE_SOUND)
    use_widest_vectors()
    keep_one_heap()
    decoder = WhisperDecoder(model_dir, wide=(os.cpu_count() or 1) > 1)
    decoder.load(FIRST_LOCALE)

    def warm_up(header: Header, _nothing: bytes) -> Frame:
        # Not waited for: by the time somebody answers the telephone and speaks, it is done.
        Thread(target=decoder.warm_up, args=(header["locale"],), name="warming up").start()
        return Frame({})

    def decode(header: Header, pcm: bytes) -> Frame:
        hints = Hints(header["locale"], header["question"], tuple(header["examples"]))
        decoded = decoder.decode(
            pcm,
            hints,
            thorough=header["thorough"],
            alone=header["alone"],
            hurried=header["hurried"],
        )
        return Frame(
            {
                "alternatives": [[a.text, a.confidence] for a in decoded.alternatives],
                "rejected": decoded.rejected,
                "unprompted": decoded.unprompted,
            }
        )

    channel.serve({"decode": decode, "warm_up": warm_up}, ready={"model": str(model_dir)})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
