from events.services.publish import Delivery, publish

__all__ = ["Delivery", "publish"]
