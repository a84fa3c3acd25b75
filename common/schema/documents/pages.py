"""The generated files under docs/schema: what each must say, and which do not."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from django.apps import apps
from django.apps.registry import Apps

from common.floors import Floors
from common.schema.documents.diagrams import picture_of_house, picture_of_schema
from common.schema.documents.dictionary import page_of_house, page_of_schema
from common.schema.documents.mermaid import mermaid_of_house, mermaid_of_schema
from common.schema.documents.reading import read_schemas
from common.schema.documents.svg import render

MARK = "Written by `manage.py document_schema` from the models: change those."
MARKS = {".md": f"<!-- {MARK} -->\n", ".svg": f"<!-- {MARK} -->\n", ".mmd": f"%% {MARK}\n"}


def pages(registry: Apps = apps, floors: Floors | None = None) -> dict[str, str]:
    """Return the text of every file by its name; from the models alone, the same for the same models."""
    floors = floors or Floors.of_settings()
    schemas = read_schemas(floors.models(registry))
    texts = {
        "README.md": page_of_house(schemas),
        "house.svg": render(picture_of_house(schemas, floors)),
        "house.mmd": mermaid_of_house(schemas),
    }
    for schema, tables in schemas.items():
        texts[f"{schema}.md"] = page_of_schema(schema, tables)
        texts[f"{schema}.svg"] = render(picture_of_schema(schema, tables))
        texts[f"{schema}.mmd"] = mermaid_of_schema(tables)
    return {name: MARKS[Path(name).suffix] + text for name, text in texts.items()}


@dataclass(frozen=True, slots=True)
class Stale:
    """A file that differs from what it must say; `text` is None where it should not be there."""

    path: Path
    old: str | None
    text: str | None

    @property
    def state(self) -> str:
        return "missing" if self.old is None else "left over" if self.text is None else "outdated"

    def diff(self) -> str:
        """Return what writing would change, as a unified diff."""
        old, new = ((text or "").splitlines(keepends=True) for text in (self.old, self.text))
        return "".join(unified_diff(old, new, f"{self.path.name} (file)", f"{self.path.name} (models)"))

    def write(self) -> None:
        if self.text is None:
            self.path.unlink()
        else:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(self.text, encoding="utf-8")


def stale_pages(directory: Path, texts: Mapping[str, str]) -> list[Stale]:
    """Return the files that are missing, outdated or left over; files without our mark are not ours."""
    found = []
    for name, text in sorted(texts.items()):
        path = directory / name
        old = path.read_text(encoding="utf-8") if path.exists() else None
        if old != text:
            found.append(Stale(path, old, text))
    for path in sorted(directory.glob("*")):
        if path.name not in texts and path.suffix in MARKS:
            old = path.read_text(encoding="utf-8")
            if old.startswith(MARKS[path.suffix]):
                found.append(Stale(path, old, None))
    return found
