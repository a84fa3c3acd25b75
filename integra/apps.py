from django.apps import AppConfig


class IntegraConfig(AppConfig):
    name = "integra"

    def ready(self) -> None:
        """Name who processes what the providers tell (architecture.md, "Crossing the floors")."""
        # Models are not loaded before this point.
        from events.registry import InboxSource, inbox_sources  # noqa: PLC0415 -- see above
        from integra.services import stripe_events  # noqa: PLC0415 -- see above

        stripe = InboxSource(name=stripe_events.SOURCE, process=stripe_events.process_stripe_event)
        inbox_sources.register(self.label, stripe)
