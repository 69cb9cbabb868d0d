"""Symptoms said as a part of the body and what is felt there ("头有点疼", "pain in my chest")."""

from dataclasses import replace
from itertools import dropwhile, islice

from callbot.dialog.understanding.context.signs import SIGNED
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import ILLNESS, NEGATORS, UNREAD, Mark, Role
from callbot.dialog.understanding.words.vocabulary import Token

_DENIES = (*NEGATORS, Role.DENIAL, Role.NORMAL)
_BREAKS = (Role.PAUSE, Role.STOP, Role.ASKING, Role.CONTRAST)


def with_feelings(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """The tokens, with each feeling made a symptom of the part it is felt at.

    The part stands before its feeling; in languages with spaces it may also follow. A feeling
    with no part, or at a part that is no sign of anything listed, is a complaint.
    """
    out = list(tokens)
    before: dict[str, str] = {}
    for index, token in enumerate(tokens):
        if not token.has(Role.FEELING) or token.has(Role.SYMPTOM, Role.SEVERE):
            continue
        part = _part_before(tokens, index) or (lexicon.spaced and _part_after(tokens, index)) or ""
        # "头晕,现在不晕了": said again without its part, it is the same feeling.
        part = part or next((before[f] for f in token.codes(Role.FEELING) if f in before), "")
        part = part or _part_left_out(tokens[:index], token, lexicon)
        before |= {feeling: part for feeling in token.codes(Role.FEELING) if part}
        out[index] = _felt(token, part, lexicon)
    shared = {i: code for i, t in enumerate(out) if (code := _shared(tokens, out, i, lexicon))}
    out = [
        replace(t, marks=(Mark(Role.SYMPTOM, shared[i]),)) if i in shared else t
        for i, t in enumerate(out)
    ]
    return [_unfelt(out, index, lexicon) if t.has(Role.PART) else t for index, t in enumerate(out)]


def _shared(told: list[Token], read: list[Token], index: int, lexicon: Lexicon) -> str:
    """What a part joined to another is a sign of, by what is felt at that one: "후각과 미각이
    없어졌습니다"; "" if it is joined to none.

    told: before its feelings were read as signs.
    """
    if not told[index].has(Role.PART) or told[index].has(Role.SYMPTOM):
        return ""
    joined = [t.has(Role.JOIN) for t in told[index + 1 :] if not t.has(Role.LIGHT)][:1]
    sign = next((i for i in range(index, len(read)) if read[i].has(Role.SYMPTOM, *_BREAKS)), index)
    if joined != [True] or not read[sign].has(Role.SYMPTOM):
        return ""
    codes = read[sign].codes(Role.SYMPTOM)
    felt = told[sign].codes(Role.FEELING) or [
        feeling
        for part in lexicon.symptoms.part.values()
        for feeling, code in part.felt.items()
        if code in codes
    ]
    known = lexicon.symptoms.part[told[index].codes(Role.PART)[0]].felt
    code = next((known[feeling] for feeling in felt if feeling in known), "complaint")
    return "" if code == "complaint" else code


def _part_before(tokens: list[Token], index: int) -> str:
    for token in reversed(tokens[:index]):
        if token.has(*_BREAKS):
            break
        if token.has(Role.PART):
            return token.codes(Role.PART)[0]
    return ""


def _part_left_out(before: list[Token], felt: Token, lexicon: Lexicon) -> str:
    """ "嗓子不疼了,还有点痒": the part spoken of last, if this can be a sign of something there."""
    named = next((t for t in reversed(before) if t.has(Role.PART)), None)
    part = named.codes(Role.PART)[0] if named and not lexicon.spaced else ""
    known = lexicon.symptoms.part[part].felt if part else {}
    return (
        part
        if any(known.get(f, "complaint") != "complaint" for f in felt.codes(Role.FEELING))
        else ""
    )


def _part_after(tokens: list[Token], index: int) -> str:
    for token in tokens[index + 1 : index + 4]:
        if token.has(*_BREAKS):
            break
        if token.has(Role.PART):
            return token.codes(Role.PART)[0]
    return ""


def _felt(token: Token, part: str, lexicon: Lexicon) -> Token:
    known = lexicon.symptoms.part[part].felt if part else {}
    signs = [known[feeling] for feeling in token.codes(Role.FEELING) if feeling in known]
    if signs and signs[0] != "complaint":
        return replace(token, marks=(Mark(Role.SYMPTOM, signs[0]),))
    if part or token.has(Role.COMPLAINT):
        whole = () if part else tuple(m for m in token.marks if m.role is Role.UNWELL)
        return replace(token, marks=(Mark(Role.COMPLAINT), *whole))
    others = tuple(mark for mark in token.marks if mark.role is not Role.FEELING)
    return replace(token, marks=others or (Mark(Role.UNKNOWN),))


def _unfelt(tokens: list[Token], index: int, lexicon: Lexicon) -> Token:
    """A part of the body at which nothing was said to be felt.

    With a word of no list after it, it is a complaint ("鼻子齉"), in languages that list the words
    of everyday life. Before a bare denial that ends the clause ("胸口没") it was not all heard:
    people deny what is felt and not the part, and 没 has the sound of 闷. Nor was it if the part is
    all that is said last ("跟石头一样沉,胸口"). One left out of what is well is a complaint. One
    that is well again stands for the signs there.
    """
    token = tokens[index]
    others = tuple(mark for mark in token.marks if mark.role is not Role.PART)
    following = tokens[index + 1 : index + 2]
    strange = lexicon.grammar.everyday and any(t.has(*UNREAD) for t in following)
    if strange and not others:
        return replace(token, marks=(Mark(Role.COMPLAINT, SIGNED),))
    if index and _is_afterthought(tokens, index) and not others:
        return replace(token, marks=(Mark(Role.DOUBT),))
    if lexicon.grammar.everyday and not others and _is_well_again(tokens, index):
        return replace(token, marks=_signs_at(token, lexicon))
    if lexicon.negation == "after" and _is_left_out(tokens, index):
        return replace(token, marks=(Mark(Role.COMPLAINT),))
    denied = [t.has(Role.NEGATOR) for t in following]
    ends = all(t.has(*_BREAKS) for t in tokens[index + 2 : index + 3])
    if denied == [True] and ends and not others:
        return replace(token, marks=(Mark(Role.DOUBT),))
    told = Role.LIGHT if _spoken_of(tokens, index) else Role.UNKNOWN
    by_clauses = lexicon.grammar.everyday or not lexicon.grammar.harmless
    told = Role.LIGHT if by_clauses else told
    beside = any(t.has(Role.UNKNOWN) for t in following)
    if told is Role.LIGHT and lexicon.negation == "after" and not beside:
        # An ending before it that no list holds ("안 하고 목도") would have it read anew.
        told = Role.IGNORED
    return replace(token, marks=others or (Mark(told),))


def _is_afterthought(tokens: list[Token], index: int) -> bool:
    """Whether it stands alone after the last pause."""
    return tokens[index - 1].has(*_BREAKS) and all(t.has(*_BREAKS) for t in tokens[index + 1 :])


def _is_well_again(tokens: list[Token], index: int) -> bool:
    after = dropwhile(lambda t: t.has(Role.LIGHT, Role.ALL), tokens[index + 1 :])
    return any(t.has(Role.RECOVERED) for t in islice(after, 1))


def _signs_at(token: Token, lexicon: Lexicon) -> tuple[Mark, ...]:
    """All that may be felt at a part: in "还是咳,嗓子倒好了" that alone is over."""
    felt = lexicon.symptoms.part[token.codes(Role.PART)[0]].felt.values()
    signs = (Mark(Role.SYMPTOM, code) for code in dict.fromkeys(felt) if code != "complaint")
    return (*signs, Mark(Role.COMPLAINT))


def _is_left_out(tokens: list[Token], index: int) -> bool:
    """Whether it is left out of what is well: "머리 말고는 다 괜찮아요"."""
    after = dropwhile(lambda t: t.has(Role.LIGHT, Role.ONLY), tokens[index + 1 :])
    return any(t.has(Role.EXCEPT) for t in islice(after, 1))


def _spoken_of(tokens: list[Token], index: int) -> bool:
    """Whether its clause says what is felt at a part, or after it that nothing is.

    Otherwise ("no, just a bad tooth") it was named for something that was not read.
    """
    start = max((i for i in range(index) if tokens[i].has(*_BREAKS)), default=-1) + 1
    end = next((i for i in range(index, len(tokens)) if tokens[i].has(*_BREAKS)), len(tokens))
    felt = any(t.has(*ILLNESS) for t in tokens[start:end])
    return felt or any(t.has(*_DENIES) for t in tokens[index:end])
