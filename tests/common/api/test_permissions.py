"""R-4: deny by default."""

import pytest
from django.urls import path
from rest_framework.views import APIView

from common.api.checks import check_declared_permissions, routes, undeclared
from common.api.permissions import PUBLIC
from common.api.views import HouseAPIView, HouseViewSet
from events.models import WebhookEndpoint
from tests.common.api import kit
from tests.common.api.conftest import API, KEY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("auth", "method", "path", "status", "code"),
    [
        ("", "GET", "/api/v1/hooks", 401, "not_authenticated"),
        ("Bearer x", "GET", "/api/v1/hooks", 401, "not_authenticated"),
        ("Bearer x", "GET", "/api/v1/echo", 401, "not_authenticated"),
        ("Test admin other.read", "GET", "/api/v1/hooks", 403, "permission_denied"),
        ("Test admin hook.read", "POST", "/api/v1/hooks", 403, "permission_denied"),
        ("Test admin hook.read", "GET", "/api/v1/hooks", 200, None),
        ("Test admin hook.read", "HEAD", "/api/v1/hooks", 200, None),
        ("Test admin hook.read", "GET", f"/api/v1/hooks/{kit.USER_ID}", 404, "not_found"),
        ("", "GET", "/api/v1/hooks/signed-in", 401, "not_authenticated"),
        ("Test admin x", "GET", "/api/v1/hooks/signed-in", 200, None),
        ("", "DELETE", "/api/v1/hooks", 405, "method_not_allowed"),
        ("", "GET", "/api/v1/echo", 200, None),
    ],
)
def test_who_may_what(auth, method, path, status, code):
    response = API(auth).call(method, path, key=KEY)
    assert response.status_code == status
    if code:
        assert response.json()["code"] == code
    assert (response.headers.get("WWW-Authenticate") == "Bearer") == (status == 401)


class Undeclared(HouseAPIView):
    permission_codes = {"get": PUBLIC}

    def get(self, request): ...

    def post(self, request): ...


class UndeclaredSet(HouseViewSet):
    queryset = WebhookEndpoint.objects.none()

    def list(self, request): ...


def test_a_view_without_declaration_fails_the_check(settings):
    assert check_declared_permissions() == []
    cases = [
        ("api/v1/a", Undeclared.as_view(), "common.api.E003", "declares no permission for post"),
        ("api/v1/b", UndeclaredSet.as_view({"get": "list"}), "common.api.E003", "for list"),
        ("other", APIView.as_view(), "common.api.E002", "no HouseAPIView"),
        ("api/v1/c", lambda _request: None, "common.api.E001", "no API view"),
    ]
    for route, view, code, words in cases:
        [(where, callback)] = routes([path(route, view)])
        [error] = undeclared(where, callback)
        assert (error.id, words in error.msg) == (code, True)
    assert list(undeclared("admin/", lambda _request: None)) == []


def test_a_view_without_declaration_is_denied(rf):
    request = rf.post("/x", headers={"Authorization": "Test super_admin hook.read"})
    view = type("Silent", (Undeclared,), {"authentication_classes": (kit.TestAuthentication,)}).as_view()
    assert view(request).status_code == 403
