from datetime import timedelta

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "bookings"

    def ready(self) -> None:
        """Answer what lower floors ask and name the jobs (architecture.md, "Crossing the floors")."""
        # Models are not loaded before this point.
        from bookings.selectors.station_use import BookingsAndHolds  # noqa: PLC0415 -- see above
        from bookings.services.alerts import MailedAlerts  # noqa: PLC0415 -- see above
        from bookings.services.holds import expire_holds, warn_holds  # noqa: PLC0415 -- see above
        from common.ports import alerts  # noqa: PLC0415 -- see above
        from events.registry import Job, jobs  # noqa: PLC0415 -- see above
        from identity.ports import station_use  # noqa: PLC0415 -- see above

        station_use.fill(BookingsAndHolds(), owner=self.name)
        alerts.fill(MailedAlerts(), owner=self.name)
        for job in (
            Job(
                name="expire_holds",
                every=timedelta(minutes=1),
                purpose="free the slots of holds past their deadline",
                run=expire_holds,
            ),
            Job(
                name="warn_holds",
                every=timedelta(minutes=5),
                purpose="mail whoever has an hour left to sign or pay",
                run=warn_holds,
            ),
        ):
            jobs.register(self.label, job)
