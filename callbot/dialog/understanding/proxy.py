"""Answers given in the resident's place by somebody who does not say so: "grandma's good, ninety
eight point two", "mom's feeling okay".

Only of somebody who is often answered for, an old parent or a child, or who is said not to come to
the telephone; and only where the speaker tells nothing of themselves. A number is told of a mere
"she" as well; that "she feels fine" may be said of anybody.
"""

from callbot.dialog.understanding.statements.clauses import clause_spans
from callbot.dialog.understanding.utterance import Utterance
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import NEGATORS, TERMS, Role

_VERB_LAST_WITHIN = 4
"""Words after "I" among which one for measuring or being there stands, where verbs come last."""

_PARTICLES = (Role.LIGHT, Role.JOIN, Role.COMPANION, Role.OBJECT_MARKER, Role.EXCEPT, Role.ONLY)

_NAMED = (Role.CORE, Role.FAMILY, Role.OUTSIDER, Role.EVERYONE)


def in_first_person(
    said: Utterance, lexicon: Lexicon, *, of_health: bool = True, away: bool = False
) -> str | None:
    """The same words as the one they are told of would say them, to be read once more; None if they
    are told of anybody else. Only where a lexicon lists who is often answered for.

    of_health: else what is told may be a meeting with that one, unless a particle makes them what
    the sentence is about ("어머니는 안 나가셨어요"). away: whoever they are told of is said not to
    come to the telephone.
    """
    by_clauses = bool(lexicon.grammar.everyday)
    spoken_for: tuple[Role, ...] = (Role.ELDER, Role.CHILD)
    if away:
        spoken_for = (Role.CORE, Role.FAMILY)
    if by_clauses:
        # "孩子都好" tells of the children alone.
        spoken_for = (Role.ELDER,)
    if not lexicon.persons.elder or not _is_of_another(said, spoken_for, by_clauses=by_clauses):
        return None
    if not (of_health or _is_theme(said, lexicon.grammar.topic) or _begins(said, lexicon)):
        return None
    text, at = "", 0
    subject, contracted = lexicon.persons.first_person
    for token in said.statement.tokens:
        if token.has(*spoken_for, Role.THIRD):
            words = contracted if token.text.endswith("s") else subject
            text += f"{said.text[at : token.start]} {words} "
            at = token.end
    between = " " if lexicon.spaced else ""
    return between.join((text + said.text[at:]).split())


def _is_theme(said: Utterance, topic: tuple[str, ...]) -> bool:
    """Whether a particle for what a sentence is about stands after the one it is told of, or none:
    in "어머니가 오셨어요" the mother is who came."""
    tokens = said.statement.tokens
    told_of = (Role.ELDER, Role.CHILD, Role.THIRD)
    at = next((i for i, t in enumerate(tokens) if t.has(*told_of)), None)
    if at is None:
        # Somebody away, who is neither old nor a child: "my daughter rings but she can't come".
        return False
    elder = tokens[at]
    names = tuple(code for code in (*elder.codes(Role.FAMILY), *elder.codes(Role.CORE)) if code)
    after = tokens[at + 1 :][:1]
    joined = any(t.has(*_PARTICLES) and t.text not in topic for t in after)
    return bool(topic) and not joined and elder.text.endswith((*topic, *names))


def _begins(said: Utterance, lexicon: Lexicon) -> bool:
    """Whether a Mandarin sentence begins with the one it is told of, who does not come from
    elsewhere ("我妈没见人", and not "我妈来了")."""
    tokens = said.statement.tokens
    by_clauses = bool(lexicon.grammar.everyday)
    comes = any(t.has(Role.ARRIVE) for t in tokens)
    return by_clauses and not comes and tokens[0].has(Role.ELDER, Role.CHILD)


def _is_of_another(said: Utterance, spoken_for: tuple[Role, ...], *, by_clauses: bool) -> bool:
    tokens = said.statement.tokens
    named = [t for t in tokens if t.has(*_NAMED)]
    answered_for = all(t.has(*spoken_for) for t in named)
    numbered = any(t.has(Role.MEASURE) for t in tokens)
    told = bool(named) or (numbered and any(t.has(Role.THIRD) for t in tokens))
    alone = not (_answers_besides(said) if by_clauses else _tells_of_speaker(said))
    return told and len(named) <= 1 and answered_for and alone


def _answers_besides(said: Utterance) -> bool:
    """Whether a speaker of Mandarin, whose sentences end with a clause, answers for themselves too:
    "我妈没出去,我出去了"; "我锁着门呢" is read with the rest, and answers nothing."""
    tokens = said.statement.tokens
    states = (*TERMS, *NEGATORS, Role.DENIAL, Role.NOT_MEASURED, Role.NOBODY, Role.ALONE)
    return any(
        any(t.has(Role.SELF) for t in tokens[start:stop])
        and any(t.has(*states) for t in tokens[start:stop])
        for start, stop in clause_spans(list(tokens))
    )


def _tells_of_speaker(said: Utterance) -> bool:
    """Whether the speaker speaks of themselves, and not only of having measured or been there ("I
    took it", "제가 하루 종일 같이 있었어요": verbs may come last), or as the one to be left out
    ("저 말고는")."""
    within = _VERB_LAST_WITHIN if said.verb_last else 1
    light = (Role.LIGHT, Role.IGNORED, Role.ONLY, Role.CONTRAST)
    words = [t for t in said.statement.tokens if not t.has(*light)]
    return any(
        token.has(Role.SELF, Role.OWN)
        and not any(t.has(Role.SAYS) for t in words[index + 1 :][:within])
        and not any(t.has(Role.EXCEPT) for t in words[index + 1 :][:1])
        for index, token in enumerate(words)
    )
