"""Models that are made for one test, outside of the app registry."""

from __future__ import annotations

from typing import Any

from django.apps.registry import Apps
from django.db import connection, models

from common.db import table

DEPOT, SHOP = "engine_depot", "engine_shop"


def make(schema: str, name: str = "boxes", **fields: Any) -> type[models.Model]:
    """Make a model class outside of the app registry; Meta options come as ``meta``."""
    options = fields.pop("meta", {})
    registry = fields.pop("registry", None) or Apps()
    meta = type(
        "Meta", (), {"app_label": "engine_app", "apps": registry, "db_table": table(schema, name), **options}
    )
    namespace = {"__module__": __name__, "id": models.BigAutoField(primary_key=True), "Meta": meta, **fields}
    return type(f"{schema}_{name}".title().replace("_", ""), (models.Model,), namespace)


def create(*made: type[models.Model]) -> None:
    with connection.schema_editor() as editor:
        for model in made:
            editor.create_model(model)


def alter(old: type[models.Model], new: type[models.Model], name: str) -> None:
    with connection.schema_editor() as editor:
        editor.alter_field(old, old._meta.get_field(name), new._meta.get_field(name), strict=True)


def field_of(field: models.Field[Any, Any], name: str, model: type[models.Model]) -> models.Field[Any, Any]:
    field.set_attributes_from_name(name)
    field.model = model
    return field
