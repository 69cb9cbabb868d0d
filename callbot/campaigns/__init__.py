"""Whom to call, and when.

In the order in which a resident's day goes through them:

| package | what it does |
| --- | --- |
| roster | a file of the office becomes residents |
| follow_up | each resident's plan, and what staff change of it |
| rules | pure: periods, hours, caps, retries, and why somebody is not called |
| planning | the day's attempts, and what is to be expected of a campaign |
| dialing | one attempt from due to ended |
| engines | what makes all this run: APScheduler on one machine, Procrastinate on many |

`campaign` is what a clerk does with one: create, start, pause, resume, stop. `alerts` is what doors
and cameras set off.
"""
