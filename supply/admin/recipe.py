"""Recipes: how much of a product one guest with a dish takes; what station drafts are computed by."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from common.admin.codes import AdminCodes
from common.admin.theme import BooleanFilter
from supply.admin.pages import EXCHANGE, ExchangeAdmin
from supply.models import Recipe


@admin.register(Recipe)
class RecipeAdmin(ExchangeAdmin[Recipe]):
    codes = AdminCodes(view=EXCHANGE, add=EXCHANGE, change=EXCHANGE, delete=EXCHANGE)
    autocomplete_fields = ("menu_item", "product")
    list_select_related = ("menu_item", "product__supplier")
    list_display = ("dish", "product_name", "supplier_name", "qty_per_guest", "buffer_percent", "is_active")
    list_filter = (("is_active", BooleanFilter),)
    search_fields = ("menu_item__name", "=menu_item__code", "product__name", "=product__sku")
    search_help_text = "Dish or product"
    fields = ("menu_item", "product", "qty_per_guest", "buffer_percent", "is_active")
    removal_explanation = "The product is not drafted for this dish any more; orders stay as they are."

    @admin.display(description="Dish", ordering="menu_item__name")
    def dish(self, recipe: Recipe) -> str:
        return str(recipe.menu_item.name)

    @admin.display(description="Product", ordering="product__name")
    def product_name(self, recipe: Recipe) -> str:
        return f"{recipe.product.name} ({recipe.product.sku})"

    @admin.display(description="Supplier", ordering="product__supplier__company_name")
    def supplier_name(self, recipe: Recipe) -> str:
        return recipe.product.supplier.company_name

    def get_readonly_fields(self, request: HttpRequest, obj: Recipe | None = None) -> list[Any]:
        fixed = super().get_readonly_fields(request, obj)
        return fixed if obj is None else [*fixed, "menu_item", "product"]

    def row_label(self, obj: Recipe) -> str:
        return f"{obj.menu_item.name}: {obj.product.name}"
