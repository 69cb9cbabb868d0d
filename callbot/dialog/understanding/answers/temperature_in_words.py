"""Reads a temperature told without its number: normal, a fever, or not taken."""

from dataclasses import replace
from itertools import dropwhile, groupby

from callbot.dialog.answers import Temperature
from callbot.dialog.understanding.answers.temperature_day import (
    day_follows,
    is_over,
    of_earlier_day,
    of_long_ago,
)
from callbot.dialog.understanding.statements.assertions import Assertion, Polarity
from callbot.dialog.understanding.utterance import Utterance
from callbot.dialog.understanding.words.roles import BREAKS, INVISIBLE, NEGATORS, TERMS, Role
from callbot.dialog.understanding.words.vocabulary import Token


def temperature_in_words(said: Utterance) -> Temperature | None:
    statement = said.statement
    if feverish_today(said):
        return None if _is_no_lost(said) else Temperature(reported="fever")
    normals = [_agreed_with(said, a) for a in statement.of(Role.NORMAL) if a.own]
    normal = any(
        a.polarity is Polarity.PRESENT
        and not of_earlier_day(said, a.token)
        and not day_follows(said, a.token)
        for a in normals
    )
    # Of who has measured, it is the number that was forgotten: "正常,没发烧,舒服我真忘了".
    taken = normal or bool(statement.tokens_of(Role.TAKEN))
    if any(
        not of_earlier_day(said, t)
        and not (taken and t.has(Role.DOUBT))
        and not _is_fever_not_had(said, t)
        for t in statement.tokens_of(Role.NOT_MEASURED)
    ):
        return Temperature(reported="not_measured")
    if statement.denied and _only_earlier(said) and not normal:
        return Temperature(reported="not_measured")
    unsure = statement.doubt or said.loose or only_supposed(said) or any(
        a.polarity is Polarity.DOUBTFUL for a in (*_fevers_today(said), *normals)
    ) or any(a.polarity is Polarity.ABSENT for a in normals)  # fmt: skip
    unsure = unsure or (said.verb_last and _affirms_after(said))
    if unsure or _left_open(said) or statement.tokens_of(Role.MEDICINE, Role.HEDGE):
        return None
    well = normal or any(a.polarity is Polarity.ABSENT for a in _fevers_today(said))
    return Temperature(reported="normal") if well else None


def _is_no_lost(said: Utterance) -> bool:
    """Whether a syllable that was not read stands between "normal" and a fever, which may be the
    no to it: "正常的步发烧" of 正常的，不发烧."""
    normal = unread = False
    for token in said.statement.tokens:
        if normal and unread and token.has(Role.ABNORMAL, Role.SYMPTOM):
            return True
        normal = (normal or token.has(Role.NORMAL)) and not token.has(*BREAKS)
        unread = token.has(Role.UNKNOWN)
    return False


def _fevers_today(said: Utterance) -> list[Assertion]:
    """Fever in words, affirmed or denied, of the resident and not of an earlier day."""
    return [
        a for a in (*said.statement.of(Role.ABNORMAL), *said.statement.of(Role.SYMPTOM))
        if a.own and (a.token.has(Role.ABNORMAL) or "fever" in a.token.codes(Role.SYMPTOM))
        and not of_earlier_day(said, a.token) and not of_long_ago(said, a.token)
        and not is_over(said, a.token)
    ]  # fmt: skip


def fevers_told(said: Utterance) -> list[Assertion]:
    """Fever of today in words that affirm it."""
    return [a for a in _fevers_today(said) if a.polarity is Polarity.PRESENT]


def feverish_today(said: Utterance) -> bool:
    fevers = _fevers_today(said)
    return (
        bool(fevers_told(said))
        or _above_normal(said)
        or any(_had_after_all(said, a) for a in fevers)
    )


def _had_after_all(said: Utterance, denied: Assertion) -> bool:
    """ "I never had a fever before but I have one now"."""
    such = said.lexicon.phrases_of(said.lexicon.temperature.some_such)
    breaks = BREAKS if said.verb_last else ()
    turns = [t.end for t in said.statement.tokens if t.has(Role.CONTRAST, *breaks)]
    return any(end > denied.token.end and said.text[end:].strip().startswith(such) for end in turns)


