"""Products: kept by their suppliers, here by administrators; every write goes through the services."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from common.actors import Actor
from common.admin.codes import AdminCodes
from common.admin.filters import ScopedRelatedFilter
from common.admin.forms import RefusableForm
from common.admin.theme import BooleanFilter
from common.admin.trail import changed_fields
from supply.admin.labels import stock_badge, tenge
from supply.admin.pages import EXCHANGE, ExchangeAdmin
from supply.models import Product
from supply.services.products import FIELDS, create_product, delete_product, update_product
from supply.services.stock import LOW_SHARE


class ProductForm(RefusableForm):
    class Meta:
        model = Product
        fields = (
            *("supplier", "name", "sku", "description"),
            *("price_kzt", "currency", "stock_qty", "is_active"),
        )


class StockFilter(SimpleListFilter):
    title = "stock"
    parameter_name = "stock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("low", "Runs low"), ("none", "Sold out")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        match self.value():
            case "low":
                return queryset.filter(stock_full_qty__gt=F("stock_qty") * LOW_SHARE)
            case "none":
                return queryset.filter(stock_qty=0)
            case _:
                return queryset


@admin.register(Product)
class ProductAdmin(ExchangeAdmin[Product]):
    codes = AdminCodes(view=EXCHANGE, add=EXCHANGE, change=EXCHANGE, delete=EXCHANGE)
    form = ProductForm
    autocomplete_fields = ("supplier",)
    list_select_related = ("supplier",)
    list_display = ("name", "sku", "supplier_name", "price", "stock", "is_active", "updated_at")
    list_filter = (StockFilter, ("is_active", BooleanFilter), ("supplier", ScopedRelatedFilter))
    list_filter_submit = True
    search_fields = ("name", "=sku", "supplier__company_name")
    search_help_text = "Name, supplier, or the code in full"
    removal_explanation = "Only a product that nobody has ordered can be deleted; others are made inactive."

    @admin.display(description="Supplier", ordering="supplier__company_name")
    def supplier_name(self, product: Product) -> str:
        return product.supplier.company_name

    @admin.display(description="Price", ordering="price_kzt")
    def price(self, product: Product) -> str:
        return tenge(product.price_kzt, product.currency)

    @admin.display(description="Free stock", ordering="stock_qty")
    def stock(self, product: Product) -> SafeString | str:
        return stock_badge(product)

    def get_fieldsets(self, request: HttpRequest, obj: Product | None = None) -> Any:
        return (
            (None, {"fields": ("supplier", "name", "sku", "description", "is_active")}),
            ("Price", {"fields": ("price_kzt", "currency")}),
            ("Stock", {"fields": ("stock_qty",) if obj is None else ("stock_qty", "stock_full_qty")}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Product | None = None) -> list[Any]:
        fixed = [*super().get_readonly_fields(request, obj), "stock_full_qty"]
        return fixed if obj is None else [*fixed, "supplier"]

    def save_model(self, request: HttpRequest, obj: Product, form: Any, change: bool) -> None:
        by = self.actor(request)
        said = {name: value for name, value in form.cleaned_data.items() if name in FIELDS}
        if change:
            # What nobody touched stays as it is: an order may have taken from the stock meanwhile.
            changes = {name: value for name, value in said.items() if name in form.changed_data}
            saved = update_product(product=obj, changes=changes, by=by)
        else:
            saved = create_product(
                supplier=form.cleaned_data["supplier"], values=said, by=by, at=timezone.now()
            )
        obj.__dict__.update(saved.__dict__)
        self.record(
            request,
            action="update" if change else "create",
            obj=obj,
            station_id=None,
            permissions=[EXCHANGE],
            details={"changed": changed_fields(form)},
        )

    def remove(self, request: HttpRequest, obj: Product, *, reason: str, by: Actor, at: datetime) -> None:
        delete_product(product=obj, by=by)

    def row_label(self, obj: Product) -> str:
        return f"{obj.name} ({obj.sku}), {obj.supplier.company_name}"
