from events.services.publish import Delivery, deliver, publish

__all__ = ["Delivery", "deliver", "publish"]
