"""Forms of words, language by language, so that a lexicon need not list them."""
