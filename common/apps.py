from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        """Register the system checks of the kernel; without usable key rings nothing starts (P-1)."""
        from common.crypto.keyring import crypto_keys, index_keys  # noqa: PLC0415 -- needs the settings

        crypto_keys()
        index_keys()
        import common.api.checks  # noqa: F401, PLC0415 -- registers itself; REST framework needs the settings first
