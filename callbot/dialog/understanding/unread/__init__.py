"""Stretches of an answer that no word of the lexicon covers, and so may be what matters in it.

Calm needs that all of an answer was read: "没有,就蹽了趟集" denies, and then tells of something in
words we do not know. A language opts in by listing harmless words: from then on, what is left over
counts against "I am well", "I stayed at home" and "I met nobody". `grammar.everyday` are words like
any other, by which an answer is read clause by clause (Mandarin); `grammar.harmless` are looked at
only where nothing else is read, and what is left over anywhere counts. Words of `grammar.body`,
`outing` and `company` are harmless but at the question they bear on: "my knee" may be an illness,
and no visitor.
"""
