"""Find the factory of any table: `tests/factories/<app>.py` holds one per model of the app."""

from importlib import import_module
from typing import Any

from django.db.models import Model
from factory.django import DjangoModelFactory


def find_factory(model: type[Model]) -> type[DjangoModelFactory[Any]] | None:
    """Return the factory of a model, None when its app has none."""
    module = import_module(f"tests.factories.{model._meta.app_label}")
    factories = [
        member
        for member in vars(module).values()
        if isinstance(member, type) and issubclass(member, DjangoModelFactory)
    ]
    own = (factory for factory in factories if factory.__module__ == module.__name__)
    return next((factory for factory in own if factory._meta.model is model), None)
