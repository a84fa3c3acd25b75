from supply.models.chat import ChatMessage, ChatSession
from supply.models.complaint import Complaint
from supply.models.consumer import Consumer
from supply.models.link import Link
from supply.models.notification import Notification
from supply.models.order import Order, OrderItem
from supply.models.product import Product, Recipe
from supply.models.supplier import Supplier, SupplierStaff

__all__ = [
    "ChatMessage",
    "ChatSession",
    "Complaint",
    "Consumer",
    "Link",
    "Notification",
    "Order",
    "OrderItem",
    "Product",
    "Recipe",
    "Supplier",
    "SupplierStaff",
]
