"""Both sides and the key of every relation: the validator of the schema's joints."""

from time import perf_counter
from typing import Any

from django.core.management.base import CommandParser
from django.db import DEFAULT_DB_ALIAS, connections

from common.management.base import HouseCommand
from common.schema.relationships import Figures, Relationships, inspect_relationships


class Command(HouseCommand):
    help = "Check both sides, names, direction and foreign keys of every relation; exit code 1 on errors."
    # The system check would stop at a fault that this command is there to name.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--diff", action="store_true", help="print what is wrong only, without figures")
        parser.add_argument(
            "--database", default=DEFAULT_DB_ALIAS, choices=list(connections), help="the database to look at"
        )

    def handle(self, *_args: Any, diff: bool, database: str, **_options: Any) -> None:
        connection = connections[database]
        connection.ensure_connection()
        began = perf_counter()
        found = inspect_relationships(connection)
        seconds = round(perf_counter() - began, 3)
        errors, warnings = found.of_severity("error"), found.of_severity("warning")
        if self.as_json:
            report: dict[str, Any] = {
                "errors": [finding.as_dict() for finding in errors],
                "warnings": [finding.as_dict() for finding in warnings],
            }
            self.report(report if diff else {**report, **_figures(found), "seconds": seconds})
        else:
            self.report({"errors": errors, "warnings": warnings})
            if not diff:
                for line in figure_lines(found.figures):
                    self.stdout.write(line)
                self.stdout.write(f"checked in {seconds} s")
        self.conclude(len(errors), "errors in relationships")


def _figures(found: Relationships) -> dict[str, Any]:
    counted = {name: figures.as_dict() for name, figures in found.figures.items()}
    total = {"schemas": len(counted) - 1, **counted.pop("total")}
    return {"schemas": counted, "total": total}


def figure_lines(figures: dict[str, Figures]) -> list[str]:
    """Return a table with a column per figure and a row per schema, the total last."""
    names = list(figures["total"].as_dict())
    rows = [["schema", *(name.replace("_", " ") for name in names)]]
    rows += [
        [
            f"{len(figures) - 1} in total" if schema == "total" else schema,
            *map(str, counted.as_dict().values()),
        ]
        for schema, counted in figures.items()
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    ]
