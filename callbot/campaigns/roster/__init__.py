"""The roster: office files of residents, read in, checked, stored and written out again."""
