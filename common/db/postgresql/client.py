from collections.abc import Iterable
from typing import Any

from django.db.backends.postgresql import client

from common.db import embedded


class DatabaseClient(client.DatabaseClient):
    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Iterable[str]
    ) -> tuple[list[str], dict[str, str] | None]:
        directory = settings_dict.get("EMBEDDED_DIR")
        if directory is None:
            return super().settings_to_cmd_args_env(settings_dict, parameters)
        address = embedded.use(directory)
        target = {"HOST": address.host, "PORT": address.port, "USER": address.user}
        arguments, environment = super().settings_to_cmd_args_env(settings_dict | target, parameters)
        return [str(embedded.binary("psql")), *arguments[1:]], environment
