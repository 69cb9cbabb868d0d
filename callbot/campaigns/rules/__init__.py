"""The rules of follow-up and of calling, pure: rows and a moment in, a decision out.

`period` counts the days, `policy` is what an office may set, `window` the hours in a time zone,
`local_day` the resident's own day, `recent_calls` what of their last attempts decides,
`eligibility` whether somebody may be called now and, in the words of `reasons`, why not;
`priority` says whom first, `retry` what follows an attempt.
"""
