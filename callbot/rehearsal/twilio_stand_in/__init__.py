"""Twilio as its documentation tells it, on loopback: REST, signed callbacks, Media Streams.

Written from the documentation and not from our carrier, with which it shares no message. Its REST
answers are held against Twilio's own API document in `tests`.
"""
