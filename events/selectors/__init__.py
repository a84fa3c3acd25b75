"""Reads of the event log and of the queues of messages."""

from events.selectors.chain import count_events, list_events, verify_chain
from events.selectors.queues import BoxState, probe_lag, read_boxes

__all__ = ["BoxState", "count_events", "list_events", "probe_lag", "read_boxes", "verify_chain"]
