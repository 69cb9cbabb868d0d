"""Whether a window of sound is loud enough to be a voice: beside the speech just heard, and beside
the noise on the line.

The network alone goes on to hear speech for 150 to 300 ms after the last sound of it.
"""

import math
from collections import deque
from typing import Final

FAINT: Final = 0.04
"""Of the loudest window of late: 28 dB under it is no speech of the same person."""
LOUDEST_FADES: Final = 0.985
"""A window; the loudest is half as loud after a second and a half."""

OVER_NOISE: Final = 1.35
"""Of the noise (2.6 dB over it): a voice that stays fainter cannot be told from the noise."""
FADING_WINDOWS: Final = 3
"""So many in a row (96 ms) have to be fainter, as the troughs of a voice in noise are not.

400 Mandarin utterances at 20 dB ended 70 ms after the voice (190 without a look at the noise), at
10 dB 50 ms (230); of pauses within them of 200 ms and more there were 21 and 62, and 42 on a clean
line. With two windows they ended 30 ms sooner, and had 91 such pauses at 10 dB.
"""

FAR_OVER_NOISE: Final = 6.0
"""Times as loud as the faintest voice that can be told from the noise: at 20 dB the loudest window
of late is nine times as loud, at 15 dB five, at 10 dB three. Of such a voice what fades into the
noise is no syllable, and it ended in the first faint window, not in the third.

So 77 Mandarin utterances at 20 dB end 38 ms after the voice (70 else, 20 on a clean line), 58
English ones 28 (60, 10). Had they ended before the first, the pauses at their commas would be 20 to
40 ms longer than on a clean line, since what comes behind one is noticed later, too: 5 of 182 turns
were cut off, not 1 of 190. At 10 dB last syllables are as faint.
"""

NOISE_PROBABILITY: Final = 0.1
"""Of speech, at most, in a window that is noise."""
NOTICED_AFTER_WINDOWS: Final = 8
"""A voice is noticed late: so much of what came before it (256 ms) is not taken for noise."""
NOISE_SHARE: Final = 0.05
"""Of one window in the noise's power: half of what it was is forgotten after half a second."""


class Audibility:
    """Of the voice on one line. Loudness is the root mean square of a window of 32 ms."""

    def __init__(self) -> None:
        self._loudest = 0.0
        self._latest: deque[float] = deque(maxlen=FADING_WINDOWS)
        self._least = 0.0
        self._noise_power = 0.0
        self._noise_windows = 0
        self._perhaps_noise: deque[float] = deque()

    def hears(self, loudness: float) -> bool:
        """Whether a voice can be heard in the next window."""
        self._loudest = max(loudness, self._loudest * LOUDEST_FADES)
        self._latest.append(loudness)
        self._least = OVER_NOISE * math.sqrt(self._noise_power)
        over_noise = max(self._latest) >= self._least
        return over_noise and loudness >= FAINT * self._loudest

    @property
    def faded_windows(self) -> int:
        """Just before the latest window, those in a row in which no voice was to be heard either,
        as is known only now; but for the first, into which it may have reached. None of a voice
        that is not far over the noise."""
        if self._loudest < FAR_OVER_NOISE * self._least:
            return 0
        before = list(self._latest)[-2::-1]
        faint = next((nth for nth, loud in enumerate(before) if loud >= self._least), len(before))
        return max(0, faint - 1)

    def learn(self, loudness: float, speech: float) -> None:
        """Takes the window for noise if it is. speech: the network's probability for it."""
        if speech >= NOISE_PROBABILITY:
            self._perhaps_noise.clear()
            return
        self._perhaps_noise.append(loudness**2)
        if len(self._perhaps_noise) > NOTICED_AFTER_WINDOWS:
            self._noise_windows += 1
            share = max(NOISE_SHARE, 1 / self._noise_windows)
            self._noise_power += share * (self._perhaps_noise.popleft() - self._noise_power)