def _above_normal(said: Utterance) -> bool:
    """ "More than normal", and nothing that denies it."""
    tokens = [t for t in said.statement.tokens if not t.has(*INVISIBLE) or t.has(Role.NORMAL)]
    return any(
        one.has(Role.ABOVE) and after.has(Role.NORMAL) and not of_earlier_day(said, one)
        and not (before and before.has(*NEGATORS))
        for before, one, after in zip((None, *tokens), tokens, tokens[1:], strict=False)
    )  # fmt: skip


def _only_earlier(said: Utterance) -> bool:
    """ "今天没有,昨天三十六度五": the "not" is said of measuring."""
    measures = said.statement.of(Role.MEASURE)
    return bool(measures) and all(of_earlier_day(said, a.token) for a in measures)


def _agreed_with(said: Utterance, normal: Assertion) -> Assertion:
    """ "Not elevated, no": the no is of the same mind as a phrase that is a denial itself."""
    tokens = said.statement.tokens
    after = tokens[tokens.index(normal.token) + 1 :][:1]
    agrees = bool(after) and after[0].has(Role.NOUN_NEGATOR)
    grammar = said.lexicon.grammar
    denials = said.lexicon.phrases_of((*grammar.negator, *grammar.forgone, *grammar.noun_negator))
    denies = said.lexicon.spaced and normal.token.text.startswith(tuple(f"{d} " for d in denials))
    alone = len(said.statement.tokens_of(*NEGATORS)) == 1
    return replace(normal, polarity=Polarity.PRESENT) if agrees and denies and alone else normal


def _is_fever_not_had(said: Utterance, token: Token) -> bool:
    """ "Never had a fever and don't have one now": that is no thermometer."""
    such = token.text.endswith(said.lexicon.phrases_of(said.lexicon.temperature.none_such))
    return such and any(
        a.polarity is Polarity.ABSENT and a.token.end <= token.start for a in _fevers_today(said)
    )


def only_supposed(said: Utterance) -> bool:
    """ "I hope it's normal", "정상이었으면 좋겠어요": before it in one clause, or in its ending
    where verbs come last."""
    words = said.lexicon.supposing_words.tokens(said.text)
    supposed = [word for word in words if word.has(Role.SUPPOSING)]
    normals = [a.token for a in said.statement.of(Role.NORMAL)]
    if said.verb_last:
        return any(n.start < word.start <= n.end for word in supposed for n in normals)
    breaks = [t.start for t in said.statement.tokens if t.has(*BREAKS, Role.CONTRAST)]
    return any(
        word.end <= n.start and not any(word.end <= at < n.start for at in breaks)
        for word in supposed
        for n in normals
    )


def _affirms_after(said: Utterance) -> bool:
    """ "열 없어요, 아니 조금 있네요": a clause behind a denial that says that there is some."""
    beside = (*INVISIBLE, Role.CORRECTION, Role.NOUN_NEGATOR, Role.NOT_SO, Role.NOW, Role.SLIGHT)
    denied = False
    for broken, run in groupby(said.statement.tokens, key=lambda t: t.has(*BREAKS)):
        words = [t for t in run if not t.has(*beside)]
        told = [*dropwhile(lambda t: t.has(*NEGATORS), words)]
        affirms = not broken and bool(told) and told[0].has(Role.AFFIRMER, Role.STANDS_FOR)
        if denied and affirms and not any(t.has(*TERMS, *NEGATORS, Role.DENIAL) for t in told):
            return True
        denied = denied or any(t.has(*NEGATORS, Role.NORMAL) for t in words)
    return False


def _left_open(said: Utterance) -> bool:
    """Whether something was not read that may be a fever: not what only tells how it was measured
    ("normal, I checked it with the wife's thermometer")."""
    words = said.lexicon.measuring_words.tokens(said.text)
    told = {at for word in words if word.has(Role.HARMLESS) for at in range(word.start, word.end)}
    return any(
        not said.text[at].isspace() and at not in told
        for token in said.unread.health
        for at in range(token.start, token.end)
    )
