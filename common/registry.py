"""Registries: every app adds its part in `AppConfig.ready()`, the reader walks the floors from the top."""

from collections.abc import Iterator
from typing import Any, ClassVar, Generic, TypeVar

from django.apps import apps

T = TypeVar("T")


class Registry(Generic[T]):
    """Items by app; iteration goes from the top floor down, within an app in order of registration."""

    known: ClassVar[dict[str, "Registry[Any]"]] = {}

    def __init__(self, name: str) -> None:
        self.name = name
        self._items: dict[str, list[T]] = {}
        Registry.known[name] = self

    def register(self, app_label: str, item: T) -> T:
        """Add an item of the app; equal items of one app are kept once."""
        items = self._items.setdefault(app_label, [])
        if item not in items:
            items.append(item)
        return item

    def remove(self, app_label: str, item: T) -> None:
        """Take an item back; raises ValueError when it is not registered."""
        self._items[app_label].remove(item)

    def __iter__(self) -> Iterator[T]:
        # INSTALLED_APPS lists the floors from the ground up.
        floors = [config.label for config in apps.get_app_configs()]
        for label in reversed(floors):
            yield from self._items.get(label, ())
        for label, items in self._items.items():
            if label not in floors:
                yield from items

    def __len__(self) -> int:
        return sum(len(items) for items in self._items.values())
