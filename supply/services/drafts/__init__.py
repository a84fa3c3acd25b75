"""Orders of our stations, drafted from confirmed bookings (docs/adr/0070).

demand.py turns parties and recipes into units per product and day, plan.py balances them with what was
ordered, draft.py orders the difference.
"""

from supply.services.drafts.draft import Draft, DraftedOrder, draft_orders
from supply.services.drafts.plan import PlanLine

__all__ = ["Draft", "DraftedOrder", "PlanLine", "draft_orders"]
