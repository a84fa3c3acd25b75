"""What a supplier sells: add, change, take away."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from common.actors import Actor
from common.db.errors import constraint_name
from common.exceptions import InUse
from common.ports import audit_trail
from identity.enums import AuditAction
from supply.exceptions import SkuTaken
from supply.models import Product, Supplier
from supply.selectors.members import require_manages
from supply.services.moves import VersionCheck, any_version, lock_row

FIELDS = frozenset({"name", "sku", "price_kzt", "description", "currency", "stock_qty", "is_active"})
"""What a supplier may say about a product."""


def create_product(*, supplier: Supplier, values: Mapping[str, Any], by: Actor, at: datetime) -> Product:
    """Return a new product of the supplier; `values` are some of FIELDS, name, sku and price among them.

    Raises PermissionDenied, SkuTaken.
    """
    require_manages(by, supplier.pk)
    product = Product(supplier=supplier, created_at=at, updated_at=at)
    _set(product, values)
    _save(product, force_insert=True)
    return product


@transaction.atomic
def update_product(
    *,
    product: Product,
    changes: Mapping[str, Any],
    by: Actor,
    check_version: VersionCheck = any_version,
) -> Product:
    """Change what is named; a new stock is the full one.

    Raises PermissionDenied, VersionConflict, SkuTaken.
    """
    require_manages(by, product.supplier_id)
    locked = lock_row(Product.objects.all(), product)
    check_version(locked)
    changed = _set(locked, changes)
    if changed:
        _save(locked, update_fields=[*changed, "updated_at"])
    return locked


@transaction.atomic
def delete_product(*, product: Product, by: Actor, check_version: VersionCheck = any_version) -> None:
    """Take a product away for good, audited; raises PermissionDenied, VersionConflict, InUse once ordered."""
    require_manages(by, product.supplier_id)
    locked = lock_row(Product.objects.all(), product)
    check_version(locked)
    try:
        with transaction.atomic():
            locked.delete()
    except (ProtectedError, IntegrityError) as held:
        raise InUse("An order holds this product.") from held
    audit_trail.get().record(
        action=AuditAction.DELETE,
        resource_type="product",
        resource_id=str(product.pk),
        by=by,
        details={"supplier_id": str(product.supplier_id), "sku": product.sku},
        reason="Taken away by the supplier.",
    )


def _set(product: Product, values: Mapping[str, Any]) -> list[str]:
    """Take the values over and return the names of the columns that they touch."""
    changed = [name for name in values if name in FIELDS]
    for name in changed:
        setattr(product, name, values[name])
    if "stock_qty" in changed:
        product.stock_full_qty = product.stock_qty
        changed.append("stock_full_qty")
    return changed


def _save(product: Product, **how: Any) -> None:
    try:
        with transaction.atomic():
            product.save(**how)
    except IntegrityError as error:
        if constraint_name(error) == "uq_products_sku":
            raise SkuTaken from error
        raise
