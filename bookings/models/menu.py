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
    """A protein or dish on the menu.

    The price is the surcharge over an included choice.
    """

    privacy = Classification(
        public="station code name description category price_cents is_premium is_available allergens "
        "dietary_info display_order currency",
    )

    station = models.ForeignKey(
        Station,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="menu_items",
        db_index=False,
        help_text="Station that the item is for; empty: every station without one of its own.",
    )
    code = models.CharField(max_length=50, help_text="Short code by which bookings name the item.")
    name = models.CharField(max_length=100, help_text="Name that customers read.")
    description = models.TextField(
        null=True, blank=True, help_text="What it is, for customers; empty: the name says it."
    )
    category = EnumField(
        MenuCategory, help_text="Group on the menu; poultry, beef, seafood and specialty are the proteins."
    )
    price_cents = CentsField(
        default=0, db_default=0, help_text="Surcharge in cents over an included choice; 0: included."
    )
    is_premium = models.BooleanField(
        default=False, db_default=False, help_text="Whether the item is shown as an upgrade."
    )
    is_available = models.BooleanField(
        default=True, db_default=True, help_text="Whether new quotes may contain it."
    )
    allergens = words_field(help_text="What it contains that guests may not tolerate, as short words.")
    dietary_info = models.TextField(
        null=True, blank=True, help_text="Remarks on diets, such as gluten-free, for customers; empty: none."
    )
    display_order = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Place in lists; lower comes first."
    )
    currency = CurrencyField(
        default="USD", help_text="Currency of the surcharge, as a three-letter ISO code."
    )

    class Meta:
        db_table = table("core", "menu_items")
        constraints = [
            models.UniqueConstraint(
                fields=["station", "code"], nulls_distinct=False, name="uq_menu_items_code"
            )
        ]


class AddonItem(TimestampedModel):
    """Something extra that is sold per portion, such as gyoza."""

    privacy = Classification(
        public="station code name description category price_cents is_active display_order currency",
    )

    station = models.ForeignKey(
        Station,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="addon_items",
        db_index=False,
        help_text="Station that the item is for; empty: every station without one of its own.",
    )
    code = models.CharField(max_length=50, help_text="Short code by which bookings name the item.")
    name = models.CharField(max_length=100, help_text="Name that customers read.")
    description = models.TextField(
        null=True, blank=True, help_text="What it is, for customers; empty: the name says it."
    )
    category = EnumField(MenuCategory, default=MenuCategory.SIDE, help_text="Group on the menu.")
    price_cents = CentsField(help_text="Price in cents per portion.")
    is_active = models.BooleanField(
        default=True, db_default=True, help_text="Whether new quotes may contain it."
    )
    display_order = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Place in lists; lower comes first."
    )
    currency = CurrencyField(default="USD", help_text="Currency of the price, as a three-letter ISO code.")

    class Meta:
        db_table = table("core", "addon_items")
        constraints = [
            models.UniqueConstraint(
                fields=["station", "code"], nulls_distinct=False, name="uq_addon_items_code"
            )
        ]
