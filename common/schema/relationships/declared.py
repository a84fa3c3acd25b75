"""Faults that can be read off the model classes, without a database."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from inspect import getattr_static
from typing import Any

from django.apps.registry import Apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.db.models.fields.related_descriptors import (
    ManyToManyDescriptor,
    ReverseManyToOneDescriptor,
    ReverseOneToOneDescriptor,
)

from common.db import names
from common.floors import Floors
from common.schema.relationships.findings import Fault, Finding


def relations_of(model: type[Model]) -> list[Any]:
    """Return the foreign keys, one-to-one and many-to-many fields that a model declares."""
    declared: list[Field[Any, Any]] = [*model._meta.local_fields, *model._meta.local_many_to_many]
    return [field for field in declared if field.remote_field]


def declared_faults(registry: Apps, floors: Floors) -> list[Finding]:
    """Return what is wrong with the relations and names of all models of a registry's house."""
    house = floors.models(registry)
    found = [*_claims(registry, floors), *_replaced_classes(registry, floors), *_namesakes(house)]
    for model in house:
        targets = Counter(str(field.remote_field.model) for field in relations_of(model))
        for field in relations_of(model):
            found += _relation(field, registry, floors, shared=targets[str(field.remote_field.model)] > 1)
    return found


def _claims(registry: Apps, floors: Floors) -> Iterator[Finding]:
    """No two models claim one table, one of them being the house's."""
    claims: dict[str, list[type[Model]]] = defaultdict(list)
    for model in registry.get_models(include_auto_created=True):
        if not model._meta.proxy:
            claims[names.canonical(model._meta.db_table)].append(model)
    for table, models in claims.items():
        if len(models) > 1 and any(floors.floor_of(model._meta.app_label) is not None for model in models):
            labels = " and ".join(model._meta.label for model in models)
            yield Finding(Fault.TABLE_CLAIMED_TWICE, table, f"is the table of {labels}")


def _namesakes(house: list[type[Model]]) -> Iterator[Finding]:
    """No two classes of the house bear one name."""
    homes: dict[str, list[str]] = defaultdict(list)
    for model in house:
        homes[model.__name__].append(model.__module__)
    for name, modules in homes.items():
        if len(modules) > 1:
            yield Finding(Fault.CLASS_DEFINED_TWICE, name, f"is defined in {' and '.join(modules)}")


def _replaced_classes(registry: Apps, floors: Floors) -> Iterator[Finding]:
    """No class was defined again over one that is still alive."""
    waiting: list[type[Model]] = [Model]
    seen: set[type[Model]] = set()
    while waiting:
        for child in waiting.pop().__subclasses__():
            if child not in seen:
                seen.add(child)
                waiting.append(child)
    for model in sorted(seen, key=lambda model: (model.__module__, model.__qualname__)):
        meta = model._meta
        if meta.apps is not registry or meta.abstract or floors.floor_of(meta.app_label) is None:
            continue
        registered = registry.all_models[meta.app_label].get(str(meta.model_name))
        if registered is not None and registered is not model:
            words = f"is defined in {model.__module__} and again in {registered.__module__}"
            yield Finding(Fault.CLASS_DEFINED_TWICE, meta.label, words)


def _relation(field: Any, registry: Apps, floors: Floors, *, shared: bool) -> Iterator[Finding]:
    where, target = f"{field.model._meta.label}.{field.name}", field.remote_field.model
    if isinstance(target, str):
        yield Finding(Fault.TARGET_MISSING, where, f"points at {target}, which does not exist")
        return
    registered: Any = registry.all_models[target._meta.app_label].get(target._meta.model_name)
    if registered is not target:
        words = f"points at a class {target._meta.label} that is not the registered one"
        yield Finding(Fault.TARGET_REPLACED, where, words)
        return
    yield from _direction(field, target, floors, where)
    if field.model._meta.auto_created:  # the two sides are those of the many-to-many field
        return
    if field.remote_field.hidden:
        if not getattr(field.remote_field, "symmetrical", False):
            yield Finding(Fault.REVERSE_HIDDEN, where, f"cannot be read from {target._meta.label}")
        return
    yield from _reverse_name(field, target, where, shared=shared)
    yield from _sides(field, target, where)


def _direction(field: Any, target: type[Model], floors: Floors, where: str) -> Iterator[Finding]:
    source, aim = field.model._meta.app_label, target._meta.app_label
    if not floors.may_point(source, aim):
        if floors.floor_of(source) == floors.floor_of(aim):
            words = f"points sideways at the neighbour {target._meta.label}"
            yield Finding(Fault.KEY_POINTS_SIDEWAYS, where, words)
        else:
            yield Finding(Fault.KEY_POINTS_UP, where, f"points upwards at {target._meta.label}")


def _reverse_name(field: Any, target: type[Model], where: str, *, shared: bool) -> Iterator[Finding]:
    if field.remote_field.related_name is None:
        name = f"{target._meta.label}.{field.remote_field.get_accessor_name()}"
        if shared:
            words = f"takes the default reverse name {name} though another relation meets the same model"
            yield Finding(Fault.REVERSE_NAME_IMPLICIT, where, words)
        else:
            yield Finding(Fault.REVERSE_NAME_DEFAULT, where, f"takes the default reverse name {name}")


def _sides(field: Any, target: type[Model], where: str) -> Iterator[Finding]:
    """Follow the reverse accessor: it exists, is a relation and leads back, and so does the query name."""
    relation = field.remote_field
    accessor = relation.get_accessor_name()
    name = f"{target._meta.label}.{accessor}"
    descriptor = getattr_static(target, accessor, None)
    if descriptor is None:
        yield Finding(Fault.REVERSE_MISSING, where, f"has no reverse side {name}")
    elif not isinstance(
        descriptor, ReverseManyToOneDescriptor | ReverseOneToOneDescriptor | ManyToManyDescriptor
    ):
        words = f"has a reverse side {name} that is no relation but {type(descriptor).__name__}"
        yield Finding(Fault.REVERSE_NO_RELATION, where, words)
    elif (met := _relation_behind(descriptor)) is not relation:
        other = f"{met.related_model._meta.label}.{met.field.name}"
        yield Finding(Fault.SIDES_DIFFER, where, f"has a reverse side {name} that leads back to {other}")
    elif _by_query_name(target, relation.name) is not relation:
        words = f"is not what a query finds under {target._meta.label}.{relation.name}"
        yield Finding(Fault.SIDES_DIFFER, where, words)


def _relation_behind(descriptor: Any) -> Any:
    return descriptor.related if isinstance(descriptor, ReverseOneToOneDescriptor) else descriptor.rel


def _by_query_name(target: type[Model], name: str) -> Any:
    try:
        return target._meta.get_field(name)
    except FieldDoesNotExist:
        return None
