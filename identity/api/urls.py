from django.urls import path

from common.api.routers import HouseRouter
from identity.api.audit import AuditExportView, AuditViewSet
from identity.api.auth import (
    LogInView,
    LogOutAllView,
    LogOutView,
    MeView,
    PasswordChangeView,
    RefreshView,
    StationTokenView,
)
from identity.api.google import GoogleCallbackView, GoogleExchangeView, GoogleStartView
from identity.api.mfa import MfaDisableView, MfaEnableView, MfaSetupView, MfaVerifyView
from identity.api.registration import (
    PasswordForgotView,
    PasswordResetView,
    RegisterView,
    VerifyEmailView,
)
from identity.api.sessions import SessionViewSet
from identity.api.station_users import StationUserViewSet
from identity.api.stations import StationViewSet
from identity.api.users import InvitationAcceptView, InvitationViewSet, RoleViewSet, UserViewSet

router = HouseRouter()
router.register("auth/sessions", SessionViewSet, basename="session")
router.register("stations", StationViewSet, basename="station")

urlpatterns = [
    path("auth/login", LogInView.as_view(), name="auth-login"),
    path("auth/register", RegisterView.as_view(), name="auth-register"),
    path("auth/verify-email", VerifyEmailView.as_view(), name="auth-verify-email"),
    path("auth/password/forgot", PasswordForgotView.as_view(), name="auth-password-forgot"),
    path("auth/password/reset", PasswordResetView.as_view(), name="auth-password-reset"),
    path("auth/refresh", RefreshView.as_view(), name="auth-refresh"),
    path("auth/logout", LogOutView.as_view(), name="auth-logout"),
    path("auth/logout-all", LogOutAllView.as_view(), name="auth-logout-all"),
    path("auth/password/change", PasswordChangeView.as_view(), name="auth-password-change"),
    path("auth/google/start", GoogleStartView.as_view(), name="auth-google-start"),
    path("auth/google/callback", GoogleCallbackView.as_view(), name="auth-google-callback"),
    path("auth/google/exchange", GoogleExchangeView.as_view(), name="auth-google-exchange"),
    path("auth/mfa/verify", MfaVerifyView.as_view(), name="auth-mfa-verify"),
    path("auth/mfa/setup", MfaSetupView.as_view(), name="auth-mfa-setup"),
    path("auth/mfa/enable", MfaEnableView.as_view(), name="auth-mfa-enable"),
    path("auth/mfa/disable", MfaDisableView.as_view(), name="auth-mfa-disable"),
    path("auth/me", MeView.as_view(), name="auth-me"),
    path("auth/station-token", StationTokenView.as_view(), name="auth-station-token"),
    path("auth/invitation", InvitationAcceptView.as_view(), name="auth-invitation"),
    path("users", UserViewSet.as_view({"get": "list"}), name="users"),
    path("users/<uuid:pk>", UserViewSet.as_view({"get": "retrieve", "patch": "partial_update"}), name="user"),
    *(
        path(
            f"users/<uuid:pk>/{action}",
            UserViewSet.as_view({"post": action.replace("-", "_")}),
            name=f"user-{action}",
        )
        for action in ("approve", "suspend", "reactivate", "unlock", "reset-mfa")
    ),
    path("roles", RoleViewSet.as_view({"get": "list"}), name="roles"),
    path("invitations", InvitationViewSet.as_view({"post": "create"}), name="invitations"),
    path("invitations/<uuid:pk>", InvitationViewSet.as_view({"delete": "destroy"}), name="invitation"),
    path(
        "stations/<uuid:station_pk>/users",
        StationUserViewSet.as_view({"get": "list", "post": "create"}),
        name="station-users",
    ),
    path(
        "stations/<uuid:station_pk>/users/<uuid:user_pk>",
        StationUserViewSet.as_view({"patch": "partial_update", "delete": "destroy"}),
        name="station-user",
    ),
    path("audit", AuditViewSet.as_view({"get": "list"}), name="audit"),
    path("audit/export", AuditExportView.as_view(), name="audit-export"),
    *router.urls,
]
