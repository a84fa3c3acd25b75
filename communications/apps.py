from django.apps import AppConfig


class CommunicationsConfig(AppConfig):
    name = "communications"

    def ready(self) -> None:
        """Say what of a person's data lies here, and how long it is kept."""
        # Models are not loaded before this point.
        from communications.services.retentions import RETENTIONS  # noqa: PLC0415 -- see above
        from communications.services.subject_data import BLOCKERS, TABLES  # noqa: PLC0415 -- see above
        from events.registry import blockers, retentions, subject_tables  # noqa: PLC0415 -- see above

        for table in TABLES:
            subject_tables.register(self.label, table)
        for rule in RETENTIONS:
            retentions.register(self.label, rule)
        for blocker in BLOCKERS:
            blockers.register(self.label, blocker)
