"""What a resident's words mean, as an answer to the question just asked or as a request.

`understand` reads the recogniser's hypotheses; all words live in `prompts/lexicon/<locale>/`.
The folders build on each other, and import only from those before them:

- `numerals`, `words`: numbers, and the lexicon's words, found in what was said
- `statements`: what is affirmed and what denied, clause by clause, and of whom
- `context`: words that mean what they do by what stands around them
- `unread`: words of no list, and whether they leave an answer open
- `answers`, `requests`: a module each kind of answer, and what is asked of the caller

The way of an utterance: `sentence_ends` parts sentences written without signs, `normalise` and
`variants` spell it one way, `roundabout` says it plainly → `requests` finds what is asked of us →
`retraction` drops what is taken back → `vocabulary` finds the lexicon's words, `numerals` the
numbers → `context`: `feelings` makes signs of parts and what is felt there, `not_done` voids what
was declined or only exclaimed about, `habits` what was left out this time, `out_of_reach` why
nobody went or came, `whose` puts right whose they are, `twice_denied` turns denials that are
denied, `in_turn` parts signs that are answered one by one, `framing` voids what is only supposed
or long past → `negation` reads of whom each is said, and whether it is affirmed or denied →
`answers` make the value; `proxy` has it read once more where one is answered for,
`limited_denial` keeps from being calm what denies only a part, `broken_off` from being believed
what was not said to its end → `reading` weighs it against what
is asked of us → `understand` has each hypothesis read, and those respelled that nothing is made of
→ `choosing` chooses among them.
`danger` looks beside all this for cries for help that were written as other words, and what is not
understood at all may by `resemblance` be supposed, to be read back; `second_opinion` weighs the two
against each other; `lost_sign` finds what may be a sign beside those that were read, and
`told_aside` tells whether what stands beside another answer was told plainly.
Whether anything is needed (`open_answer`) is read of the words by themselves, clause by clause.

A word is added in the lexicon. A language is a lexicon, and an entry in `numerals.NUMERALS` if it
counts in its own way. A kind of question is a module in `answers`, and a case in `values`.
"""

from callbot.dialog.understanding.answers.times import callback_time
from callbot.dialog.understanding.answers.yes_no import denies_other_verb, ends_in_syllable_of_no
from callbot.dialog.understanding.brevity import (
    ends_in_one_word,
    is_mere_particle,
    is_one_word,
)
from callbot.dialog.understanding.choosing import Understanding
from callbot.dialog.understanding.contradiction import DECISIVE_MARGIN, is_whole
from callbot.dialog.understanding.danger import danger_by_sound
from callbot.dialog.understanding.endings import Ending, ending_of
from callbot.dialog.understanding.limited_denial import denies_rest
from callbot.dialog.understanding.lost_sign import begins_like_denial, may_lose_sign
from callbot.dialog.understanding.requests.known_questions import KnownQuestions
from callbot.dialog.understanding.requests.unasked import Unasked
from callbot.dialog.understanding.resemblance import Resemblance, load_resemblance
from callbot.dialog.understanding.second_opinion import denies_throughout, weighed
from callbot.dialog.understanding.subject import of_resident, without_subject
from callbot.dialog.understanding.told_aside import is_told_plainly
from callbot.dialog.understanding.understand import LONGEST_UTTERANCE, understand
from callbot.dialog.understanding.values import informs
from callbot.dialog.understanding.words.heard import (
    behind_whole,
    denies_fraction,
    is_bare_number,
    last_clause,
    leaves_number_open,
    number_heard,
)
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.lexicon_file import (
    lexicon_files,
    lexicon_folder,
    lexicon_folders,
    load_lexicon,
)
from callbot.dialog.understanding.words.shared_sound import is_borne_out
from callbot.dialog.understanding.words.vocabulary import Vocabulary

__all__ = [
    "DECISIVE_MARGIN",
    "LONGEST_UTTERANCE",
    "Ending",
    "KnownQuestions",
    "Lexicon",
    "Resemblance",
    "Unasked",
    "Understanding",
    "Vocabulary",
    "begins_like_denial",
    "behind_whole",
    "callback_time",
    "danger_by_sound",
    "denies_fraction",
    "denies_other_verb",
    "denies_rest",
    "denies_throughout",
    "ending_of",
    "ends_in_one_word",
    "ends_in_syllable_of_no",
    "informs",
    "is_bare_number",
    "is_borne_out",
    "is_mere_particle",
    "is_one_word",
    "is_told_plainly",
    "is_whole",
    "last_clause",
    "leaves_number_open",
    "lexicon_files",
    "lexicon_folder",
    "lexicon_folders",
    "load_lexicon",
    "load_resemblance",
    "may_lose_sign",
    "number_heard",
    "of_resident",
    "understand",
    "weighed",
    "without_subject",
]
