"""One attempt's life, in the order of its states:

| state | what is true | set in |
| --- | --- | --- |
| planned | due at `due_at`, held by nobody | planning.whole_roster; a retry: `ending` |
| reserved | held by a node, with a place in the line's pace | `choosing`, `reservation` |
| placing | judged again and committed: the phone may ring from here on | `reservation` |
| ringing | the carrier said so: it counts as a ring | `attempts` |
| in_progress | somebody picked up, or rang us (`callers`) | `attempts` |
| ended | with an outcome, or never rung, for the reason in `detail` | `ending`, `not_dialled` |

`steps` has the way from each state to the next: one conditional UPDATE, which fails if another
process was faster. `call` takes one attempt through them, `dialer` runs many. A live one (reserved
to in_progress) has a lease that its node renews; when that has run out, `recovery` settles it by
what its state allows to be concluded.
"""
