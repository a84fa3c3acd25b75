"""API-7: strong ETags of single records; If-Match before a write, If-None-Match before a read."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from common.api.exceptions import PreconditionRequired
from common.exceptions import VersionConflict

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TAG = re.compile(r'(W/)?"([^"]*)"')


def record_version(record: Any) -> int:
    """Return the record's `version`, else its `updated_at` in microseconds since 1970."""
    version = getattr(record, "version", None)
    if version is not None:
        return int(version)
    updated_at: datetime = record.updated_at
    return (updated_at - EPOCH) // timedelta(microseconds=1)


def etag_of(record: Any) -> str:
    """Return the strong ETag of a record."""
    return f'"{record_version(record)}"'


def expected_version(request: HttpRequest | Request, record: Any) -> int:
    """Return the version that the client has seen and the service must still find.

    Raises PreconditionRequired without If-Match and VersionConflict when it names another version; weak and
    unreadable tags never match, `*` matches whatever there is.
    """
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise PreconditionRequired
    current = record_version(record)
    if header != "*" and f'"{current}"' not in {match.group() for match in TAG.finditer(header)}:
        raise VersionConflict(current_version=current)
    return current


def is_unchanged(request: HttpRequest | Request, response: HttpResponseBase) -> bool:
    """Tell whether a GET may be answered by 304: If-None-Match names the ETag of the response."""
    header = request.headers.get("If-None-Match", "").strip()
    tag = response.headers.get("ETag")
    if not header or not tag or request.method not in {"GET", "HEAD"}:
        return False
    return header == "*" or tag.removeprefix("W/") in {
        f'"{match.group(2)}"' for match in TAG.finditer(header)
    }
