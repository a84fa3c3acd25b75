from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "support"

    def ready(self) -> None:
        """Say what of a person's data lies here; react to those who want to be forgotten."""
        # Models are not loaded before this point.
        from events.registry import subject_tables, subscribe  # noqa: PLC0415 -- see above
        from support.handlers import open_erasure_request  # noqa: PLC0415 -- see above
        from support.services.subject_data import TABLES  # noqa: PLC0415 -- see above

        for table in TABLES:
            subject_tables.register(self.label, table)
        subscribe(
            "customer.erasure_requested",
            name="support.open_erasure_request",
            handler=open_erasure_request,
        )
