"""Twilio keeps to the carrier protocol, over real sockets, webhooks and its own SDK."""

import pytest
from carrier_conformance import CarrierConformance
from phones import FarEnd
from twilio_far_end import TwilioFarEnd
from twilio_far_end import far_end as far_end
from twilio_far_end import request_timeout_s as request_timeout_s


class TestTwilioCarrier(CarrierConformance):
    gives_up_after_s = 2.0

    @pytest.fixture
    async def far_end(self, far_end: TwilioFarEnd) -> FarEnd:
        return far_end
