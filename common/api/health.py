"""Probes for whoever runs the processes: alive, and ready to serve."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.db import Error, connection
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.permissions import PUBLIC
from common.api.views import HouseAPIView
from common.exceptions import ServiceUnavailable
from common.registry import Registry

State = Literal["ok", "degraded", "down"]


@dataclass(frozen=True, slots=True)
class ReadinessCheck:
    """One part of the house; `probe` answers ok, degraded (still serving) or down and raises nothing."""

    name: str
    probe: Callable[[], State]


readiness: Registry[ReadinessCheck] = Registry("readiness")


def probe_database() -> State:
    """Tell whether the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except Error:
        connection.close()
        return "down"
    return "ok"


class HealthSerializer(serializers.Serializer[None]):
    status = serializers.ChoiceField(choices=["ok", "degraded"])
    checks = serializers.DictField(child=serializers.ChoiceField(choices=["ok", "degraded"]))


class HealthView(HouseAPIView):
    """Asks nobody who he is and counts nobody."""

    authentication_classes = ()
    throttle_classes = ()
    permission_codes = {"get": PUBLIC}
    answer_serializers = {"get": HealthSerializer}


class LiveView(HealthView):
    @extend_schema(operation_id="health_live", tags=["health"], summary="The process answers")
    def get(self, request: Request) -> Response:
        return Response({"status": "ok", "checks": {}})


class ReadyView(HealthView):
    refusals = {"get": (ServiceUnavailable,)}

    @extend_schema(operation_id="health_ready", tags=["health"], summary="The process can serve")
    def get(self, request: Request) -> Response:
        checks: dict[str, State] = {"database": probe_database()}
        if checks["database"] == "ok":
            checks |= {check.name: check.probe() for check in readiness}
        if "down" in checks.values():
            raise ServiceUnavailable("Not ready to serve.", checks=checks)
        state = "degraded" if "degraded" in checks.values() else "ok"
        return Response({"status": state, "checks": checks})
