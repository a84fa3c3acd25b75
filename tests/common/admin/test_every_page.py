"""Every page of every table, as the owner and as the manager of one station."""

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.common.admin.world import CANARIES, row_of

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
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


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_page_opens_for_the_owner_without_clear_personal_data(world, enter, model):
    client = enter(world.owner)
    seen = {}
    for address in pages_of(world, model):
        answer = client.get(address)
        seen[address] = answer.status_code
        leaked = [secret for secret in SECRETS if secret in answer.content.decode()]
        assert leaked == [], address
    wrong = {address: status for address, status in seen.items() if status not in (200, 302, 403)}
    assert wrong == {}
    assert seen[url(model, "changelist")] == 200


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_page_answers_the_manager_of_one_station(world, enter, model):
    client = enter(world.manager)
    for address in pages_of(world, model):
        answer = client.get(address)
        assert answer.status_code in (200, 302, 403), address
        text = answer.content.decode()
        assert [word for word in world.b.words if word in text] == [], address
        assert [secret for secret in SECRETS if secret in text] == [], address
