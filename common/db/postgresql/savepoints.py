from typing import Any

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus


class FrugalSavepoints(base.DatabaseWrapper):
    """Releases a savepoint together with the next one that is set: COMMIT and ROLLBACK release it anyway.

    Nothing can be told apart by it, since nobody rolls back to a savepoint that was released. A transaction
    that has failed is told at once, as its block expects.
    """

    def __init__(self, settings_dict: dict[str, Any], alias: str = "default") -> None:
        super().__init__(settings_dict, alias)
        self._unreleased: list[str] = []

    def _savepoint(self, sid: str) -> None:
        commands = [self.ops.savepoint_commit_sql(done) for done in self._unreleased]
        self._unreleased.clear()
        with self.cursor() as cursor:
            cursor.execute("; ".join([*commands, self.ops.savepoint_create_sql(sid)]))

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]  # not in the stubs
        self._unreleased.clear()

    def _savepoint_commit(self, sid: str) -> None:
        if self.connection.info.transaction_status == TransactionStatus.INTRANS:
            self._unreleased.append(sid)
        else:
            super()._savepoint_commit(sid)  # type: ignore[misc]  # not in the stubs

    def _commit(self) -> Any:
        self._unreleased.clear()
        return super()._commit()  # type: ignore[misc]  # not in the stubs

    def _rollback(self) -> Any:
        self._unreleased.clear()
        return super()._rollback()  # type: ignore[misc]  # not in the stubs

    def connect(self) -> None:
        self._unreleased.clear()
        super().connect()
