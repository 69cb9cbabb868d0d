"""What a recogniser wrote, judged: which readings are its own inventions, which are the same."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

import opencc

from callbot.speech.recognizer import Alternative, Hints

# Learnt by Whisper from the captions of films and broadcasts; it writes them over noise.
_INVENTIONS: Final = (
    *(
        "字幕",
        "点赞",
        "订阅",
        "观看",
        "收看",
        "不吝",
        "明镜",
        "打赏",
        "转发",
        "独播剧场",
        "下期再见",
    ),
    *("amaraorg", "thankyouforwatching", "thanksforwatching", "subscribe", "subtitles"),
    *("시청해주셔서", "구독과", "구독좋아요", "자막", "mbc뉴스"),
)
SCRIPTS: Final = {"zh": {"han"}, "ko": {"hangul"}, "en": {"latin"}}
"""What a language is written in, by `script_of`."""
_FOREIGN_WORDS_PEOPLE_SAY: Final = frozenset({"ok", "okay", "yes", "no", "bye", "byebye", "hello"})
_CAPTION: Final = re.compile(r"[\[(（【♪<].*?[\])）】♪>]")
_OPENINGS: Final = (
    "请问",
    "您",
    "你",
    "doyou",
    "areyou",
    "haveyou",
    "did",
    "whatis",
    "혹시",
    "오늘",
)
"""How questions begin and answers do not: a reading that is such a beginning is the prompt's."""

_ENDINGS: Final = ("吗", "세요", "셨어요", "신가요", "인가요", "습니까", "입니까", "주세요")
"""How questions end and answers do not: a reading that ends as its question does is the prompt's,
whatever it begins with ("기침이 한 몸살처럼 불편하신 데가 있으세요")."""

ENDING_AT_LEAST: Final = 5
"""Letters of the question that such a reading ends with: an ending by itself is anybody's."""

ECHO_SHARE: Final = 0.7
"""A reading that holds this share of the question, unbroken, is its echo."""
ECHO_EXAMPLES: Final = 3
"""So many example answers in one breath, word for word, are the prompt's, not a person's."""
_LOOP: Final = re.compile(r"(.{2,}?)\1{3,}|(.)\2{7,}")
LOOP_AT_LEAST: Final = 15
VARIED_SHARE: Final = 0.45
"""Of the pairs of letters in a reading of so many letters, that differ from one another: of 38,000
answers by many authors, in three languages, one has less ("yeah yeah yeah blah blah blah")."""

_SENTENCE: Final = re.compile(r".+?(?:[。!?]\s*|\.\s+|$)")

_to_simplified: Final = opencc.OpenCC("t2s")


def tidy(text: str, language: str) -> str:
    """Simplified characters for Mandarin, full-width forms folded, no captions, no full stop."""
    text = unicodedata.normalize("NFKC", _CAPTION.sub("", text)).replace("�", "")
    if language == "zh":
        text = str(_to_simplified.convert(text))
    return " ".join(text.split()).strip(" .。,，、!！?？;；…-")


def sound_key(text: str) -> str:
    """What is left when spaces, punctuation and case do not count."""
    return "".join(c for c in text.casefold() if c.isalnum())


def is_echo(text: str, hints: Hints) -> bool:
    """Whether the reading is the prompt come back: the question, or its examples in a row."""
    key = sound_key(text)
    examples = [sound_key(example) for example in hints.examples]
    question = sound_key(hints.question)
    if not key or key in examples:
        return False
    if key in question and len(key) >= max(5, ECHO_SHARE * len(question)):
        return True
    if len(key) >= 2 and question.startswith(key) and key.startswith(_OPENINGS):
        return True
    if key.endswith(_ENDINGS) and key[-ENDING_AT_LEAST:] in question:
        return True
    return _examples_in_a_row(key, examples) >= ECHO_EXAMPLES


