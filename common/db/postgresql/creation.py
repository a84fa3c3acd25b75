from typing import Any

from django.db.backends.postgresql import creation


class DatabaseCreation(creation.DatabaseCreation):
    def test_db_signature(self) -> tuple[Any, ...]:
        signature: tuple[Any, ...] = super().test_db_signature()
        return (*signature, str(self.connection.settings_dict.get("EMBEDDED_DIR", "")))
