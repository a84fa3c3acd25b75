from integra.models.call_session import CallSession
from integra.models.payment_event import PaymentEvent
from integra.models.payment_match import PaymentMatch
from integra.models.social_inbox_message import SocialInboxMessage

__all__ = ["CallSession", "PaymentEvent", "PaymentMatch", "SocialInboxMessage"]
