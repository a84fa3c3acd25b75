"""Shapes of the exchange's answers; amounts are texts with two decimals, in tenge."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from common.api.serializers import SharedFields
from common.crypto.mask import mask_email
from identity.enums import UserRole
from supply.enums import ComplaintStatus, LinkStatus, OrderOrigin, OrderStatus, StaffRole
from supply.models import SupplierStaff

Shape = SharedFields


def amount(**kwargs: Any) -> serializers.DecimalField:
    """Return the field of an amount: text with two decimals."""
    return serializers.DecimalField(max_digits=10, decimal_places=2, coerce_to_string=True, **kwargs)


class ExchangeAccountAnswer(Shape):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(UserRole.choices)


class SignUpAnswer(Shape):
    access = serializers.CharField(source="tokens.access")
    refresh = serializers.CharField(source="tokens.refresh")
    token_type = serializers.CharField(source="tokens.token_type")
    expires_in = serializers.IntegerField(
        source="tokens.expires_in", help_text="Seconds until the access token expires."
    )
    user = ExchangeAccountAnswer()
    profile_id = serializers.UUIDField(source="profile.pk", help_text="Id of the new consumer or supplier.")


class StaffAnswer(Shape):
    id = serializers.UUIDField()
    user_id = serializers.UUIDField(help_text="What chats and complaints name the person by.")
    supplier_id = serializers.UUIDField()
    email = serializers.CharField(source="user.email")
    staff_role = serializers.ChoiceField(StaffRole.choices)
    created_at = serializers.DateTimeField()


class StaffRowAnswer(StaffAnswer):
    """A member of staff in a list, the e-mail masked."""

    def to_representation(self, instance: SupplierStaff) -> dict[str, Any]:
        return {**super().to_representation(instance), "email": mask_email(instance.user.email)}


class ProductAnswer(Shape):
    examples: ClassVar[Mapping[str, Any]] = {
        "name": "Salmon",
        "sku": "FISH-1",
        "price_kzt": "4500.00",
        "description": "Fresh, on ice",
    }

    id = serializers.UUIDField()
    supplier_id = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField(allow_null=True)
    price_kzt = amount()
    currency = serializers.CharField()
    sku = serializers.CharField()
    stock_qty = serializers.IntegerField(help_text="Units that can still be ordered.")
    is_active = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class SupplierAnswer(Shape):
    examples: ClassVar[Mapping[str, Any]] = {"company_name": "Bay Foods"}

    id = serializers.UUIDField()
    company_name = serializers.CharField()
    is_active = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class ConsumerAnswer(Shape):
    id = serializers.UUIDField()
    organization_name = serializers.CharField()
    created_at = serializers.DateTimeField()


class LinkAnswer(Shape):
    id = serializers.UUIDField()
    consumer_id = serializers.UUIDField()
    supplier_id = serializers.UUIDField()
    status = serializers.ChoiceField(LinkStatus.choices)
    consumer = ConsumerAnswer()
    supplier = SupplierAnswer()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class OrderItemAnswer(Shape):
    id = serializers.UUIDField()
    product_id = serializers.UUIDField()
    qty = serializers.IntegerField()
    unit_price_kzt = amount(help_text="Price of one unit when it was ordered.")
    demand_date = serializers.DateField(allow_null=True)


class OrderAnswer(Shape):
    id = serializers.UUIDField()
    consumer_id = serializers.UUIDField()
    supplier_id = serializers.UUIDField()
    status = serializers.ChoiceField(OrderStatus.choices)
    origin = serializers.ChoiceField(OrderOrigin.choices)
    total_kzt = amount()
    items = OrderItemAnswer(many=True, source="lines")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ChatSessionAnswer(Shape):
    id = serializers.UUIDField()
    consumer_id = serializers.UUIDField()
    sales_rep_id = serializers.UUIDField()
    order_id = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()


class ChatMessageAnswer(Shape):
    id = serializers.UUIDField()
    session_id = serializers.UUIDField()
    sender_id = serializers.UUIDField()
    text = serializers.CharField()
    file_url = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


class ComplaintAnswer(Shape):
    id = serializers.UUIDField()
    order_id = serializers.UUIDField()
    consumer_id = serializers.UUIDField()
    sales_rep_id = serializers.UUIDField()
    manager_id = serializers.UUIDField()
    status = serializers.ChoiceField(ComplaintStatus.choices)
    description = serializers.CharField()
    resolution = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class NotificationAnswer(Shape):
    examples: ClassVar[Mapping[str, Any]] = {"type": "order_created", "message": "A new order has come in."}

    id = serializers.UUIDField()
    type = serializers.CharField()
    message = serializers.CharField()
    is_read = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class ReadAllAnswer(Shape):
    updated = serializers.IntegerField(help_text="How many notifications were unread.")
