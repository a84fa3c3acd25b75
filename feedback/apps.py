from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "feedback"

    def ready(self) -> None:
        """Say what of a person's data lies here, and how long it is kept."""
        # Models are not loaded before this point.
        from events.registry import retentions, subject_tables  # noqa: PLC0415 -- see above
        from feedback.services.retentions import RETENTIONS  # noqa: PLC0415 -- see above
        from feedback.services.subject_data import TABLES  # noqa: PLC0415 -- see above

        for table in TABLES:
            subject_tables.register(self.label, table)
        for rule in RETENTIONS:
            retentions.register(self.label, rule)
