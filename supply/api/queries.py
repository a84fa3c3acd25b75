"""Queries of the exchange's lists."""

from rest_framework import serializers

from supply.api.fields import IdField, WholeNumberField
from supply.api.pages import MAX_SIZE, PageQuery
from supply.enums import ComplaintStatus, LinkStatus, OrderStatus

MESSAGES = 50
NAME_LENGTH = 255


class ProductQuery(PageQuery):
    supplier_id = IdField(required=False)
    is_active = serializers.BooleanField(required=False)


class CatalogQuery(PageQuery):
    supplier_id = IdField()


class SupplierQuery(PageQuery):
    q = serializers.CharField(
        max_length=NAME_LENGTH,
        allow_blank=True,
        trim_whitespace=False,
        default="",
        help_text="Part of the name, in any case; % and _ mean themselves.",
    )


class LinkQuery(PageQuery):
    status = serializers.ChoiceField(LinkStatus.choices, required=False)


class OrderQuery(PageQuery):
    status = serializers.ChoiceField(OrderStatus.choices, required=False)


class ComplaintQuery(PageQuery):
    status = serializers.ChoiceField(ComplaintStatus.choices, required=False)


class MessageQuery(PageQuery):
    size = WholeNumberField(min_value=1, max_value=MAX_SIZE, default=MESSAGES, help_text="Items per page.")


class NotificationQuery(PageQuery):
    is_read = serializers.BooleanField(required=False)


__all__ = [
    "CatalogQuery",
    "ComplaintQuery",
    "LinkQuery",
    "MessageQuery",
    "NotificationQuery",
    "OrderQuery",
    "PageQuery",
    "ProductQuery",
    "SupplierQuery",
]
