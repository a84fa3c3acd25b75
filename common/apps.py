from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        """Register the system checks of the kernel."""
        import common.api.checks  # noqa: F401, PLC0415 -- registers itself; REST framework needs the settings first
