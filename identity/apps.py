from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "identity"
    verbose_name = "Identity"

    def ready(self) -> None:
        """Answer the kernel's port of the audit trail (P-7)."""
        # Models are not loaded before this point.
        from common.ports import audit_trail  # noqa: PLC0415 -- see above
        from identity.services.audit import audit_log  # noqa: PLC0415 -- see above

        audit_trail.fill(audit_log, owner=self.name)
