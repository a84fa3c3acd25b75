from datetime import timedelta

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "identity"
    verbose_name = "Identity"

    def ready(self) -> None:
        """Answer the kernel's port of the audit trail (P-7) and name the jobs (section 16)."""
        # Models are not loaded before this point.
        from common.ports import audit_trail  # noqa: PLC0415 -- see above
        from events import registry  # noqa: PLC0415 -- see above
        from identity.services.audit import audit_log  # noqa: PLC0415 -- see above
        from identity.services.mails import mail_kinds  # noqa: PLC0415 -- see above
        from identity.services.purge import purge_keys  # noqa: PLC0415 -- see above
        from identity.services.retentions import RETENTIONS  # noqa: PLC0415 -- see above
        from identity.services.subject_data import SUBJECT_TABLES  # noqa: PLC0415 -- see above

        audit_trail.fill(audit_log, owner=self.name)
        for kind in mail_kinds():
            registry.message_kinds.register(self.label, kind)
        registry.jobs.register(
            self.label,
            registry.Job(
                name="purge_keys",
                every=timedelta(hours=1),
                purpose="delete expired idempotency keys, counters and refresh tokens",
                run=purge_keys,
            ),
        )
        for table in SUBJECT_TABLES:
            registry.subject_tables.register(self.label, table)
        for rule in RETENTIONS:
            registry.retentions.register(self.label, rule)
