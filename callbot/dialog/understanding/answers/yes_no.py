"""Reads a plain yes or no. Never by likeness of sound."""

from dataclasses import replace
from itertools import groupby, pairwise

from callbot.dialog.answers import YesNo
from callbot.dialog.understanding.words.heard import spell, without_fillers
from callbot.dialog.understanding.words.homophones import syllables
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, Mark, Role
from callbot.dialog.understanding.words.vocabulary import Token, Vocabulary

SHORT_REST = 3
"""Words, or characters where words are not parted, that are no answer of their own behind a yes."""

LEAST_TOLD = 3
"""Characters before a no of one syllable that tell what it denies."""

_MIDWAY = (Role.UNKNOWN, Role.NO)
"""After one of these in its clause a syllable alone is an ending and no yes, where verbs come last
("김영수예요", "아인데예")."""

_BESIDE = (Role.SELF, Role.ADDRESSEE, Role.NOW, Role.LIGHT, Role.CLOSING)
"""Words of a statement that leave a clause nothing but a yes or no ("我现在方便")."""

_SOMEBODY = (Role.CORE, Role.FAMILY, Role.THIRD)


def read_yes_no(
    spoken: str,
    lexicon: Lexicon,
    agreement: Vocabulary | None = None,
    *,
    outright: bool = False,
    plain: bool = False,
) -> YesNo | None:
    """spoken: with its fillers, since "嗯" is an answer here. None when both or neither is said.

    A polite or hesitant yes before a no ("嗯,没有") is no answer of its own. agreement: the words
    of yes and no, if the question has some of its own. outright: a hum is no yes. plain: only a
    clause that is nothing but a yes or no counts.
    """
    words = agreement or lexicon.agreement
    spellings = (spoken, without_fillers(spoken, lexicon))
    answers = (_read(s, lexicon, words, outright=outright, plain=plain) for s in spellings)
    return next((answer for answer in answers if answer), None)


def _read(
    spoken: str, lexicon: Lexicon, agreement: Vocabulary, *, outright: bool, plain: bool
) -> YesNo | None:
    heard = agreement.tokens(spoken)
    tokens = _without_ignored(heard)
    if any(t.has(Role.DOUBT, Role.HEDGE) for t in tokens) or _may_be_denied(tokens, lexicon):
        return None
    uncertain = _among_others(heard, lexicon)
    if lexicon.negation == "after":
        tokens = _without_another_name(_without_endings(tokens), lexicon)
    tokens = _answers_only(tokens)
    corrections = [i for i, t in enumerate(tokens) if t.has(Role.CORRECTION)]
    if corrections and not any(map(_answers, tokens[corrections[-1] :])):
        # "不对,对的对的,我听错了": why the first answer was none.
        tokens = _last_answer(tokens)
    elif corrections and all(
        any(map(_answers, part))
        for part in (tokens[: corrections[-1]], tokens[corrections[-1] + 1 :])
    ):
        tokens = tokens[corrections[-1] + 1 :]
    tokens = _after_interjection(tokens)
    tokens = _denied(_standing_out(_deciding(tokens, lexicon, plain=plain), lexicon))
    strong = {t.has(Role.YES) for t in tokens if t.has(Role.YES, Role.NO)}
    if strong == {True} and all(t in uncertain for t in tokens if t.has(Role.YES)):
        return None
    if len(strong) == 1:
        return YesNo(yes=strong.pop())
    weak = any(t.has(Role.WEAK_YES) for t in tokens)
    only = all(t.has(Role.WEAK_YES, Role.PAUSE, Role.STOP) for t in _without_rest(tokens, lexicon))
    return YesNo(yes=True) if weak and only and not strong and not outright else None


def _may_be_denied(tokens: list[Token], lexicon: Lexicon) -> bool:
    """Whether a yes stands behind a syllable by itself that sounds like a negation ("部对")."""
    return any(
        before.has(Role.UNKNOWN) and len(before.text) == 1
        and _affirms(token) and syllables(before.text)[0] in lexicon.sounds_denied
        for before, token in pairwise(tokens)
    )  # fmt: skip


