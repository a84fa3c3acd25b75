from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    name = "newsletter"

    def ready(self) -> None:
        """Say what of a person's data lies here, how long it is kept, and how the ledger is verified."""
        # Models are not loaded before this point.
        from events.registry import Chain, chains, retentions, subject_tables  # noqa: PLC0415 -- see above
        from newsletter.selectors import count_consents, verify_consents  # noqa: PLC0415 -- see above
        from newsletter.services.retentions import RETENTIONS  # noqa: PLC0415 -- see above
        from newsletter.services.subject_data import TABLES  # noqa: PLC0415 -- see above

        for table in TABLES:
            subject_tables.register(self.label, table)
        for rule in RETENTIONS:
            retentions.register(self.label, rule)
        chains.register(self.label, Chain(name="consents", verify=verify_consents, count=count_consents))
