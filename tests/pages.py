"""How tests walk the back office: sign in, open pages, count what they cost."""

from typing import Any

from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from identity.models import User


def enter(user: User) -> Client:
    """Return a browser in which the account is signed in."""
    client = Client()
    client.force_login(user, backend="identity.backends.StaffBackend")
    return client


def url(model: type[Model], page: str, *args: Any) -> str:
    """Return the address of a model's page, such as changelist."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def listed(client: Client, model: type[Model], query: str = "") -> list[Any]:
    """Return the rows that the list shows."""
    answer = client.get(f"{url(model, 'changelist')}?{query}")
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


def found(client: Client, model: type[Model], term: str) -> list[Any]:
    """Return the rows that the search box finds."""
    answer = client.post(url(model, "search"), {"q": term}, follow=True)
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


def queries(client: Client, address: str) -> int:
    """Return how many queries a page runs once sessions and content types are known."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def errors_of(answer: Any) -> dict[str, list[str]]:
    """Return the messages of a form that was shown again."""
    assert answer.status_code == 200
    return {name: list(messages) for name, messages in answer.context["adminform"].form.errors.items()}


def empty_inlines(client: Client, address: str) -> dict[str, Any]:
    """Return what the inlines of a page send when nobody touches them."""
    formsets = client.get(address).context["inline_admin_formsets"]
    return {
        f"{item.formset.prefix}-{name}_FORMS": count
        for item in formsets
        for name, count in (("TOTAL", 0), ("INITIAL", 0))
    }
