"""Both sides and keys of every relation of the house: what is wrong, and how much there is."""

from dataclasses import dataclass

from django.apps import apps
from django.apps.registry import Apps
from django.db.backends.base.base import BaseDatabaseWrapper

from common.floors import Floors
from common.schema.relationships.declared import declared_faults
from common.schema.relationships.figures import Figures, count_figures, schemas_of
from common.schema.relationships.findings import Fault, Finding, Severity
from common.schema.relationships.keys import key_faults, read_keys

__all__ = ["Fault", "Figures", "Finding", "Relationships", "inspect_relationships"]


@dataclass(frozen=True, slots=True)
class Relationships:
    """The findings of one inspection, and the figures of each schema and of all (`total`)."""

    findings: list[Finding]
    figures: dict[str, Figures]

    def of_severity(self, severity: Severity) -> list[Finding]:
        return [finding for finding in self.findings if finding.fault.severity == severity]


def inspect_relationships(
    connection: BaseDatabaseWrapper, *, registry: Apps = apps, floors: Floors | None = None
) -> Relationships:
    """Compare both sides of every relation with each other and with the keys of the live catalogue."""
    floors = floors or Floors.of_settings()
    models = floors.models(registry)
    keys = read_keys(connection, schemas_of(models))
    findings = [*declared_faults(registry, floors), *key_faults(models, keys)]
    return Relationships(findings, count_figures(connection, models, keys))