def _examples_in_a_row(key: str, examples: Sequence[str]) -> int:
    """How many examples, one after another as in the prompt, make up the whole of the reading."""
    for first in range(len(examples)):
        rest = key
        for count, example in enumerate(examples[first:], 1):
            if not example or not rest.startswith(example):
                break
            rest = rest.removeprefix(example)
            if not rest:
                return count
    return 0


def is_invention(text: str, language: str) -> bool:
    """Whether the engine writes this over noise, or in a script the language does not use."""
    key = sound_key(text)
    return any(phrase in key for phrase in _INVENTIONS) or _is_foreign(key, language)


def _is_foreign(key: str, language: str) -> bool:
    if key in _FOREIGN_WORDS_PEOPLE_SAY or key.isdigit():
        return False
    letters = [c for c in key if c.isalpha()]
    scripts = {script_of(c) for c in letters}
    allowed = SCRIPTS.get(language)
    return bool(scripts) and allowed is not None and not scripts & allowed


def script_of(letter: str) -> str:
    name = unicodedata.name(letter, "")
    for start, script in (("CJK", "han"), ("HANGUL", "hangul"), ("LATIN", "latin")):
        if name.startswith(start):
            return script
    return "other"


def is_loop(text: str) -> bool:
    """Whether most of the reading is one piece over and over, or the whole of it few pieces in turn
    ("2번, 아니면 1번, 아니면 2번, 아니면"): a decoder that lost its place."""
    key = sound_key(text)
    loop = _LOOP.search(key)
    if loop is not None and len(loop.group()) > len(key) / 2:
        return True
    pairs = [key[at : at + 2] for at in range(len(key) - 1)]
    return len(key) >= LOOP_AT_LEAST and len(set(pairs)) < VARIED_SHARE * len(pairs)


def said_once(text: str) -> str:
    """Without what only repeats the sentence before it, or all sentences before it.

    In a short window the decoder does not always know that it has reached the end, and writes
    again what it wrote, the last time perhaps in part. Who did say it twice meant the same.
    """
    kept: list[str] = []
    for sentence in _SENTENCE.findall(text):
        if not (kept and sound_key(kept[-1]).startswith(sound_key(sentence))):
            kept.append(sentence)
    return "".join(_first_round(kept)).strip(" .。,，、!?")


def _first_round(sentences: Sequence[str]) -> Sequence[str]:
    """Of two sentences and more that are all said again: "有。没有。有" is no such round."""
    keys = [sound_key(sentence) for sentence in sentences]
    for length in range(2, len(keys) // 2 + 1):
        *whole, last = keys[length:]
        again = all(key == keys[i % length] for i, key in enumerate(whole))
        if again and keys[len(whole) % length].startswith(last):
            return sentences[:length]
    return sentences


def merged(alternatives: Iterable[Alternative], limit: int) -> tuple[Alternative, ...]:
    """The same words once, with their best confidence; best first."""
    best: dict[str, Alternative] = {}
    for alternative in alternatives:
        key = sound_key(alternative.text)
        if key and (key not in best or best[key].confidence < alternative.confidence):
            best[key] = alternative
    ranked = sorted(best.values(), key=lambda a: -a.confidence)
    return tuple(ranked[:limit])


def sift(
    found: Iterable[Alternative], hints: Hints, limit: int
) -> tuple[tuple[Alternative, ...], tuple[str, ...]]:
    """Readings worth keeping, merged, and those thrown away."""
    language = hints.locale.partition("-")[0]
    kept: list[Alternative] = []
    rejected: list[str] = []
    for raw in found:
        alternative = Alternative(tidy(raw.text, language), raw.confidence)
        text = alternative.text
        if is_echo(text, hints) or is_invention(text, language) or is_loop(text):
            rejected.append(text)
        else:
            kept.append(Alternative(said_once(text), raw.confidence))
    return merged(kept, limit), tuple(dict.fromkeys(rejected))
