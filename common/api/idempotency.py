"""API-6: one effect per Idempotency-Key, the answer replayed for seven days.

How effect and answer become one:

1. The claim (a row with a lease of 60 s) is committed on its own, so that a duplicate sees it at once.
2. One outer transaction runs the view and keeps its answer; its last statement tests the lease. A lease that
   was taken over meanwhile rolls everything back. What must not happen in a transaction, such as a call of a
   provider, comes before it, in `prepare` of the view: the handler is its last step.
3. A refusal (DomainError, Http404, an APIException) is a finished answer: services are atomic themselves, so
   what a refusing service wrote inside its own atomic block is undone by then, and what it stored *after*
   it (`booking.failed`, a failed login) belongs to the refusal. The outer transaction commits it with the
   answer. A service that wants such a fact to survive an accident raises `InternalError` from it.
4. Any other exception is an accident: the outer transaction is rolled back and the key forgotten.

Answers that must not be repeated (401, 403, 412, 428, 429, 5xx, anything with Retry-After) are not kept: the
key is forgotten in the same transaction, tested by the same lease.

A guest's keys are scoped by the hash of his network besides method and path: keys of strangers may collide,
and an answer may hold personal data or a hold token. A guest who changes networks between two tries is a new
guest to us, and the slot rules stand against his double booking; that is the smaller harm.

The fingerprint is keyed: a body may hold what is guessed fast, and nobody shall test guesses on a dump. It
covers the reach of the action's permission code besides the body. Whoever may do it elsewhere or not at all
by now gets a mismatch: neither the answer of then, which may show rows that are gone for him, nor a second
effect. Views about credentials (`keeps_answers = False`) keep nothing: their keys are checked and forgotten.
"""

import hashlib
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.crypto import salted_hmac
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from common import context
from common.actors import Actor
from common.api.exceptions import IdempotencyKeyInvalid, IdempotencyKeyRequired
from common.api.permissions import required_access
from common.canonical import canonical_json
from common.client_address import client_address, network_of
from common.crypto.blind_index import ip_hash
from common.exceptions import DomainError, IdempotencyInFlight
from common.ports import IdempotencyScope, IdempotencyStore, Lease, StoredAnswer, idempotency_store

if TYPE_CHECKING:
    from common.api.views import HouseAPIView

HEADER = "Idempotency-Key"
KEY = re.compile(r"[A-Za-z0-9_-]{16,128}")
NOT_KEPT = frozenset({401, 403, 412, 428, 429})
FIRST_SERVER_ERROR = 500
KEPT_HEADERS = ("Content-Type", "ETag", "Location", "Cache-Control")
REFUSALS = (DomainError, APIException, Http404, PermissionDenied)
MAX_PATH = 255

Handler = Callable[..., HttpResponseBase]


class LeaseLostError(Exception):
    """Somebody took the key over while we worked; rolls the outer transaction back."""


def requires_idempotency_key(handler: Handler) -> Handler:
    """Mark a POST handler that refuses calls without a key."""
    handler.requires_idempotency_key = True  # type: ignore[attr-defined]  # a mark on a function
    return handler


def answer_once(view: "HouseAPIView", request: Request, handler: Handler) -> HttpResponseBase:
    """Call the handler of a POST, or replay what it answered to the same key before."""
    key = request.headers.get(HEADER)
    if key is None:
        if view.needs_idempotency_key(handler):
            raise IdempotencyKeyRequired
        return _answer(view, request, handler)
    if not KEY.fullmatch(key):
        raise IdempotencyKeyInvalid
    if not view.keeps_answers:
        return _answer(view, request, handler)
    store = idempotency_store.get()
    scope = IdempotencyScope(
        actor=_actor_key(view.actor, request),
        method="POST",
        path=_scoped_path(view, request),
        key=key,
        fingerprint=_fingerprint(view, request),
    )
    claimed = store.claim(scope, at=timezone.now(), request_id=context.request_id())
    if isinstance(claimed, StoredAnswer):
        return _replay(claimed)
    try:
        return _perform(view, request, handler, store, claimed)
    except LeaseLostError:
        raise IdempotencyInFlight from None
    except Exception:
        _forget(store, claimed)
        raise


def _answer(view: "HouseAPIView", request: Request, handler: Handler) -> HttpResponseBase:
    view.prepare()
    return handler(request, *view.args, **view.kwargs)


def _perform(
    view: "HouseAPIView", request: Request, handler: Handler, store: IdempotencyStore, lease: Lease
) -> HttpResponseBase:
    refused: Exception | None = None
    try:
        view.prepare()
    except REFUSALS as refusal:
        refused = refusal
    with transaction.atomic():
        try:
            if refused is not None:
                raise refused
            response = handler(request, *view.args, **view.kwargs)
        except REFUSALS as refusal:
            response = view.handle_exception(refusal)
        rendered = view.rendered(response)
        if _is_kept(rendered):
            answer = StoredAnswer(
                status=rendered.status_code,
                headers={name: rendered.headers[name] for name in KEPT_HEADERS if name in rendered.headers},
                body=rendered.content,
            )
            held = store.complete(lease, answer, at=timezone.now())
        else:
            held = store.release(lease)
        if not held:
            raise LeaseLostError
    return rendered


def _forget(store: IdempotencyStore, lease: Lease) -> None:
    """Release the key after an accident; without a database the lease runs out by itself."""
    try:
        with transaction.atomic():
            store.release(lease)
    except DatabaseError:
        return


def _is_kept(response: HttpResponse) -> bool:
    status = response.status_code
    return status not in NOT_KEPT and status < FIRST_SERVER_ERROR and "Retry-After" not in response.headers


def _replay(answer: StoredAnswer) -> HttpResponse:
    headers = {**answer.headers, "Idempotency-Replayed": "true"}
    response = HttpResponse(answer.body, status=answer.status, headers=headers)
    if not answer.body:
        del response.headers["Content-Type"]
    return response


def _fingerprint(view: "HouseAPIView", request: Request) -> str:
    content = canonical_json([request.data, _reach(view)])
    return salted_hmac(__name__, content, algorithm="sha256").hexdigest()


def _reach(view: "HouseAPIView") -> list[object]:
    code = required_access(view)
    if not isinstance(code, str):
        return []
    scope = view.actor.scope(code)
    return [code, scope.everywhere, scope.own, scope.company, sorted(map(str, scope.stations))]


def _actor_key(actor: Actor, request: Request) -> str:
    if actor.id is not None:
        return f"user:{actor.id}"
    if actor.type == "guest":
        digest = ip_hash(network_of(client_address(request))) or b""
        return f"guest:{digest.hex()[:32]}"
    return f"{actor.type}:{actor.label}"[:100]


def _scoped_path(view: "HouseAPIView", request: Request) -> str:
    path = request.path
    for name, value in view.kwargs.items():
        if name.endswith("token"):
            path = path.replace(str(value), _digest(str(value)))
    return path if len(path) <= MAX_PATH else f"{path[: MAX_PATH - 64]}{_digest(path)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
