"""Callers of the API for tests: signed in as an actor, speaking JSON."""

from typing import Any
from uuid import uuid4

from rest_framework.test import APIClient

from common.actors import Actor
from identity.models import User


class Caller:
    """An API client of one actor; answers are responses of the test client."""

    def __init__(self, actor: Actor | None = None) -> None:
        self.client = APIClient()
        if actor is not None:
            self.client.force_authenticate(user=User.objects.get(pk=actor.id), token=actor)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1{path}", query)

    def send(self, method: str, path: str, body: Any = None, *, seen: Any = None, key: str = "") -> Any:
        headers = {} if seen is None else {"If-Match": f'"{seen}"'}
        if key:
            headers["Idempotency-Key"] = key
        return getattr(self.client, method)(
            f"/api/v1{path}", {} if body is None else body, format="json", headers=headers
        )

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.send("post", path, body, **more)

    def patch(self, path: str, body: Any, **more: Any) -> Any:
        return self.send("patch", path, body, **more)

    def delete(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.send("delete", path, body, **more)


def fresh_key() -> str:
    return uuid4().hex


def problem(response: Any) -> tuple[int, str]:
    """Status and code of a refusal."""
    return response.status_code, response.json()["code"]


def pointers(response: Any) -> list[str]:
    return [error["pointer"] for error in response.json()["errors"]]
