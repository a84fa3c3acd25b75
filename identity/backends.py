"""Django's door for people with a browser: the admin. Staff only, by the same log-in rules as the API."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone

from common.api.exceptions import RateLimited
from common.api.throttling import require_room
from identity.exceptions import (
    AccountLocked,
    AccountNotActive,
    InvalidCredentials,
    MfaCodeInvalid,
    TokenExpired,
    TokenInvalid,
)
from identity.models import Station, User
from identity.permissions import ModelRights, model_rights
from identity.selectors.actors import actor_for, keep_actor
from identity.selectors.grants import read_actor
from identity.services.log_in import enter_admin, issue_mfa_token, verify_code, verify_credentials
from identity.services.refused_log_ins import note_refusal

NOT_STAFF = "not_staff"
LOGIN_SCOPE = "login"
"""The scope of the API's log-in."""
REFUSAL = "log_in_refusal"
"""Attribute of the request that carries why the log-in was refused."""
MFA_TOKEN = "mfa_token"  # noqa: S105 -- the name of an attribute
"""Attribute of the request that carries the token of a log-in whose code is due (AU-9)."""
REFUSALS = (
    InvalidCredentials,
    AccountLocked,
    AccountNotActive,
    RateLimited,
    MfaCodeInvalid,
    TokenExpired,
    TokenInvalid,
)


class StaffBackend(BaseBackend):
    """Sessions of staff accounts; Django's permission names answered by codes (`model_rights`)."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        mfa_token: str | None = None,
        code: str | None = None,
        **kwargs: Any,  # noqa: ARG002 -- the backend contract
    ) -> User | None:
        """Return the staff account of the credentials; every outcome is audited.

        The lockout of the account counts (AU-5), and the log-ins of the address at both doors (API-8). With
        MFA on, the password gives the request a token (`MFA_TOKEN`), token and code give the account.
        """
        at = timezone.now()
        try:
            if mfa_token and code:
                return enter_admin(user=verify_code(mfa_token=mfa_token, code=code, at=at), at=at)
            if not username or not password:
                return None
            if request is not None:
                require_room(request, LOGIN_SCOPE, at=at)
            user = verify_credentials(email=username, password=password, at=at)
            if user.is_staff:
                return self._first_step(request, user, at=at)
        except REFUSALS as refusal:
            if request is not None:
                # The log-in page tells it in words; Django's contract knows None alone.
                request.__dict__[REFUSAL] = refusal
            return None
        note_refusal(outcome=NOT_STAFF, user=user)
        return None

    def _first_step(self, request: HttpRequest | None, user: User, *, at: datetime) -> User | None:
        if not user.mfa_enabled:
            return enter_admin(user=user, at=at)
        if request is not None:
            request.__dict__[MFA_TOKEN] = issue_mfa_token(user, at=at)
        return None

    def get_user(self, user_id: UUID) -> User | None:
        """Return the account of a session with its rights as of now; None once it may not act any more."""
        user = User.objects.active().filter(pk=user_id).first()
        if user is None or not user.is_staff:
            return None
        keep_actor(user, read_actor(user_id=user.pk, role=user.role, at=timezone.now()))
        return user

    def has_perm(self, user_obj: User | AnonymousUser, perm: str, obj: Model | None = None) -> bool:
        """Tell whether the code behind `app.action_model` reaches the row, or without a row anything."""
        if not isinstance(user_obj, User) or not user_obj.is_staff:
            return False
        app_label, _dot, codename = perm.partition(".")
        action, _underscore, model = codename.partition("_")
        rights = _rights(f"{app_label}.{model}")
        code = rights.code(action) if rights else None
        if code is None:
            return False
        actor = actor_for(user_obj)
        if isinstance(obj, Station):
            return actor.may(code, obj.pk)
        if obj is not None and hasattr(obj, "station_id"):
            return actor.may(code, obj.station_id)
        return bool(actor.scope(code))

    def has_module_perms(self, user_obj: User | AnonymousUser, app_label: str) -> bool:
        """Tell whether the account may see any model of the app."""
        prefix = f"{app_label}."
        seen = (rights.model for rights in model_rights if rights.model.startswith(prefix))
        return any(self.has_perm(user_obj, prefix + "view_" + model.removeprefix(prefix)) for model in seen)


def _rights(model: str) -> ModelRights | None:
    return next((rights for rights in model_rights if rights.model == model), None)
