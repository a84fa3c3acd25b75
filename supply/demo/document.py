"""What a client of the demo needs to know: who logs in how, and the ids of what there is."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from identity.models import User
from supply.demo.stage import email_of, password_of
from supply.models import ChatSession, Complaint, Consumer, Link, Notification, Order, Product, Supplier

Rows = list[dict[str, Any]]


def describe(seed: int) -> dict[str, Any]:
    """Return the world of a seed as it stands now: ids as text, log-ins with their password in clear."""
    users = User.objects.filter(email__endswith=email_of("", seed)).order_by("created_at", "pk")
    suppliers = Supplier.objects.filter(user__in=users)
    consumers = Consumer.objects.filter(user__in=users)
    orders = Order.objects.filter(supplier__in=suppliers, consumer__in=consumers)
    return {
        "seed": seed,
        "accounts": _accounts(users, seed),
        "suppliers": _rows(suppliers, "company_name", "user_id", "is_active"),
        "consumers": _rows(consumers, "organization_name", "user_id", "station_id"),
        "links": _rows(
            Link.objects.filter(supplier__in=suppliers, consumer__in=consumers),
            *("consumer_id", "supplier_id", "status"),
        ),
        "products": _rows(
            Product.objects.filter(supplier__in=suppliers),
            *("supplier_id", "sku", "name", "price_kzt", "stock_qty", "is_active"),
        ),
        "orders": _rows(orders, "supplier_id", "consumer_id", "status", "total_kzt"),
        "complaints": _rows(
            Complaint.objects.filter(order__in=orders),
            *("order_id", "consumer_id", "sales_rep_id", "manager_id", "status"),
        ),
        "chats": [
            {"id": str(pk), "consumer_id": str(consumer_id), "messages": messages}
            for pk, consumer_id, messages in ChatSession.objects.filter(consumer__in=consumers)
            .order_by("created_at", "pk")
            .values_list("pk", "consumer_id", Count("chat_messages"))
        ],
        "notifications": Notification.objects.filter(recipient__in=users).aggregate(
            total=Count("pk"), unread=Count("pk", filter=Q(is_read=False))
        ),
    }


def _accounts(users: "QuerySet[User]", seed: int) -> Rows:
    password = password_of(seed)
    staff = dict(users.values_list("pk", "supplier_staff__pk"))
    return [
        {
            "key": user.email.removesuffix(email_of("", seed)),
            "id": str(user.pk),
            "staff_id": str(staff[user.pk]) if staff[user.pk] else None,
            "role": user.role,
            "email": user.email,
            "password": password,
        }
        for user in users
    ]


def _rows(rows: "QuerySet[Any]", *names: str) -> Rows:
    ordered = rows.order_by("created_at", "pk").values("id", *names)
    return [{name: _plain(value) for name, value in row.items()} for row in ordered]


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)
