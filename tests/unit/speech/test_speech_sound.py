"""Sound made fit for the telephone: recordings, levels, μ-law, features."""

import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.errors import BadInput
from callbot.speech.audio import SAMPLE_RATE_HZ, duration_s, mu_law_decode, mu_law_encode, samples
from callbot.speech.log_mel import log_mel
from callbot.speech.loudness import levelled, speech_level_dbfs, to_pcm, trimmed
from callbot.speech.recordings import read_wav


def tone(rate_hz: int, seconds: float = 0.5, hz: float = 440.0, level: float = 0.5) -> np.ndarray:
    return level * np.sin(2 * np.pi * hz * np.arange(int(rate_hz * seconds)) / rate_hz)


def write_wav(path: Path, sound: np.ndarray, rate_hz: int, width: int, channels: int) -> Path:
    full = 2 ** (8 * width - 1) - 1
    whole = np.repeat((sound * full).astype(np.int64), channels)
    if width == 1:
        raw = (whole + 128).astype(np.uint8).tobytes()
    else:
        raw = b"".join(int(v).to_bytes(width, "little", signed=True) for v in whole)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate_hz)
        file.writeframes(raw)
    return path


@pytest.mark.parametrize("rate_hz", [8000, 16000, 22050, 44100])
@pytest.mark.parametrize("width", [1, 2, 3, 4])
@pytest.mark.parametrize("channels", [1, 2])
def test_any_usual_recording_becomes_telephone_sound(
    tmp_path: Path, rate_hz: int, width: int, channels: int
) -> None:
    path = write_wav(tmp_path / "a.wav", tone(rate_hz), rate_hz, width, channels)
    pcm = read_wav(path)
    assert duration_s(pcm) == pytest.approx(0.5, abs=0.01)
    expected = tone(SAMPLE_RATE_HZ)[400:3600] * 32767
    heard = samples(pcm)[400:3600]
    assert np.abs(heard - expected).max() < 700


@pytest.mark.parametrize("content", [b"hello", b"", b"RIFF\x24\x00\x00\x00WAVEfmt "])
def test_a_broken_recording_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "greeting.wav"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"greeting\.wav"):
        read_wav(path)


def test_a_truncated_recording_and_a_silent_one_are_refused(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "cut.wav", tone(8000), 8000, 2, 1)
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(BadInput, match="truncated"):
        read_wav(path)
    silent = write_wav(tmp_path / "silent.wav", np.zeros(800), 8000, 2, 1)
    with pytest.raises(BadInput, match="no sound"):
        read_wav(silent)


def test_a_prompt_begins_at_once_and_is_as_loud_as_the_others() -> None:
    quiet = np.zeros(SAMPLE_RATE_HZ, dtype=np.float32)
    speech = tone(SAMPLE_RATE_HZ, level=0.05).astype(np.float32)
    prompt = levelled(trimmed(np.concatenate([quiet, speech, quiet])))
    assert np.argmax(np.abs(prompt) > 0.01) < SAMPLE_RATE_HZ // 100
    assert len(prompt) < len(speech) + SAMPLE_RATE_HZ // 20
    assert speech_level_dbfs(prompt) == pytest.approx(-18, abs=0.2)


def test_levelling_never_clips_and_silence_stays_silent() -> None:
    click = np.zeros(4000, dtype=np.float32)
    click[:1000] = 0.01
    click[500] = 0.9
    assert np.abs(levelled(click)).max() <= 0.9
    silence = np.zeros(400, dtype=np.float32)
    assert len(trimmed(silence)) == 0
    assert not levelled(silence).any()
    assert to_pcm(np.array([2.0, -2.0], dtype=np.float32)) == b"\xff\x7f\x01\x80"


@given(st.integers(-32768, 32767))
def test_mu_law_keeps_a_sample_to_within_its_step(value: int) -> None:
    pcm = np.array([value], dtype="<i2").tobytes()
    again = int(samples(mu_law_decode(mu_law_encode(pcm)))[0])
    assert abs(again - value) <= max(8, abs(value) // 16) or abs(value) > 32124


def test_a_tone_lights_up_its_own_band() -> None:
    low = log_mel(tone(16000, hz=300).astype(np.float32), 100)
    high = log_mel(tone(16000, hz=3000).astype(np.float32), 100)
    assert low.shape == (1, 80, 100)
    # Slaney's scale: 300 Hz is 4.5 mel, 3000 Hz 31.0, and 81 steps reach 45.2 mel at 8 kHz.
    assert low[0, :, 10].argmax() == 7
    assert high[0, :, 10].argmax() == 54
    assert low[0, :, 90].max() < low[0, :, 10].max() - 1
