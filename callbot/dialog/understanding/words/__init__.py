"""The words of a language: as its lexicon writes them, and as they are found in what is said."""
