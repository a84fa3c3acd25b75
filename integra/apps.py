from datetime import timedelta

from django.apps import AppConfig


class IntegraConfig(AppConfig):
    name = "integra"

    def ready(self) -> None:
        """Name who processes what the providers tell, and what of a person's data lies here."""
        # Models are not loaded before this point.
        from events import registry  # noqa: PLC0415 -- see above
        from integra.services import mail_notices, match_runs, stripe_events  # noqa: PLC0415 -- see above
        from integra.services.retentions import RETENTIONS  # noqa: PLC0415 -- see above
        from integra.services.subject_data import TABLES  # noqa: PLC0415 -- see above

        for source in (
            registry.InboxSource(name=stripe_events.SOURCE, process=stripe_events.process_stripe_event),
            registry.InboxSource(name=mail_notices.SOURCE, process=mail_notices.process_payment_mail),
        ):
            registry.inbox_sources.register(self.label, source)
        registry.jobs.register(
            self.label,
            registry.Job(
                name="match_payments",
                every=timedelta(minutes=5),
                purpose="find the bookings of money that arrived by itself",
                run=match_runs.match_payments,
            ),
        )
        for table in TABLES:
            registry.subject_tables.register(self.label, table)
        for rule in RETENTIONS:
            registry.retentions.register(self.label, rule)
