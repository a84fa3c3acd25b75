from datetime import UTC
from typing import Any, ClassVar

from django.db.backends.utils import CursorWrapper
from psycopg import OperationalError, errors

from common.db import embedded
from common.db.postgresql.client import DatabaseClient
from common.db.postgresql.creation import DatabaseCreation
from common.db.postgresql.cursors import PreparedCursor
from common.db.postgresql.features import DatabaseFeatures
from common.db.postgresql.introspection import DatabaseIntrospection
from common.db.postgresql.loaders import with_fast_loaders
from common.db.postgresql.operations import DatabaseOperations
from common.db.postgresql.savepoints import FrugalSavepoints
from common.db.postgresql.schema import DatabaseSchemaEditor


class DatabaseWrapper(FrugalSavepoints):
    """Django's PostgreSQL with tables in schemas, and its own server where EMBEDDED_DIR names a directory."""

    SchemaEditorClass = DatabaseSchemaEditor
    client_class = DatabaseClient
    creation_class = DatabaseCreation
    features_class = DatabaseFeatures
    introspection_class = DatabaseIntrospection
    ops_class = DatabaseOperations

    # The name each alias was configured with: tests change NAME, and no other database is made on demand.
    _configured_names: ClassVar[dict[str, str | None]] = {}

    def __init__(self, settings_dict: dict[str, Any], alias: str = "default") -> None:
        super().__init__(settings_dict, alias)
        self._configured_names.setdefault(alias, settings_dict["NAME"])
        self._prepared: PreparedCursor | None = None

    @property
    def embedded_directory(self) -> str | None:
        directory = self.settings_dict.get("EMBEDDED_DIR")
        return None if directory is None else str(directory)

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        if self.timezone is UTC:
            params["context"] = with_fast_loaders(params["context"])
        if self.embedded_directory is not None:
            try:
                params |= embedded.use(self.embedded_directory)._asdict()
            except embedded.EmbeddedServerError as error:
                raise OperationalError(str(error)) from error
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        try:
            return super().get_new_connection(conn_params)
        except OperationalError as error:
            if self.embedded_directory is None or not self._repair(self.embedded_directory, error):
                raise
        return super().get_new_connection(self.get_connection_params())

    def prepared_cursor(self) -> CursorWrapper:
        """Return the one cursor for statements that come again; `prepare_threshold` None sends them as text.

        Its next statement drops the rows of the last one: fetch them at once, and leave it open.
        """
        self.close_if_health_check_failed()
        self.ensure_connection()
        if self._prepared is None or self._prepared.connection is not self.connection:
            self._prepared = PreparedCursor(self.connection)
        cursor: CursorWrapper = self._prepare_cursor(self._prepared)  # type: ignore[attr-defined]  # not in the stubs
        return cursor

    def _repair(self, directory: str, error: OperationalError) -> bool:
        """Remove the cause of a failed connection to the embedded server; tell whether there was one."""
        name = self.settings_dict["NAME"]
        if f'database "{name}" does not exist' not in str(error):
            return embedded.revive(directory)
        if name != self._configured_names.get(self.alias):
            return False
        with self._nodb_cursor() as cursor:
            try:
                cursor.execute(f"CREATE DATABASE {self.ops.quote_name(name)}")
            except Exception as failure:
                # Another process made it in the meantime.
                if not isinstance(failure.__cause__, errors.DuplicateDatabase | errors.UniqueViolation):
                    raise
        return True
