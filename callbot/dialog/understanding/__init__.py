"""What a resident's words mean, as an answer to the question just asked or as a request.

`understand` reads the recogniser's hypotheses; all words live in `prompts/lexicon/<locale>.yaml`.
"""

from callbot.dialog.understanding.lexicon import Lexicon, load_lexicon
from callbot.dialog.understanding.times import callback_time
from callbot.dialog.understanding.understand import Understanding, understand

__all__ = ["Lexicon", "Understanding", "callback_time", "load_lexicon", "understand"]
