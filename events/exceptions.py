"""What stops a message on its way, and what an operator may not do to one."""

from datetime import datetime

from common.exceptions import DomainError


class DeliveryRefused(Exception):
    """The message must not be sent at all (the gate's verdict); its row is cancelled with the reasons."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = reasons
        super().__init__(", ".join(reasons))


class DeliveryDeferred(Exception):
    """The message must wait; the attempt does not count."""

    def __init__(self, until: datetime, *reasons: str) -> None:
        self.until = until
        self.reasons = reasons
        super().__init__(", ".join(reasons))


class Undeliverable(Exception):
    """No repetition will help: the row is parked at once. The words hold no personal data."""


class Unsettled(Exception):
    """The message was taken down, but a person has to settle it: its effect stays and its row is parked.

    The words hold no personal data.
    """


class ProviderError(DomainError):
    code = "provider_error"
    status = 502
    title = "The provider did not answer as it should"


class UnexpectedAnswer(Exception):
    """The receiver answered with a status that is no success; worth another attempt."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"HTTP {status}")
