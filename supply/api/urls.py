"""Paths of the exchange, below /api/v1/supply."""

from typing import Any

from django.urls import path

from supply.api.accounts import SignUpViewSet, StaffViewSet
from supply.api.chats import ChatMessageViewSet, ChatSessionViewSet
from supply.api.complaints import ComplaintViewSet
from supply.api.links import LinkViewSet
from supply.api.notifications import NotificationViewSet
from supply.api.orders import OrderViewSet
from supply.api.products import CatalogViewSet, ProductViewSet, SupplierViewSet

Routes = dict[str, Any]
LIST: Routes = {"get": "list"}
COLLECTION: Routes = {"get": "list", "post": "create"}
ONE: Routes = {"get": "retrieve"}
STATUS: Routes = {"patch": "status"}
PRODUCT: Routes = {"get": "retrieve", "put": "update", "delete": "destroy"}

urlpatterns = [
    path("signup", SignUpViewSet.as_view({"post": "create"}), name="supply-signup"),
    path("staff", StaffViewSet.as_view(COLLECTION), name="supply-staff"),
    path("staff/<str:pk>", StaffViewSet.as_view({"delete": "destroy"}), name="supply-staff-member"),
    path("products", ProductViewSet.as_view(COLLECTION), name="supply-products"),
    path("products/<str:pk>", ProductViewSet.as_view(PRODUCT), name="supply-product"),
    path("catalog", CatalogViewSet.as_view(LIST), name="supply-catalog"),
    path("catalog/suppliers", SupplierViewSet.as_view(LIST), name="supply-suppliers"),
    path("links", LinkViewSet.as_view(LIST), name="supply-links"),
    path("links/requests", LinkViewSet.as_view({"post": "requests"}), name="supply-link-requests"),
    path("links/incoming", LinkViewSet.as_view({"get": "incoming"}), name="supply-links-incoming"),
    path("links/<str:pk>", LinkViewSet.as_view(ONE), name="supply-link"),
    path("links/<str:pk>/status", LinkViewSet.as_view(STATUS), name="supply-link-status"),
    path("orders", OrderViewSet.as_view(COLLECTION), name="supply-orders"),
    path("orders/<str:pk>", OrderViewSet.as_view(ONE), name="supply-order"),
    path("orders/<str:pk>/status", OrderViewSet.as_view(STATUS), name="supply-order-status"),
    path("chats/sessions", ChatSessionViewSet.as_view(COLLECTION), name="supply-chats"),
    path("chats/sessions/<str:pk>/messages", ChatMessageViewSet.as_view(COLLECTION), name="supply-messages"),
    path("complaints", ComplaintViewSet.as_view(COLLECTION), name="supply-complaints"),
    path("complaints/<str:pk>", ComplaintViewSet.as_view(ONE), name="supply-complaint"),
    path("complaints/<str:pk>/status", ComplaintViewSet.as_view(STATUS), name="supply-complaint-status"),
    path("notifications", NotificationViewSet.as_view(LIST), name="supply-notifications"),
    path("notifications/read-all", NotificationViewSet.as_view({"post": "read_all"}), name="supply-read-all"),
    path("notifications/<str:pk>/read", NotificationViewSet.as_view({"patch": "read"}), name="supply-read"),
]
