from events.services.facts import Delivery, Fact
from events.services.publish import deliver, publish, publish_all

__all__ = ["Delivery", "Fact", "deliver", "publish", "publish_all"]
