"""The back office of events: the log, the queues of messages, webhook endpoints."""

from events.admin import endpoints, logs, queues

__all__ = ["endpoints", "logs", "queues"]
