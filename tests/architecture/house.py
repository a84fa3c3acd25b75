"""What the architecture tests share: the floors, the source files, the models."""

from pathlib import Path

from django.db.models import Model

from common.floors import Floors

ROOT = Path(__file__).resolve().parents[2]
HOUSE = Floors.of_settings()
APPS = HOUSE.all


def house_models() -> list[type[Model]]:
    """Return every concrete model of the house's own apps."""
    return HOUSE.models()


def source_files(*folders: str) -> list[Path]:
    """Return the project's Python files, migrations left out; of some top folders or of all."""
    tops = folders or (*APPS, "config", "tests", "benchmarks")
    return sorted(
        path
        for top in tops
        for path in (ROOT / top).rglob("*.py")
        if "migrations" not in path.parts and "__pycache__" not in path.parts
    )
