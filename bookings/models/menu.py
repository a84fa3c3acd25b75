"""What is on the menu: proteins and dishes, and add-ons per portion."""

from django.db import models

from bookings.enums import MenuCategory
from bookings.models.fields import words_field
from common.db import table
from common.fields import CentsField, CurrencyField, EnumField
from common.models import TimestampedModel
from common.privacy import Classification
from identity.models import Station


class MenuItem(TimestampedModel):
    """A protein or dish; the price is the surcharge over an included choice."""

    privacy = Classification(
        public="station code name description category price_cents is_premium is_available allergens "
        "dietary_info display_order currency",
    )

    station = models.ForeignKey(
        Station, null=True, blank=True, on_delete=models.PROTECT, related_name="menu_items", db_index=False
    )
    code = models.CharField(max_length=50)
    name = models.CharField(max_length=100)
    description = models.TextField(null=True, blank=True)
    category = EnumField(MenuCategory)
    price_cents = CentsField(default=0, db_default=0)
    is_premium = models.BooleanField(default=False, db_default=False)
    is_available = models.BooleanField(default=True, db_default=True)
    allergens = words_field()
    dietary_info = models.TextField(null=True, blank=True)
    display_order = models.PositiveSmallIntegerField(default=0, db_default=0)
    currency = CurrencyField(default="USD")

    class Meta:
        db_table = table("core", "menu_items")
        constraints = [
            models.UniqueConstraint(
                fields=["station", "code"], nulls_distinct=False, name="uq_menu_items_code"
            )
        ]


class AddonItem(TimestampedModel):
    """Something extra per portion, such as gyoza."""

    privacy = Classification(
        public="station code name description category price_cents is_active display_order currency",
    )

    station = models.ForeignKey(
        Station, null=True, blank=True, on_delete=models.PROTECT, related_name="addon_items", db_index=False
    )
    code = models.CharField(max_length=50)
    name = models.CharField(max_length=100)
    description = models.TextField(null=True, blank=True)
    category = EnumField(MenuCategory, default=MenuCategory.SIDE)
    price_cents = CentsField()
    is_active = models.BooleanField(default=True, db_default=True)
    display_order = models.PositiveSmallIntegerField(default=0, db_default=0)
    currency = CurrencyField(default="USD")

    class Meta:
        db_table = table("core", "addon_items")
        constraints = [
            models.UniqueConstraint(
                fields=["station", "code"], nulls_distinct=False, name="uq_addon_items_code"
            )
        ]
