from datetime import timedelta

from django.apps import AppConfig


class IntegraConfig(AppConfig):
    name = "integra"

    def ready(self) -> None:
        """Name who processes what the providers tell, and what of a person's data lies here."""
        # Models are not loaded before this point.
        from events.registry import InboxSource, Job, inbox_sources, jobs  # noqa: PLC0415 -- see above
        from integra.services import mail_notices, match_runs, stripe_events  # noqa: PLC0415 -- see above

        for source in (
            InboxSource(name=stripe_events.SOURCE, process=stripe_events.process_stripe_event),
            InboxSource(name=mail_notices.SOURCE, process=mail_notices.process_payment_mail),
        ):
            inbox_sources.register(self.label, source)
        jobs.register(
            self.label,
            Job(
                name="match_payments",
                every=timedelta(minutes=5),
                purpose="find the bookings of money that arrived by itself",
                run=match_runs.match_payments,
            ),
        )
