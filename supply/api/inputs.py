"""Bodies of the exchange: unknown members are ignored, JSON kinds are not coerced."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.validators import URLValidator
from rest_framework import serializers

from common.api.serializers import StrictSerializer
from identity.enums import UserRole
from supply.api.fields import AmountField, IdField
from supply.enums import ComplaintStatus, LinkStatus, OrderStatus, StaffRole

EMAIL_LENGTH = 255
MIN_PASSWORD = 8
MAX_PASSWORD = 128
NAME_LENGTH = 255
SKU_LENGTH = 100
TEXT_LENGTH = 10_000
URL_LENGTH = 500
MAX_INT = 2_147_483_647
SIGN_UP_ROLES = [
    (UserRole.CONSUMER.value, UserRole.CONSUMER.label),
    (UserRole.SUPPLIER_OWNER.value, UserRole.SUPPLIER_OWNER.label),
]


class OpenSerializer(StrictSerializer):
    """A body whose unknown members are ignored: clients send back what they were shown."""

    ignores_unknown = True


class WebAddressField(serializers.CharField):
    """An http or https URL."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=URL_LENGTH, **kwargs)
        self.validators.append(URLValidator(schemes=["http", "https"]))


class CredentialsInput(OpenSerializer):
    email = serializers.EmailField(max_length=EMAIL_LENGTH)
    password = serializers.CharField(
        min_length=MIN_PASSWORD,
        max_length=MAX_PASSWORD,
        trim_whitespace=False,
        help_text="Needs an upper-case letter, a lower-case letter and a digit.",
    )


class SignUpInput(CredentialsInput):
    role = serializers.ChoiceField(SIGN_UP_ROLES)
    organization_name = serializers.CharField(max_length=NAME_LENGTH, allow_null=True, required=False)


class StaffInput(CredentialsInput):
    staff_role = serializers.ChoiceField(StaffRole.choices)


class ProductInput(OpenSerializer):
    name = serializers.CharField(max_length=NAME_LENGTH)
    sku = serializers.CharField(max_length=SKU_LENGTH)
    price_kzt = AmountField()
    description = serializers.CharField(allow_null=True, allow_blank=True, required=False)
    currency = serializers.RegexField(re.compile(r"^[A-Z]{3}$"), required=False)
    stock_qty = serializers.IntegerField(min_value=0, max_value=MAX_INT, required=False)
    is_active = serializers.BooleanField(required=False)


class ProductChangesInput(ProductInput):
    """Only what is sent is changed."""

    examples: ClassVar[Mapping[str, Any]] = {"name": "Salmon"}

    name = serializers.CharField(max_length=NAME_LENGTH, required=False)
    sku = serializers.CharField(max_length=SKU_LENGTH, required=False)
    price_kzt = AmountField(required=False)


class LinkRequestInput(OpenSerializer):
    supplier_id = IdField()


class LinkMoveInput(OpenSerializer):
    status = serializers.ChoiceField(LinkStatus.choices)


class OrderItemInput(OpenSerializer):
    product_id = IdField()
    qty = serializers.IntegerField(min_value=1, max_value=MAX_INT)


class OrderInput(OpenSerializer):
    supplier_id = IdField()
    items = OrderItemInput(many=True, allow_empty=False)


class OrderMoveInput(OpenSerializer):
    status = serializers.ChoiceField(OrderStatus.choices)


class ChatInput(OpenSerializer):
    sales_rep_id = IdField()
    order_id = IdField(allow_null=True, required=False)


class MessageInput(OpenSerializer):
    text = serializers.CharField(max_length=TEXT_LENGTH)
    file_url = WebAddressField(allow_null=True, required=False)


class ComplaintInput(OpenSerializer):
    order_id = IdField()
    sales_rep_id = IdField()
    manager_id = IdField()
    description = serializers.CharField(max_length=TEXT_LENGTH)


class ComplaintMoveInput(OpenSerializer):
    status = serializers.ChoiceField(ComplaintStatus.choices)
    resolution = serializers.CharField(
        max_length=TEXT_LENGTH, allow_null=True, allow_blank=True, required=False
    )
