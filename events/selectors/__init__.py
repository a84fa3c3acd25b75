"""Reads of the event log and of the queues of messages."""

from events.selectors.chain import count_events, link_problem, list_events, verify_chain
from events.selectors.queues import LAG_GOAL, BoxState, probe_lag, read_boxes
from events.selectors.seals import count_seals, list_seals, verify_seals
from events.selectors.verification import Verified, verify_chains

__all__ = [
    "LAG_GOAL",
    "BoxState",
    "Verified",
    "count_events",
    "count_seals",
    "link_problem",
    "list_events",
    "list_seals",
    "probe_lag",
    "read_boxes",
    "verify_chain",
    "verify_chains",
    "verify_seals",
]
