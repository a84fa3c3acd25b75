from datetime import timedelta

from django.apps import AppConfig
from django.core.checks import register

LOOP = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        """Fill the ports of the API kit; register the event chain, the couriers and the worker's loops."""
        from common.api.health import ReadinessCheck, readiness  # noqa: PLC0415 -- models are ready only here
        from common.ports import counters, idempotency_store  # noqa: PLC0415 -- same
        from events import registry  # noqa: PLC0415 -- same
        from events.checks import check_upcasters  # noqa: PLC0415 -- same
        from events.registry import Chain, Courier, Job, boxes, chains, couriers, jobs  # noqa: PLC0415 -- same
        from events.selectors import (  # noqa: PLC0415 -- same
            count_events,
            count_seals,
            probe_lag,
            verify_chain,
            verify_seals,
        )
        from events.services.boxes import INBOX, OUTBOX  # noqa: PLC0415 -- same
        from events.services.broker import send_to_broker  # noqa: PLC0415 -- same
        from events.services.counters import PostgresCounters  # noqa: PLC0415 -- same
        from events.services.couriers import send_mail, send_sms  # noqa: PLC0415 -- same
        from events.services.files import remove_files  # noqa: PLC0415 -- same
        from events.services.idempotency import PostgresIdempotencyStore  # noqa: PLC0415 -- same
        from events.services.inbox import process_inbox  # noqa: PLC0415 -- same
        from events.services.outbox import dispatch_outbox  # noqa: PLC0415 -- same
        from events.services.purging import run_purge  # noqa: PLC0415 -- same
        from events.services.retentions import RETENTIONS  # noqa: PLC0415 -- same
        from events.services.seals import seal_event_chain  # noqa: PLC0415 -- same
        from events.services.subject_data import SUBJECT_TABLES  # noqa: PLC0415 -- same
        from events.services.verification import run_verification  # noqa: PLC0415 -- same
        from events.services.webhooks import send_webhook  # noqa: PLC0415 -- same

        register(check_upcasters)
        counters.fill(PostgresCounters(), owner=self.name)
        idempotency_store.fill(PostgresIdempotencyStore(), owner=self.name)
        couriers.register(self.label, Courier(name="email", send=send_mail))
        couriers.register(self.label, Courier(name="sms", send=send_sms))
        couriers.register(self.label, Courier(name="broker", send=send_to_broker))
        couriers.register(self.label, Courier(name="projection", send=remove_files))
        couriers.register(self.label, Courier(name="webhook", send=send_webhook))
        for name, every, purpose, run in (
            ("dispatch_outbox", LOOP, "deliver what is due in the outbox", dispatch_outbox),
            ("process_inbox", LOOP, "process what came in from outside", process_inbox),
            ("seal_event_chain", HOUR, "seal the events of the hour", seal_event_chain),
            ("verify_chains", DAY, "recompute the chains and recount what was sealed", run_verification),
            ("purge_retention", DAY, "end what has been kept for its time", run_purge),
        ):
            jobs.register(self.label, Job(name=name, every=every, purpose=purpose, run=run))
        for table in SUBJECT_TABLES:
            registry.subject_tables.register(self.label, table)
        for rule in RETENTIONS:
            registry.retentions.register(self.label, rule)
        for box in (OUTBOX, INBOX):
            boxes.register(self.label, box)
        readiness.register(self.label, ReadinessCheck("queues", probe_lag))
        chains.register(self.label, Chain(name="events", verify=verify_chain, count=count_events))
        chains.register(self.label, Chain(name="seals", verify=verify_seals, count=count_seals))
