"""The jobs of section 16 that concern bookings and holds."""

from datetime import timedelta

from bookings.services.cancellation_runs import cancellation_alerts
from bookings.services.chef_runs import chef_alerts, close_past_bookings
from bookings.services.deposit_runs import auto_cancel_deposits, deposit_reminders
from bookings.services.holds import expire_holds, warn_holds
from bookings.services.reminder_runs import send_booking_reminders
from bookings.services.slot_proofs import run_slot_proof
from events.registry import Job

JOBS = (
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
    Job(
        name="auto_cancel_deposits",
        every=timedelta(minutes=5),
        purpose="cancel bookings whose deposit did not come in time",
        run=auto_cancel_deposits,
    ),
    Job(
        name="deposit_reminders",
        every=timedelta(minutes=5),
        purpose="remind customers of deposits that are still open",
        run=deposit_reminders,
    ),
    Job(
        name="send_booking_reminders",
        every=timedelta(minutes=5),
        purpose="remind customers of their parties",
        run=send_booking_reminders,
    ),
    Job(
        name="close_past_bookings",
        every=timedelta(hours=1),
        purpose="complete the parties that are over",
        run=close_past_bookings,
    ),
    Job(
        name="chef_alerts",
        every=timedelta(minutes=30),
        purpose="alert of parties within a week that have no chef",
        run=chef_alerts,
    ),
    Job(
        name="cancellation_alerts",
        every=timedelta(minutes=30),
        purpose="alert of requests to cancel that nobody has decided for a day",
        run=cancellation_alerts,
    ),
    Job(
        name="prove_slots",
        every=timedelta(days=1),
        purpose="recount what is occupied and compare it with the claims",
        run=run_slot_proof,
    ),
)
