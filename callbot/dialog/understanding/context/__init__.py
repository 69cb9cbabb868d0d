"""Words that mean what they do by what stands around them.

Each module takes the tokens of an utterance and gives the same ones with other marks; `utterance`
says in which order.
"""
