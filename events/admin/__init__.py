"""The back office of events: the log, the queues of messages, webhook endpoints."""

from events.admin import logs, queues

__all__ = ["logs", "queues"]
