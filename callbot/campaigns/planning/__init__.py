"""Before anything rings: the day's attempts, and what is to be expected of a campaign.

`planner` is what runs every minute; `whole_roster` plans a roster of any size for it. `preview`,
`forecast` and `warnings` tell a clerk beforehand, from the verdicts of `judging`.
"""