def _among_others(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Verbs that stand for a yes only by themselves, in clauses that say something else beside:
    what was misheard ends in one ("스물 못 수 있어요"), and so does what one is at."""
    return [
        token
        for clause in _clauses(tokens)
        if _names_somebody(clause, lexicon) or not _is_plain(_without_ignored(clause), lexicon)
        for token in clause
        if token.has(Role.YES_ALONE)
    ]


def _names_somebody(clause: list[Token], lexicon: Lexicon) -> bool:
    """Whether it tells of another one in a word that is ignored ("어머니는 나갔어요")."""
    return any(
        word.has(*_SOMEBODY)
        for token in clause
        if token.has(Role.IGNORED)
        for word in lexicon.statements.tokens(token.text)
    )


def _without_ignored(tokens: list[Token]) -> list[Token]:
    return [t for t in tokens if not t.has(Role.IGNORED)]


def _affirms(token: Token) -> bool:
    return token.has(Role.YES, Role.WEAK_YES)


def _last_answer(tokens: list[Token]) -> list[Token]:
    """The last clause that holds a yes or no."""
    return next((c for c in reversed(_clauses(tokens)) if any(map(_answers, c))), tokens)


def _clauses(tokens: list[Token]) -> list[list[Token]]:
    """Without the breaks between them."""
    return [list(part) for broken, part in groupby(tokens, lambda t: t.has(*BREAKS)) if not broken]


def _without_rest(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Without a few unknown words after a pause: "好,一张" for "好,你讲", "okay, I'll try"."""
    if len(tokens) < 2 or not tokens[-2].has(Role.PAUSE, Role.STOP):
        return tokens
    words = tokens[-1].text.split() if lexicon.spaced else tokens[-1].text
    rest = tokens[-1].has(Role.UNKNOWN) and len(words) <= SHORT_REST
    return tokens[:-1] if rest else tokens


def _deciding(tokens: list[Token], lexicon: Lexicon, *, plain: bool) -> list[Token]:
    """Without clauses that hold a yes or no among other words, where another is nothing but one
    ("不是别人,就是我", "你问嘛,反正我没啥事"); but those count that take it back ("但是…")."""
    if lexicon.spaced:
        return tokens
    clauses: list[list[Token]] = [[]]
    for token in tokens:
        clauses[-1].append(token)
        if token.has(*BREAKS):
            clauses.append([])
    sure = [clause for clause in clauses if _is_plain(clause, lexicon)]
    kept = [c for c in clauses if c in sure or any(t.has(Role.CONTRAST) for t in c)]
    return [token for clause in (kept if sure or plain else clauses) for token in clause]


def _is_plain(clause: list[Token], lexicon: Lexicon) -> bool:
    """Whether a clause is a strong yes or no, and nothing else."""
    others = [t for t in clause if not (_answers(t) or t.has(*BREAKS))]
    return any(t.has(Role.YES, Role.NO) for t in clause) and all(
        word.has(*_BESIDE) for t in others for word in lexicon.statements.tokens(t.text)
    )


def _standing_out(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Without a yes in the midst of other words ("这是公用电话", "这手机是我捡的"), and without a
    no of one syllable that denies what follows it ("先说好,不转账", "我胸口没<misheard>")."""
    if lexicon.spaced:
        return tokens
    alone = not any(t.has(Role.YES) for t in tokens)
    return [
        token
        for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False)
        if not (
            after and after.has(Role.UNKNOWN)
            and (
                (before and before.has(Role.UNKNOWN) and _is_yes_within(before, token, after))
                or (alone and _is_syllable(token) and _is_said_of(before, token, after, lexicon))
            )
        )
    ]  # fmt: skip


def ends_in_syllable_of_no(heard: str, lexicon: Lexicon) -> bool:
    """Whether the last that was heard is a no of one syllable: it may be the beginning of more, as
    of "没错"."""
    spoken = without_fillers(spell(heard, lexicon), lexicon)
    told = [t for t in lexicon.agreement.tokens(spoken) if not t.has(*BREAKS, Role.IGNORED)]
    return bool(told) and not lexicon.spaced and _is_syllable(told[-1])


def denies_other_verb(heard: str, lexicon: Lexicon) -> bool:
    """Whether each no that was heard repeats the verb of a question ("没有", "没什么意味"): it
    answers that one alone. Where verbs come last, they bear the no to every question."""
    spoken = without_fillers(spell(heard, lexicon), lexicon)
    told = [t.text for t in lexicon.agreement.tokens(spoken) if t.has(Role.NO)]
    return lexicon.negation != "after" and bool(told) and {*told} <= {*lexicon.yes_no.verb_echo}


def _is_syllable(token: Token) -> bool:
    return token.has(Role.NO) and len(token.text) == 1


def _is_said_of(before: Token | None, no: Token, after: Token, lexicon: Lexicon) -> bool:
    """Whether a no denies the words behind it: in the midst of others, or at the beginning of a
    sentence that names nobody and no number ("不三十七度八")."""
    if before is not None and not before.has(*BREAKS):
        return before.has(Role.UNKNOWN) and len(before.text) >= LEAST_TOLD
    first = lexicon.statements.tokens(after.text)[0]
    own = first.has(Role.SELF, Role.THIRD, Role.ADDRESSEE)
    begins = no.start == 0 or before is not None
    told = len(after.text) > 1 and not lexicon.number_reader.measures(after.text)
    return begins and told and not own


def _is_yes_within(before: Token, token: Token, after: Token) -> bool:
    longer = len(token.text) < len(before.text + after.text)
    return token.has(Role.YES) and len(after.text) > 1 and longer


def _without_endings(tokens: list[Token]) -> list[Token]:
    """Without a yes of one syllable behind other words of its clause."""
    kept: list[Token] = []
    for token in tokens:
        before = kept[-1] if kept else None
        midway = before is not None and before.has(*_MIDWAY) and len(before.text) > 1
        if not (midway and len(token.text) == 1 and token.has(Role.YES)):
            kept.append(token)
    return kept


def _without_another_name(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Without a name given "as for me" after a no ("아닌데요, 저는 박씨예요"): whom we called says
    "제가 김영수예요"."""
    kept: list[Token] = []
    for token in tokens:
        denied = token.has(Role.YES) and any(t.has(Role.NO) for t in kept)
        first = lexicon.statements.tokens(token.text)[0] if denied else token
        if not (first.has(Role.SELF) and first.text.endswith(lexicon.grammar.topic)):
            kept.append(token)
    return kept


def _after_interjection(tokens: list[Token]) -> list[Token]:
    """Without a no before a yes said at least twice: "어 아니 응 맞아 맞아"."""
    last = max((i for i, t in enumerate(tokens) if t.has(Role.NO)), default=-1)
    affirmed = sum(t.has(Role.YES) for t in tokens[last + 1 :]) > 1
    first = not any(t.has(Role.YES, Role.NO) for t in tokens[: max(last, 0)])
    return tokens[last + 1 :] if affirmed and first else tokens


def _answers_only(tokens: list[Token]) -> list[Token]:
    """Without the "是" of "不是,是三十六度八", "你弄反了,我是没去", which begins what is meant."""
    kept: list[Token] = []
    for index, token in enumerate(tokens):
        following = tokens[index + 1 : index + 2]
        begins = token.has(Role.YES) and any(t.has(Role.UNKNOWN, Role.NO) for t in following)
        if not (begins and any(t.has(Role.NO) for t in kept)):
            kept.append(token)
    return kept


def _denied(tokens: list[Token]) -> list[Token]:
    """A yes with a negator beside it is a no ("not exactly", "it is not"); a no with one is
    neither ("not wrong")."""
    kept: list[Token] = []
    for index, token in enumerate(tokens):
        beside = [*tokens[max(0, index - 1) : index], *tokens[index + 1 : index + 2]]
        negated = any(t.has(Role.NEGATOR) and not t.has(Role.NO) for t in beside)
        if negated and token.has(Role.YES, Role.WEAK_YES):
            token = replace(token, marks=(Mark(Role.NO),))
        elif negated and token.has(Role.NO):
            token = replace(token, marks=(Mark(Role.UNKNOWN),))
        kept.append(token)
    return kept


def _answers(token: Token) -> bool:
    return token.has(Role.YES, Role.NO, Role.WEAK_YES)
