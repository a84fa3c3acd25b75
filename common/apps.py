from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, register


def check_api(**kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001 -- the check contract
    """R-4: every routed API view declares who may call it."""
    from common.api.checks import check_declared_permissions  # noqa: PLC0415 -- imports views, and they the models

    return check_declared_permissions()


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        """Register the system checks of the kernel; without usable key rings nothing starts (P-1)."""
        from common.crypto.keyring import crypto_keys, index_keys  # noqa: PLC0415 -- needs the settings

        crypto_keys()
        index_keys()
        import common.api.checks  # noqa: F401, PLC0415 -- registers itself; REST framework needs the settings first
