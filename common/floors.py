"""Which app stands on which floor: stated once, in `settings.FLOORS`, from the ground up.

Foreign keys and imports point downwards; apps of one floor are neighbours that do not know each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.apps import apps
from django.apps.registry import Apps
from django.conf import settings
from django.db.models import Model


@dataclass(frozen=True, slots=True)
class Floors:
    """Labels of the house's own apps, floor by floor from the ground up."""

    labels: Sequence[Sequence[str]]

    @classmethod
    def of_settings(cls) -> "Floors":
        """Return the floors of this project."""
        return cls(settings.FLOORS)

    @property
    def all(self) -> list[str]:
        """Every app of the house, from the ground up."""
        return [label for floor in self.labels for label in floor]

    def floor_of(self, app_label: str) -> int | None:
        """Return the number of an app's floor, 0 being the ground; None for an app of somebody else."""
        return next((number for number, floor in enumerate(self.labels) if app_label in floor), None)

    def may_point(self, source: str, target: str) -> bool:
        """Tell whether a foreign key of one app may point at another: inside the app, down, or out."""
        here, there = self.floor_of(source), self.floor_of(target)
        return source == target or here is None or there is None or there < here

    def models(self, registry: Apps = apps) -> list[type[Model]]:
        """Return the concrete models of the house, from the ground up; tables of many-to-many keys too."""
        return [
            model
            for label in self.all
            for model in registry.get_models(include_auto_created=True)
            if model._meta.app_label == label and not model._meta.proxy
        ]
