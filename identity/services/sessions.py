"""Log-ins as families of refresh tokens: start, rotate, end (AU-1, AU-2).

Everybody who writes tokens of an account locks its row first, so rotations, log-outs and changes of rights
follow each other.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from common import context
from common.actors import Actor, GuestActor
from common.crypto.blind_index import ip_hash
from common.exceptions import NotFound
from identity.actors import UserActor
from identity.enums import AuditAction
from identity.exceptions import TokenInvalid, TokenReused, TokenRevoked
from identity.models import RefreshToken, User
from identity.services.audit import MAX_AGENT, audit_log
from identity.services.station_tokens import revoke_station_tokens
from identity.tokens import Claims, decode, encode, new_jti, stored_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPair:
    """What a client keeps of a log-in; `expires_in` is the access token's life in seconds."""

    access: str
    refresh: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 -- the name of a scheme


def lock_user(pk: UUID) -> User | None:
    """Return the account with its row locked until the end of the transaction, None for an unknown one."""
    return User.objects.select_for_update(no_key=True).filter(pk=pk).first()


def start_session(*, user: User, at: datetime) -> TokenPair:
    """Return the tokens of a new log-in; the caller has checked who it is and holds the account's lock."""
    return _issue(user, family_id=uuid4(), at=at)


def refresh_session(*, token: str, at: datetime) -> TokenPair:
    """Exchange a refresh token for a new pair.

    Raises TokenReused for a token exchanged before and ends its log-in, which stays ended although the call
    fails; raises TokenRevoked, TokenExpired, TokenInvalid.
    """
    claims = decode("refresh", token, at=at)
    with transaction.atomic():
        user, row = _locked(claims)
        if row.rotated_at is None:
            if not _may_go_on(user, row, claims):
                raise TokenRevoked
            row.rotated_at = at
            row.save(update_fields=["rotated_at"])
            return _issue(user, family_id=row.family_id, at=at)
        _end_family_by_reuse(user, row, at=at)
    raise TokenReused


def end_session(*, token: str, at: datetime) -> None:
    """Log out: revoke the refresh token and the station tokens of its log-in; doing it twice is no mistake.

    Raises TokenReused as `refresh_session` does, TokenExpired, TokenInvalid.
    """
    claims = decode("refresh", token, at=at)
    with transaction.atomic():
        user, row = _locked(claims)
        if row.rotated_at is None:
            if row.revoked_at is None:
                row.revoked_at = at
                row.save(update_fields=["revoked_at"])
                revoke_station_tokens(users=[user.pk], session_id=row.family_id, at=at)
                _record(
                    AuditAction.LOGOUT, user, by=_actor(user, row.family_id), details={"scope": "session"}
                )
            return
        _end_family_by_reuse(user, row, at=at)
    raise TokenReused


@transaction.atomic
def revoke_session(*, session_id: UUID, by: UserActor, at: datetime) -> None:
    """End one of the actor's own log-ins: refresh and station tokens; raises NotFound unless it goes on."""
    user = lock_user(by.id)
    live = RefreshToken.objects.filter(user=user, family_id=session_id, revoked_at__isnull=True)
    if user is None or not live.filter(rotated_at__isnull=True, expires_at__gt=at).exists():
        raise NotFound("There is no such log-in.")
    live.update(revoked_at=at)
    revoke_station_tokens(users=[user.pk], session_id=session_id, at=at)
    _record(AuditAction.LOGOUT, user, by=by, details={"scope": "session", "session_id": str(session_id)})


@transaction.atomic
def end_all_sessions(*, user: User, by: Actor, at: datetime) -> None:
    """Log out everywhere: every token issued before `at` is dead, admin sessions included (AU-2)."""
    locked = lock_user(user.pk)
    if locked is None:
        raise TokenInvalid
    cut_off(locked, at=at)
    user.tokens_valid_after = locked.tokens_valid_after
    _record(AuditAction.LOGOUT, locked, by=by, details={"scope": "everywhere"})


def cut_off(user: User, *, at: datetime) -> None:
    """Kill all tokens of a locked account; writes `tokens_valid_after`."""
    user.tokens_valid_after = max(at, user.tokens_valid_after or at)
    user.save(update_fields=["tokens_valid_after", "updated_at"])
    RefreshToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=at)
    revoke_station_tokens(users=[user.pk], at=at)


def _issue(user: User, *, family_id: UUID, at: datetime) -> TokenPair:
    jti = new_jti(family_id)
    RefreshToken.objects.create(
        user=user,
        family_id=family_id,
        token_hash=stored_hash(jti),
        expires_at=at + settings.REFRESH_TOKEN_LIFETIME,
        ip_hash=ip_hash(context.client_ip()),
        user_agent=context.user_agent()[:MAX_AGENT] or None,
    )
    lifetime = settings.ACCESS_TOKEN_LIFETIME
    return TokenPair(
        access=encode(
            "access", user_id=user.pk, role=user.role, jti=new_jti(family_id), at=at, lifetime=lifetime
        ),
        refresh=encode(
            "refresh",
            user_id=user.pk,
            role=user.role,
            jti=jti,
            at=at,
            lifetime=settings.REFRESH_TOKEN_LIFETIME,
        ),
        expires_in=int(lifetime.total_seconds()),
    )


def _locked(claims: Claims) -> tuple[User, RefreshToken]:
    """Return account, locked, and stored token of the claims; raises TokenInvalid for unknown ones."""
    user = lock_user(claims.user_id)
    row = RefreshToken.objects.filter(user=user, token_hash=stored_hash(claims.jti)).first() if user else None
    if user is None or row is None:
        raise TokenInvalid
    return user, row


def _may_go_on(user: User, row: RefreshToken, claims: Claims) -> bool:
    cut_off_at = user.tokens_valid_after
    return (
        row.revoked_at is None
        and user.is_active
        and user.deleted_at is None
        and (cut_off_at is None or claims.issued_at >= cut_off_at)
    )


def _end_family_by_reuse(user: User, row: RefreshToken, *, at: datetime) -> None:
    live = RefreshToken.objects.filter(family_id=row.family_id, revoked_at__isnull=True)
    revoked = live.update(revoked_at=at)
    revoke_station_tokens(users=[user.pk], session_id=row.family_id, at=at)
    audit_log.record(
        action=AuditAction.LOGOUT,
        resource_type="user",
        resource_id=str(user.pk),
        by=GuestActor(),
        details={"outcome": "token_reused", "session_id": str(row.family_id), "revoked": revoked},
        success=False,
        error_message="token_reused",
    )


def _actor(user: User, session_id: UUID) -> UserActor:
    return UserActor(id=user.pk, role=user.role, session_id=session_id)


def _record(action: AuditAction, user: User, *, by: Actor, details: dict[str, str]) -> None:
    audit_log.record(action=action, resource_type="user", resource_id=str(user.pk), by=by, details=details)
