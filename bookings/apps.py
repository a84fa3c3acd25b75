from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "bookings"

    def ready(self) -> None:
        """Answer the questions that lower floors ask (architecture.md, "Crossing the floors")."""
        # Models are not loaded before this point.
        from bookings.selectors.station_use import BookingsAndHolds  # noqa: PLC0415 -- see above
        from bookings.services.alerts import MailedAlerts  # noqa: PLC0415 -- see above
        from common.ports import alerts  # noqa: PLC0415 -- see above
        from identity.ports import station_use  # noqa: PLC0415 -- see above

        station_use.fill(BookingsAndHolds(), owner=self.name)
        alerts.fill(MailedAlerts(), owner=self.name)
