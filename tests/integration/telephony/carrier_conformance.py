"""What every carrier must do, whatever network is behind it.

A carrier's own test module derives a class from `CarrierConformance`, names it Test…, and gives it
a fixture `far_end`: a phone network with phones that do as `Phone` says, and the carrier, started,
that reaches them.
"""

from conformance_endings import Endings
from conformance_hand_over import HandOver
from conformance_operation import Operation
from conformance_sound import Sound


class CarrierConformance(Endings, Sound, HandOver, Operation):
    """All of it."""
