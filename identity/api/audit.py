"""/audit: who did what (P-7)."""

import io
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django_filters import BooleanFilter, CharFilter, ChoiceFilter, IsoDateTimeFilter, UUIDFilter
from rest_framework.request import Request

from common.api.filters import HouseFilterSet
from common.api.views import HouseAPIView, HouseViewSet, ListMixin
from identity.api.people import AuditExportInput, AuditOutput
from identity.enums import AuditAction
from identity.models import StationAuditLog
from identity.selectors.audit import list_audit
from identity.services.audit_export import export_audit


class AuditFilter(HouseFilterSet):
    action = ChoiceFilter(choices=AuditAction.choices)
    resource_type = CharFilter(max_length=50)
    resource_id = CharFilter(max_length=50)
    user_id = UUIDFilter()
    station_id = UUIDFilter()
    request_id = CharFilter(max_length=64)
    success = BooleanFilter()
    created_at__gte = IsoDateTimeFilter(field_name="created_at", lookup_expr="gte")
    created_at__lt = IsoDateTimeFilter(field_name="created_at", lookup_expr="lt")


class AuditViewSet(ListMixin, HouseViewSet):
    """The audit log, newest first; support and station managers see their own acts."""

    permission_codes = {"list": "audit.read"}
    serializer_class = AuditOutput
    filterset_class = AuditFilter
    ordering_fields = ("created_at",)

    def get_queryset(self) -> QuerySet[StationAuditLog]:
        return list_audit(self.actor)


class AuditExportView(HouseAPIView):
    permission_codes = {"post": "audit.export"}
    body_serializers = {"post": AuditExportInput}
    answer_types = {"post": "text/csv"}
    examples = {"post": {"start": "2026-03-01T00:00:00Z", "end": "2026-04-01T00:00:00Z"}}

    def post(self, request: Request) -> HttpResponse:
        """Return the audit log as CSV; the export is audited."""
        bounds: dict[str, Any] = self.body
        text = io.StringIO(newline="")
        export_audit(out=text, by=self.actor, **bounds)
        return HttpResponse(
            text.getvalue(),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="audit.csv"'},
        )
