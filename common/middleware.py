"""Around every request: its id and context, and one log line."""

import re
import time
from collections.abc import Callable
from typing import ClassVar

import structlog
from django.http import HttpRequest, HttpResponse

from common.client_address import client_address
from common.context import RequestContext, request_context
from common.models import uuid7

HEADER = "X-Request-ID"
ACCEPTED = re.compile(r"[A-Za-z0-9-]{8,64}")
MAX_USER_AGENT = 500

logger: structlog.stdlib.BoundLogger = structlog.get_logger("request")


class RequestContextMiddleware:
    """API-3: takes or makes the request id, puts it on the response and on every log line.

    The log line names the route and never the path, the query or the client: those may hold personal data.
    """

    silent_routes: ClassVar[frozenset[str]] = frozenset({"health/live", "health/ready"})

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        asked = request.headers.get(HEADER, "")
        context = RequestContext(
            request_id=asked if ACCEPTED.fullmatch(asked) else str(uuid7()),
            client_ip=client_address(request),
            user_agent=request.headers.get("User-Agent", "")[:MAX_USER_AGENT],
        )
        with request_context(context):
            response = self.get_response(request)
            response.headers[HEADER] = context.request_id
            route = request.resolver_match.route if request.resolver_match else ""
            if route not in self.silent_routes:
                logger.info(
                    "request",
                    method=request.method,
                    route=route,
                    status=response.status_code,
                    milliseconds=round((time.perf_counter() - started) * 1000, 1),
                )
        return response
