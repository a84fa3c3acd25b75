"""Paths of the kit itself; config/urls.py mounts them first (`health_urls`) and last (`api_urls`)."""

from django.urls import path, re_path

from common.api.documentation import SchemaView, SwaggerView
from common.api.health import LiveView, ReadyView
from common.api.views import UnknownPathView

health_urls = [
    path("health/live", LiveView.as_view(), name="health-live"),
    path("health/ready", ReadyView.as_view(), name="health-ready"),
]
api_urls = [
    path("api/v1/schema", SchemaView.as_view(), name="schema"),
    path("api/v1/docs", SwaggerView.as_view(), name="docs"),
    re_path(r"^api(/.*)?$", UnknownPathView.as_view(), name="unknown-path"),
]
