"""Diagrams and data dictionary of every schema, written from the models; needs no database."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import CommandParser

from common.management.base import HouseCommand
from common.schema.documents.pages import pages, stale_pages


class Command(HouseCommand):
    help = "Write diagrams and data dictionary of every schema to docs/schema, or tell which are stale."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        home = Path(apps.get_app_config("common").path).parent / "docs" / "schema"
        parser.add_argument(
            "--check", action="store_true", help="write nothing, name what is stale, exit code 1"
        )
        parser.add_argument("--diff", action="store_true", help="like --check, and show what would change")
        parser.add_argument("--directory", type=Path, default=home, help="where the files are (docs/schema)")

    def handle(self, *_args: Any, check: bool, diff: bool, directory: Path, **_options: Any) -> None:
        texts = pages()
        stale = stale_pages(directory, texts)
        if diff and not self.as_json:
            for page in stale:
                self.stdout.write(page.diff())
        if not (check or diff or self.dry_run):
            for page in stale:
                page.write()
        names = [f"{page.path.name}: {page.state}" for page in stale]
        if check or diff:
            self.report({"files": len(texts), "stale": names})
            self.conclude(len(stale), "stale files: run `manage.py document_schema` and commit docs/schema")
        else:
            self.report({"files": len(texts), "written": names})
