"""The words of one language, section by section as the office writes them.

A field is named after the part that its words play (`roles.Role`), or says which; a phrase may use
the notation of `patterns`. The comments in `prompts/lexicon/<locale>/` say what each is for.
"""
