from django.apps import AppConfig


class IntegraConfig(AppConfig):
    name = "integra"

    def ready(self) -> None:
        """Name who processes what the providers tell, and what of a person's data lies here."""
        # Models are not loaded before this point.
        from events import registry  # noqa: PLC0415 -- see above
        from integra.services import stripe_events  # noqa: PLC0415 -- see above
        from integra.services.retentions import RETENTIONS  # noqa: PLC0415 -- see above
        from integra.services.subject_data import TABLES  # noqa: PLC0415 -- see above

        stripe = registry.InboxSource(name=stripe_events.SOURCE, process=stripe_events.process_stripe_event)
        registry.inbox_sources.register(self.label, stripe)
        for table in TABLES:
            registry.subject_tables.register(self.label, table)
        for rule in RETENTIONS:
            registry.retentions.register(self.label, rule)
