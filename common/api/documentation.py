"""The API described by itself: OpenAPI 3.1 and its page, all from this server."""

import json
from functools import lru_cache
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.settings import spectacular_settings
from rest_framework.request import Request

from common.api.permissions import PUBLIC
from common.api.renderers import OPTIONS
from common.api.views import HouseAPIView

DIST = "drf_spectacular_sidecar/swagger-ui-dist"


def openapi_document() -> bytes:
    """Return the OpenAPI document of every routed view; made once per process."""
    return _document_of(settings.ROOT_URLCONF)


@lru_cache(maxsize=2)
def _document_of(_urlconf: str) -> bytes:
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # drf-spectacular
    document: dict[str, Any] = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # same
    return orjson.dumps(document, default=str, option=OPTIONS)


class SchemaView(HouseAPIView):
    authentication_classes = ()
    permission_codes = {"get": PUBLIC}
    schema = None  # the description does not describe itself

    def get(self, request: Request) -> HttpResponse:
        return HttpResponse(openapi_document(), content_type="application/json")


class SwaggerView(HouseAPIView):
    authentication_classes = ()
    permission_codes = {"get": PUBLIC}
    schema = None  # a page for people

    def get(self, request: Request) -> HttpResponse:
        page = render_to_string(
            "drf_spectacular/swagger_ui.html",
            {
                "title": spectacular_settings.TITLE,
                "swagger_ui_css": static(f"{DIST}/swagger-ui.css"),
                "swagger_ui_bundle": static(f"{DIST}/swagger-ui-bundle.js"),
                "swagger_ui_standalone": static(f"{DIST}/swagger-ui-standalone-preset.js"),
                "favicon_href": static(f"{DIST}/favicon-32x32.png"),
                "template_name_js": "drf_spectacular/swagger_ui.js",
                "schema_url": reverse("schema"),
                "settings": json.dumps(spectacular_settings.SWAGGER_UI_SETTINGS),
                "oauth2_config": "{}",
                "csrf_header_name": "X-CSRFToken",
                "schema_auth_names": "[]",
            },
        )
        return HttpResponse(page)
