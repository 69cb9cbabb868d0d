"""The kinds of answer, a module each: what was said in, a value out, or None if not certain."""
