from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "bookings"

    def ready(self) -> None:
        """Answer what lower floors ask and name the jobs (architecture.md, "Crossing the floors")."""
        # Models are not loaded before this point.
        from bookings.handlers import note_new_address  # noqa: PLC0415 -- see above
        from bookings.selectors.figures.sources import SOURCES  # noqa: PLC0415 -- see above
        from bookings.selectors.station_use import BookingsAndHolds  # noqa: PLC0415 -- see above
        from bookings.services.alerts import MailedAlerts  # noqa: PLC0415 -- see above
        from bookings.services.card_courier import send_to_provider  # noqa: PLC0415 -- see above
        from bookings.services.jobs import JOBS  # noqa: PLC0415 -- see above
        from bookings.services.privacy import conversations, tables  # noqa: PLC0415 -- see above
        from bookings.services.privacy.blockers import find_reasons  # noqa: PLC0415 -- see above
        from bookings.services.privacy.retentions import RETENTIONS  # noqa: PLC0415 -- see above
        from bookings.services.words import message_kinds  # noqa: PLC0415 -- see above
        from common.ports import alerts  # noqa: PLC0415 -- see above
        from events import registry  # noqa: PLC0415 -- see above
        from events.subjects import Blocker  # noqa: PLC0415 -- see above
        from identity.ports import station_use  # noqa: PLC0415 -- see above

        for source in SOURCES:
            registry.figures.register(self.label, source)
        station_use.fill(BookingsAndHolds(), owner=self.name)
        alerts.fill(MailedAlerts(), owner=self.name)
        registry.couriers.register(self.label, registry.Courier(name="stripe", send=send_to_provider))
        registry.subscribe("user.new_address", name="bookings.note_new_address", handler=note_new_address)
        for job in JOBS:
            registry.jobs.register(self.label, job)
        for kind in message_kinds():
            registry.message_kinds.register(self.label, kind)
        for table in (*conversations.TABLES, *tables.TABLES):
            registry.subject_tables.register(self.label, table)
        registry.blockers.register(self.label, Blocker("bookings.customers", find_reasons))
        for rule in RETENTIONS:
            registry.retentions.register(self.label, rule)
