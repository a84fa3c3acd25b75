from django.urls import path

from common.api.routers import HouseRouter
from identity.api.auth import (
    LogInView,
    LogOutAllView,
    LogOutView,
    MeView,
    PasswordChangeView,
    RefreshView,
    StationTokenView,
)
from identity.api.mfa import MfaDisableView, MfaEnableView, MfaSetupView, MfaVerifyView
from identity.api.registration import (
    PasswordForgotView,
    PasswordResetView,
    RegisterView,
    VerifyEmailView,
)
from identity.api.sessions import SessionViewSet
from identity.api.stations import StationViewSet

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
    path("auth/mfa/verify", MfaVerifyView.as_view(), name="auth-mfa-verify"),
    path("auth/mfa/setup", MfaSetupView.as_view(), name="auth-mfa-setup"),
    path("auth/mfa/enable", MfaEnableView.as_view(), name="auth-mfa-enable"),
    path("auth/mfa/disable", MfaDisableView.as_view(), name="auth-mfa-disable"),
    path("auth/me", MeView.as_view(), name="auth-me"),
    path("auth/station-token", StationTokenView.as_view(), name="auth-station-token"),
    *router.urls,
]
