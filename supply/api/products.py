"""What is sold: products of all suppliers, and the catalogues that accepted links open."""

from uuid import UUID

from django.utils import timezone
from orjson import Fragment

from common.api.permissions import PUBLIC
from common.exceptions import InUse, NotFound
from supply.api.answers import ProductAnswer, SupplierAnswer
from supply.api.base import ExchangeViewSet, Request, Response, signed_in
from supply.api.inputs import ProductChangesInput, ProductInput
from supply.api.pages import page_of
from supply.api.queries import CatalogQuery, ProductQuery, SupplierQuery
from supply.exceptions import SkuTaken
from supply.models import Product
from supply.selectors.lists import list_suppliers
from supply.selectors.members import get_managed_ids, get_managed_supplier, get_own_consumer
from supply.selectors.product_rows import fetch_products, require_open_catalog
from supply.selectors.things import get_product, get_supplier
from supply.services.products import create_product, delete_product, update_product
from supply.validators import parse_id


class ProductPages(ExchangeViewSet):
    """Pages of products, written by the database."""

    def product_page(self, *, supplier_id: UUID | None, is_active: bool | None) -> Response:
        page = self.page
        rows = fetch_products(
            supplier_id=supplier_id, is_active=is_active, limit=page.size, offset=page.offset
        )
        return Response(page.body(Fragment(rows.items), rows.total))


class ProductViewSet(ProductPages):
    permission_codes = {
        "list": PUBLIC,
        "retrieve": PUBLIC,
        **signed_in("create", "update", "destroy"),
    }
    tolerant_actions = frozenset({"update", "destroy"})
    tagged_actions = frozenset({"retrieve", "create", "update"})
    body_serializers = {"create": ProductInput, "update": ProductChangesInput}
    query_serializers = {"list": ProductQuery}
    serializer_class = ProductAnswer
    answer_serializers = {"list": page_of(ProductAnswer), "destroy": None}
    success_statuses = {"create": 201, "destroy": 204}
    refusals = {
        "list": (NotFound,),
        "create": (NotFound, SkuTaken),
        "update": (SkuTaken,),
        "destroy": (InUse,),
    }
    examples = {"create": {"name": "Salmon", "sku": "FISH-1", "price_kzt": "4500.00", "stock_qty": 40}}

    def list(self, request: Request) -> Response:
        """List products, the newest first."""
        supplier_id = self.query.get("supplier_id")
        return self.product_page(
            supplier_id=None if supplier_id is None else parse_id(supplier_id),
            is_active=self.query.get("is_active"),
        )

    def retrieve(self, request: Request, pk: str) -> Response:
        """Return one product."""
        return self.answer(get_product(parse_id(pk)))

    def create(self, request: Request) -> Response:
        """Add a product to the caller's supplier."""
        body = self.body
        supplier = get_managed_supplier(self.actor)
        return self.answer(create_product(supplier=supplier, values=body, by=self.actor, at=timezone.now()))

    def update(self, request: Request, pk: str) -> Response:
        """Change what is sent of a product."""
        body = self.body
        changed = update_product(
            product=self._managed(pk), changes=body, by=self.actor, check_version=self.check_version
        )
        return self.answer(changed)

    def destroy(self, request: Request, pk: str) -> Response:
        """Take a product away that nobody has ordered."""
        delete_product(product=self._managed(pk), by=self.actor, check_version=self.check_version)
        return Response(status=204)

    def _managed(self, pk: str) -> Product:
        """Return the product of the URL for somebody who manages some supplier; the service asks which."""
        get_managed_ids(self.actor)
        return get_product(parse_id(pk))


class CatalogViewSet(ProductPages):
    permission_codes = signed_in("list")
    query_serializers = {"list": CatalogQuery}
    answer_serializers = {"list": page_of(ProductAnswer)}
    refusals = {"list": (NotFound,)}

    def list(self, request: Request) -> Response:
        """List what a linked supplier offers, the newest first."""
        query = self.query
        consumer = get_own_consumer(self.actor)
        supplier = get_supplier(parse_id(query["supplier_id"]))
        require_open_catalog(consumer, supplier)
        return self.product_page(supplier_id=supplier.pk, is_active=True)


class SupplierViewSet(ExchangeViewSet):
    permission_codes = {"list": PUBLIC}
    query_serializers = {"list": SupplierQuery}
    answer_serializers = {"list": page_of(SupplierAnswer)}

    def list(self, request: Request) -> Response:
        """List active suppliers by name."""
        return self.numbered_page(self.page, list_suppliers(self.query["q"]), SupplierAnswer)
