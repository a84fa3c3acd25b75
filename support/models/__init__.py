from support.models.escalation import Escalation

__all__ = ["Escalation"]
