from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        """Fill the ports of the API kit and register the event chain."""
        from common.ports import counters, idempotency_store  # noqa: PLC0415 -- models are ready only here
        from events.registry import Chain, chains  # noqa: PLC0415 -- same
        from events.selectors import count_events, verify_chain  # noqa: PLC0415 -- same
        from events.services.counters import PostgresCounters  # noqa: PLC0415 -- same
        from events.services.idempotency import PostgresIdempotencyStore  # noqa: PLC0415 -- same

        counters.fill(PostgresCounters(), owner=self.name)
        idempotency_store.fill(PostgresIdempotencyStore(), owner=self.name)
        chains.register(self.label, Chain(name="events", verify=verify_chain, count=count_events))
