"""Every page of every table, as the owner and as the manager of one station."""

from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.common.admin.world import row_of
from tests.common.admin.world_rows import CANARIES

APPS = ("bookings", "events", "identity")
SECRETS = (
    [CANARIES[side].email for side in "ab"]
    + [CANARIES[side].phone for side in "ab"]
    + [CANARIES[side].address for side in "ab"]
    + ["tokencanary", "payloadcanary", "secretcanary", "keycanary"]
)


def url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def pages_of(world, model):
    page = admin.site._registry[model]
    row = row_of(world, model._meta.model_name) or model._default_manager.order_by("pk").first()
    listing = url(model, "changelist")
    yield listing
    yield f"{listing}?q=nothing-like-this"
    yield f"{listing}?q=e"
    yield f"{listing}?o=1.-2"
    yield url(model, "change", row.pk)
    yield url(model, "history", row.pk)
    yield url(model, "add")
    yield url(model, "delete", row.pk)
    for action in page.object_actions:
        yield url(model, "do", row.pk, action.name)
    if page.masked:
        yield url(model, "reveal", row.pk)


def models_of(app):
    return [model for model in admin.site._registry if model._meta.app_label == app]


@pytest.mark.parametrize("app", APPS)
def test_every_page_opens_for_the_owner_without_clear_personal_data(world, enter, app):
    client = enter(world.owner)
    for model in models_of(app):
        for address in pages_of(world, model):
            answer = client.get(address)
            assert answer.status_code in (200, 302, 403), address
            assert [secret for secret in SECRETS if secret in answer.content.decode()] == [], address
        assert client.get(url(model, "changelist")).status_code == 200


@pytest.mark.parametrize("app", APPS)
def test_every_page_answers_the_manager_of_one_station(world, enter, app):
    client = enter(world.manager)
    for model in models_of(app):
        for address in pages_of(world, model):
            answer = client.get(address)
            assert answer.status_code in (200, 302, 403), address
            text = answer.content.decode()
            assert [word for word in world.b.words if word in text] == [], address
            assert [secret for secret in SECRETS if secret in text] == [], address


@pytest.mark.parametrize("app", APPS)
def test_every_choice_of_every_filter_can_be_taken(world, enter, app):
    client = enter(world.owner)
    for model in models_of(app):
        listing = url(model, "changelist")
        for spec in client.get(listing).context["cl"].filter_specs:
            for query in queries_of(spec):
                answer = client.get(f"{listing}?{query}")
                assert answer.status_code == 200, f"{listing}?{query}"


def queries_of(spec):
    """Return the query strings that a filter's own form could send."""
    for choice in spec.choices(
        SimpleNamespace(add_facets=False, get_query_string=lambda *_args, **_kwargs: "", params={})
    ):
        form = choice.get("form")
        for name, field in form.fields.items() if form else ():
            values = [value for value, _label in getattr(field, "choices", ())] or ["2026-11-21", "nonsense"]
            yield from (urlencode({name: value}) for value in values)


def test_the_pages_of_an_app_and_the_password_form_open(world, enter):
    for user in (world.owner, world.manager):
        client = enter(user)
        for address in ("/admin/", "/admin/bookings/", "/admin/identity/", "/admin/password_change/"):
            assert client.get(address).status_code == 200, address
