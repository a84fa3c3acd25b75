"""The product's paths and one more: a view that does nothing, behind all that every view stands behind."""

from typing import ClassVar

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.permissions import PUBLIC
from common.api.views import HouseAPIView
from config.urls import handler400, handler404, handler500
from config.urls import urlpatterns as product

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]


class EmptyView(HouseAPIView):
    permission_codes: ClassVar = {"get": PUBLIC}

    def get(self, request: Request) -> Response:  # noqa: ARG002 -- the handler contract
        """Answer an empty object."""
        return Response({})


urlpatterns = [path("api/v1/empty", EmptyView.as_view()), *product]
