"""The sound of one SIP call: frames of 20 ms between our pace and the media thread's buffers."""

from collections import deque
from typing import Final

from baresip import AudioNotActive, AudioRestarted
from baresip.audio import AudioInfo, CallAudio

from callbot.speech.audio import FRAME_BYTES, FRAME_MS, SILENT_FRAME, Pcm

_HANDED_OVER_MS: Final = 1000
_HANDED_OVER_BYTES: Final = _HANDED_OVER_MS // FRAME_MS * FRAME_BYTES
"""Most that waits in the media thread: it plays on while the event loop is busy."""

_OVERDUE_FRAMES: Final = 3
"""A frame this late counts as lost and is given as silence."""

_READ_BYTES: Final = 4 * FRAME_BYTES
"""At one time: the binding clears as much memory for each call, 50 times a second."""

_NO_STREAM: Final = (AudioNotActive, AudioRestarted)
"""No media yet, no media any more, or replaced by a re-INVITE: the next operation finds the new."""


class CallSound:
    """Never blocks: the media thread has its own clock, and buffers on both sides."""

    def __init__(self, audio: CallAudio) -> None:
        self._audio = audio
        self._to_play: deque[Pcm] = deque()
        self._partial = b""
        self._flushing = False
        self._room_bytes = 0
        self._buffered_bytes = 0
        self._due = 0
        self._given = 0
        self._came = False

    # -- towards the resident --------------------------------------------------------------------

    def play(self, frame: Pcm) -> None:
        self._to_play.append(frame)
        self._write()

    def drop(self) -> None:
        """What was to be played is not; a frame already coded goes out still."""
        self._to_play.clear()
        self._room_bytes = 0
        try:
            if self._audio.info().tx_buffered:
                self._audio.flush_tx()
                self._flushing = True
        except _NO_STREAM:
            pass

    def hand_over(self) -> None:
        """Once every 20 ms: moves frames to the media thread, as far as it takes them."""
        if not (self._to_play or self._buffered_bytes or self._flushing):
            # What was read last still holds; asking costs more than all else here.
            return
        info = self._info()
        self._buffered_bytes = info.tx_buffered if info else 0
        self._room_bytes = 0
        if info is None or not info.tx_ready:
            return
        if self._flushing and info.tx_buffered:
            # It empties its buffer on its next tick, with whatever was put there in between.
            return
        self._flushing = False
        self._room_bytes = min(_HANDED_OVER_BYTES, info.tx_capacity - 1) - info.tx_buffered
        self._write()

    @property
    def unplayed_frames(self) -> int:
        """As of the latest 20 ms."""
        return len(self._to_play) + -(-self._buffered_bytes // FRAME_BYTES)

    def _write(self) -> None:
        try:
            while self._to_play and self._room_bytes >= FRAME_BYTES:
                self._audio.write(self._to_play[0])
                self._to_play.popleft()
                self._room_bytes -= FRAME_BYTES
                self._buffered_bytes += FRAME_BYTES
        except _NO_STREAM:
            self._room_bytes = 0

    # -- from the resident -----------------------------------------------------------------------

    def skip(self) -> None:
        """Drops what has arrived so far: sound from before the call was answered."""
        self._read()
        self._partial = b""

    def come(self) -> list[Pcm]:
        """The frames that have come over the network since, as often as one likes to ask."""
        sound = self._partial + self._read()
        whole = len(sound) // FRAME_BYTES * FRAME_BYTES
        self._partial = sound[whole:]
        frames = [sound[at : at + FRAME_BYTES] for at in range(0, whole, FRAME_BYTES)]
        self._given += len(frames)
        self._came = self._came or bool(frames)
        return frames

    def arrived(self) -> tuple[list[Pcm], bool]:
        """Once every 20 ms: the frames to be given now, and whether any came in this time.

        Over time as many as there were ticks, however the network bunches, delays or loses them.
        """
        frames = self.come()
        self._due += 1
        if self._due - self._given > _OVERDUE_FRAMES:
            frames.append(SILENT_FRAME)
            self._given += 1
        came, self._came = self._came, False
        return frames, came

    def _read(self) -> bytes:
        """All that is there."""
        sound = b""
        try:
            while more := self._audio.read(_READ_BYTES):
                sound += more
                if len(more) < _READ_BYTES:
                    break
        except _NO_STREAM:
            pass
        return sound

    def _info(self) -> AudioInfo | None:
        try:
            return self._audio.info()
        except _NO_STREAM:
            return None
