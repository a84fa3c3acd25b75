"""What suppliers sell, and how much of it a dish of ours takes."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from bookings.models import MenuItem
from common.db import table
from common.fields import CurrencyField
from common.models import TimestampedModel
from common.privacy import Classification
from supply.models.supplier import Supplier


class ProductQuerySet(models.QuerySet["Product"]):
    def active(self) -> "ProductQuerySet":
        """Products that can be ordered."""
        return self.filter(is_active=True)

    def in_catalog_of(self, supplier: Supplier) -> "ProductQuerySet":
        """Products that a supplier offers to the consumers of its accepted links."""
        return self.active().filter(supplier=supplier)

    def with_sku(self, sku: str) -> "ProductQuerySet":
        """Products that their suppliers call by this code."""
        return self.filter(sku=sku)


class Product(TimestampedModel):
    """Something a supplier sells; its price is copied into an order, its stock is reserved by it."""

    privacy = Classification(
        public="supplier name description price_kzt currency sku stock_qty stock_full_qty is_active"
    )

    supplier = models.ForeignKey(
        Supplier,
        on_delete=models.CASCADE,
        related_name="products",
        db_index=False,
        help_text="Supplier that sells the product.",
    )
    name = models.CharField(max_length=255, help_text="Name of the product in the catalogue.")
    description = models.TextField(null=True, blank=True, help_text="More about the product, for consumers.")
    price_kzt = models.DecimalField(max_digits=10, decimal_places=2, help_text="Price of one unit in tenge.")
    currency = CurrencyField(default="KZT", help_text="Currency of the price, an ISO 4217 code.")
    sku = models.CharField(max_length=100, help_text="The supplier's own code of the product.")
    stock_qty = models.IntegerField(default=0, db_default=0, help_text="Units that can still be ordered.")
    stock_full_qty = models.IntegerField(
        default=0,
        db_default=0,
        help_text="Units when the supplier last set the stock; under a tenth of it the supplier is told.",
    )
    is_active = models.BooleanField(
        default=True, db_default=True, help_text="Whether the product is in the catalogue and can be ordered."
    )

    objects = ProductQuerySet.as_manager()

    class Meta:
        db_table = table("supply", "products")
        constraints = [
            models.UniqueConstraint(fields=["supplier", "sku"], name="uq_products_sku"),
            models.CheckConstraint(condition=Q(price_kzt__gte=0), name="ck_products_price"),
            models.CheckConstraint(
                condition=Q(stock_qty__gte=0) & Q(stock_full_qty__gte=0), name="ck_products_stock"
            ),
        ]
        indexes = [
            models.Index(fields=["sku"], name="ix_products_sku"),
            models.Index(fields=["supplier", "is_active"], name="ix_products_supplier_active"),
        ]


class RecipeQuerySet(models.QuerySet["Recipe"]):
    def active(self) -> "RecipeQuerySet":
        """Recipes that demand is computed by."""
        return self.filter(is_active=True)


class Recipe(TimestampedModel):
    """How much of a product one guest with this dish takes: what our stations' demand is computed by."""

    privacy = Classification(public="menu_item product qty_per_guest buffer_percent is_active")

    menu_item = models.ForeignKey(
        MenuItem,
        on_delete=models.CASCADE,
        related_name="recipes",
        db_index=False,
        help_text="Protein or dish of our menu.",
    )
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="recipes", help_text="Product that goes into it."
    )
    qty_per_guest = models.DecimalField(
        max_digits=10, decimal_places=4, help_text="Units of the product for one guest."
    )
    buffer_percent = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        default=Decimal(0),
        db_default=Decimal(0),
        help_text="Share ordered on top for waste and late guests, in percent.",
    )
    is_active = models.BooleanField(default=True, db_default=True, help_text="Whether demand counts it.")

    objects = RecipeQuerySet.as_manager()

    class Meta:
        db_table = table("supply", "recipes")
        constraints = [
            models.UniqueConstraint(fields=["menu_item", "product"], name="uq_recipes"),
            models.CheckConstraint(
                condition=Q(qty_per_guest__gt=0) & Q(buffer_percent__gte=0), name="ck_recipes_qty"
            ),
        ]
