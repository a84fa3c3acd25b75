"""Every path of the product; each app mounts its own below /api/v1."""

from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("admin/", admin.site.urls),
]
