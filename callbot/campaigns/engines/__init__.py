"""What makes planning, dialing and sweeping happen: clocks that keep nothing, rows are the truth.

`scheduler` on one machine, `worker` on many, whose processes tell of themselves in `nodes`.
"""
