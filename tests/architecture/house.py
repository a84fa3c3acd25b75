"""What the architecture tests share: the floors, the source files, the models."""

from pathlib import Path

from django.apps import apps
from django.db.models import Model

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ["common", "events", "identity", "bookings", "neighbours", "communications", "integra", "config"]
NEIGHBOURS = {"leads", "newsletter", "feedback", "marketing", "support", "supply"}
APPS = ["common", "events", "identity", "bookings", *sorted(NEIGHBOURS), "communications", "integra"]


def floor(app_label: str) -> int:
    """Return the floor an app lives on, the kernel being 0."""
    return FLOORS.index("neighbours" if app_label in NEIGHBOURS else app_label)


def house_models() -> list[type[Model]]:
    """Return every concrete model of the house's own apps."""
    return [model for model in apps.get_models() if model._meta.app_label in APPS]


def source_files(*folders: str) -> list[Path]:
    """Return the project's Python files, migrations left out; of some top folders or of all."""
    tops = folders or (*APPS, "config", "tests", "benchmarks")
    return sorted(
        path
        for top in tops
        for path in (ROOT / top).rglob("*.py")
        if "migrations" not in path.parts and "__pycache__" not in path.parts
    )
