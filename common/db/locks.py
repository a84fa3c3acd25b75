"""Advisory locks of a transaction: taken in one order, in one round trip, with a timeout."""

from collections.abc import Iterable
from hashlib import blake2b

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.transaction import TransactionManagementError
from psycopg import errors


class LockTimeout(OperationalError):
    """A lock was not given in time."""


def lock_key(*parts: object) -> int:
    """Return the number of an advisory lock (signed, 64 bits) for what the parts say as text, in order."""
    digest = blake2b(digest_size=8)
    for part in parts:
        text = str(part).encode()
        digest.update(len(text).to_bytes(8) + text)
    return int.from_bytes(digest.digest(), signed=True)


def advisory_xact_locks(
    keys: Iterable[int], *, timeout_ms: int = 3000, using: str = DEFAULT_DB_ALIAS
) -> None:
    """Take the locks, smallest first, for the rest of the transaction; LockTimeout when one is not given.

    The timeout holds for each lock, and as ``lock_timeout`` for all that the transaction locks afterwards.
    """
    connection = connections[using]
    if not connection.in_atomic_block:
        raise TransactionManagementError("An advisory lock of a transaction needs a transaction.")
    ordered = ",".join(str(int(key)) for key in sorted(set(keys)))
    try:
        with connection.cursor() as cursor:
            # Without parameters, so that both statements travel in one message under either way of binding.
            cursor.execute(
                f"SET LOCAL lock_timeout = {int(timeout_ms)}; "  # noqa: S608 -- integers only
                f"SELECT pg_advisory_xact_lock(key) FROM unnest('{{{ordered}}}'::bigint[]) AS key"
            )
    except OperationalError as error:
        if is_lock_timeout(error):
            raise LockTimeout(str(error)) from error
        raise


def limit_lock_waits(*, timeout_ms: int = 3000, using: str = DEFAULT_DB_ALIAS) -> None:
    """Let each lock that the transaction waits for from now on fail after this time."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {int(timeout_ms)}")


def is_lock_timeout(error: BaseException) -> bool:
    """Tell whether an error of the database says that a lock was not given in time."""
    return isinstance(error, LockTimeout) or isinstance(error.__cause__, errors.LockNotAvailable)
