from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from common.crypto.keyring import crypto_keys, index_keys


def check_api(**kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001 -- the check contract
    """R-4: every routed API view declares who may call it."""
    from common.api.checks import check_declared_permissions  # noqa: PLC0415 -- imports views, and they the models

    return check_declared_permissions()


def check_gateways(**kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001 -- the check contract
    """Every gateway that a setting names can be made of the settings that it needs."""
    from common.gateways import unusable_gateways  # noqa: PLC0415 -- imports what the settings name

    return [Error(words, id="common.gateways.E001") for words in unusable_gateways()]


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        """Register the system checks of the kernel; without usable key rings nothing starts (P-1)."""
        crypto_keys()
        index_keys()
        register(check_api)
        register(check_gateways)
