"""API-6: where claims and answers of idempotent requests are kept."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import orjson
from django.db import OperationalError
from django.db.models import QuerySet

from common.db.statements import Statement
from common.exceptions import IdempotencyInFlight, IdempotencyMismatch
from common.models import uuid7
from common.ports import IdempotencyScope, Lease, StoredAnswer
from events.enums import IdempotencyStatus
from events.models import IdempotencyKey

if TYPE_CHECKING:
    from common.crypto.fields import EncryptedTextField

LEASE = timedelta(seconds=60)
KEPT = timedelta(days=7)
MAX_TURNS = 5
BODY = cast("EncryptedTextField[str, str]", IdempotencyKey._meta.get_field("response_body"))

# A new key is inserted; an expired one starts afresh; one whose lease ran out is taken over by an equal
# request. Anything else returns no row: the key runs, has its answer or belongs to another body.
CLAIM = Statement(
    """
INSERT INTO "events"."idempotency_keys" AS held (
    id, actor, method, path, key, fingerprint, request_id, status, locked_until, expires_at, created_at,
    updated_at
) VALUES (
    %(id)s, %(actor)s, %(method)s, %(path)s, %(key)s, %(fingerprint)s, %(request_id)s, 'in_flight',
    %(locked_until)s, %(expires_at)s, %(at)s, %(at)s
)
ON CONFLICT ON CONSTRAINT uq_idempotency_scope_key DO UPDATE SET
    fingerprint = EXCLUDED.fingerprint, request_id = EXCLUDED.request_id, status = 'in_flight',
    locked_until = EXCLUDED.locked_until, expires_at = EXCLUDED.expires_at, created_at = EXCLUDED.created_at,
    updated_at = EXCLUDED.updated_at, response_status = NULL, response_headers = '{}',
    response_body_encrypted = NULL
WHERE held.expires_at <= %(at)s
   OR (held.status = 'in_flight' AND held.locked_until <= %(at)s AND held.fingerprint = EXCLUDED.fingerprint)
RETURNING id
"""
)
COMPLETE = Statement(
    """
UPDATE "events"."idempotency_keys" SET
    status = 'completed', locked_until = NULL, updated_at = %(at)s, response_status = %(status)s,
    response_headers = %(headers)s::jsonb, response_body_encrypted = %(body)s
WHERE id = %(id)s AND status = 'in_flight' AND locked_until = %(locked_until)s
"""
)


class PostgresIdempotencyStore:
    """Filler of the port `idempotency_store`."""

    def claim(self, scope: IdempotencyScope, *, at: datetime, request_id: str | None) -> Lease | StoredAnswer:
        """Take the key for 60 s, or return its answer; raises IdempotencyInFlight, IdempotencyMismatch."""
        locked_until = at + LEASE
        values: dict[str, Any] = {
            "id": uuid7(),
            "actor": scope.actor,
            "method": scope.method,
            "path": scope.path,
            "key": scope.key,
            "fingerprint": scope.fingerprint,
            "request_id": request_id,
            "locked_until": locked_until,
            "expires_at": at + KEPT,
            "at": at,
        }
        for _turn in range(MAX_TURNS):
            row = CLAIM.row(values)
            if row is not None:
                return Lease(id=row[0], locked_until=locked_until)
            held = IdempotencyKey.objects.filter(
                actor=scope.actor, method=scope.method, path=scope.path, key=scope.key
            ).first()
            # None: released between the two statements.
            if held is not None:
                return self._answer(held, scope)
        raise OperationalError("The idempotency key is claimed and released without pause.")

    @staticmethod
    def _answer(held: IdempotencyKey, scope: IdempotencyScope) -> StoredAnswer:
        if held.fingerprint != scope.fingerprint:
            raise IdempotencyMismatch
        if held.status != IdempotencyStatus.COMPLETED or held.response_status is None:
            raise IdempotencyInFlight
        body = held.response_body or ""
        return StoredAnswer(status=held.response_status, headers=held.response_headers, body=body.encode())

    def complete(self, lease: Lease, answer: StoredAnswer, *, at: datetime) -> bool:
        """Keep the answer in the caller's transaction; False when somebody else has taken the key over."""
        values = {
            "id": lease.id,
            "locked_until": lease.locked_until,
            "at": at,
            "status": answer.status,
            "headers": orjson.dumps(dict(answer.headers)).decode(),
            "body": BODY.encrypt(answer.body.decode()),
        }
        return bool(COMPLETE.run(values))

    def release(self, lease: Lease) -> bool:
        """Forget the key in the caller's transaction; False when somebody else has taken it over."""
        deleted, _by_model = self._leased(lease).delete()
        return bool(deleted)

    @staticmethod
    def _leased(lease: Lease) -> QuerySet[IdempotencyKey]:
        return IdempotencyKey.objects.filter(
            pk=lease.id, status=IdempotencyStatus.IN_FLIGHT, locked_until=lease.locked_until
        )
