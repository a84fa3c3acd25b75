"""Every page of every table of the house, as the owner and as the manager of one station."""

from itertools import zip_longest
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.contrib.admin import ShowFacets
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.admin.options import HouseModelAdmin
from common.admin.paginator import EXACT_UP_TO, EstimatingPaginator
from tests.architecture.house import APPS, house_models
from tests.common.admin.browse import form_data
from tests.common.admin.every_row import leaks_of, make_row, page_of
from tests.common.admin.world import row_of
from tests.common.admin.world_rows import CANARIES
from tests.plans import ROWS, fill, index_names, seq_scans

OWN_WORLD = ("bookings", "events", "identity")
"""Apps of which the world holds rows with a life; those of the others come from their factories alone."""
SECRETS = (
    [CANARIES[side].email for side in "ab"]
    + [CANARIES[side].phone for side in "ab"]
    + [CANARIES[side].address for side in "ab"]
    + ["tokencanary", "payloadcanary", "secretcanary", "keycanary"]
)
each_app = pytest.mark.parametrize(
    "app", [app for app in APPS if any(model._meta.app_label == app for model in house_models())]
)


def url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def models_of(app):
    return [model for model in house_models() if model._meta.app_label == app]


def rows_of(world, model):
    known = row_of(world, model._meta.model_name) if model._meta.app_label in OWN_WORLD else None
    return [*([known] if known else []), make_row(model, world.a.station)]


def lists_of(model):
    listing = url(model, "changelist")
    return [listing, *(f"{listing}?{query}" for query in ("q=nothing-like-this", "q=e", "o=1.-2"))]


def pages_of(model, row):
    page = page_of(model)
    yield from (url(model, name, row.pk) for name in ("change", "history", "delete"))
    yield from (url(model, "do", row.pk, action.name) for action in page.object_actions)
    if page.masked:
        yield url(model, "reveal", row.pk)


def walk(world, client, model):
    """Open every page of a table; return the addresses that show what they must not."""
    leaking = {}
    rows = rows_of(world, model)
    for address in [
        *lists_of(model),
        url(model, "add"),
        *(page for row in rows for page in pages_of(model, row)),
    ]:
        answer = client.get(address)
        assert answer.status_code in (200, 302, 403), address
        text = answer.content.decode()
        found = [word for word in SECRETS if word in text] + leaks_of(text)
        if found:
            leaking[address] = found
        yield address, text
    assert leaking == {}


@each_app
def test_p3_every_page_opens_for_the_owner_without_clear_personal_data(world, enter, app):
    client = enter(world.owner)
    for model in models_of(app):
        assert len(list(walk(world, client, model))) > len(lists_of(model))
        assert client.get(url(model, "changelist")).status_code == 200
        assert client.get(url(model, "change", make_row(model, world.a.station).pk)).status_code == 200


@each_app
def test_r4_every_page_answers_the_manager_of_one_station(world, enter, app):
    client = enter(world.manager)
    for model in models_of(app):
        theirs = make_row(model, world.b.station)
        for address, text in walk(world, client, model):
            assert [word for word in (*world.b.words, str(theirs.pk)) if word in text] == [], address
        if page_of(model).station_of(theirs) == world.b.station.pk:
            for address in pages_of(model, theirs):
                assert client.get(address).status_code in (302, 403), address


@each_app
def test_every_choice_of_every_filter_can_be_taken(world, enter, app):
    client = enter(world.owner)
    for model in models_of(app):
        make_row(model, world.a.station)
        listing = url(model, "changelist")
        offered = [queries_of(spec) for spec in client.get(listing).context["cl"].filter_specs]
        # One choice of every filter at a time: each is taken, in as few requests as the longest filter has.
        for choices in zip_longest(*offered, fillvalue=""):
            address = f"{listing}?{'&'.join(filter(None, choices))}"
            assert client.get(address).status_code == 200, address


def queries_of(spec):
    """Return the query strings that a filter's own form could send."""
    for choice in spec.choices(
        SimpleNamespace(add_facets=False, get_query_string=lambda *_args, **_kwargs: "", params={})
    ):
        form = choice.get("form")
        for name, field in form.fields.items() if form else ():
            values = [value for value, _label in getattr(field, "choices", ())] or ["2026-11-21", "nonsense"]
            yield from (urlencode({name: value}) for value in values)


@each_app
def test_a_form_sent_back_as_it_is_is_saved_and_an_empty_one_refused_in_words(world, enter, app):
    client = enter(world.owner)
    for model in models_of(app):
        page, form_id = page_of(model), f"{model._meta.model_name}_form"
        row = make_row(model, world.a.station)
        opened = client.get(url(model, "change", row.pk))
        if opened.context.get("has_change_permission"):
            data = form_data(opened.content.decode(), form_id)
            saved = client.post(url(model, "change", row.pk), data)
            errors = saved.context and [saved.context["errors"], saved.context["adminform"].form.errors]
            assert saved.status_code == 302, (model, errors)
        if page.codes.add:
            empty = client.get(url(model, "add"))
            assert empty.status_code in (200, 302), model
            answer = client.post(url(model, "add"), form_data(empty.content.decode(), form_id))
            assert answer.status_code in (200, 302), model


def test_the_pages_of_an_app_and_the_password_form_open(world, enter):
    for user in (world.owner, world.manager):
        client = enter(user)
        for address in ("/admin/", "/admin/bookings/", "/admin/identity/", "/admin/password_change/"):
            assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("model", house_models(), ids=lambda model: model._meta.label)
def test_no_page_counts_a_whole_table(model):
    page = admin.site._registry[model]
    assert isinstance(page, HouseModelAdmin)
    assert issubclass(page.paginator, EstimatingPaginator)
    assert page.paginator.exact_up_to <= EXACT_UP_TO
    assert (page.show_full_result_count, page.show_facets) == (False, ShowFacets.NEVER)


def test_a_list_of_a_hundred_thousand_rows_is_counted_by_estimate(world, enter):
    from bookings.models import SystemEvent

    fill(SystemEvent, service="'service ' || n % 20", action="'action'")
    client, listing = enter(world.owner), url(SystemEvent, "changelist")
    with CaptureQueriesContext(connection) as captured:
        counted = client.get(listing).context["cl"].result_count
    assert ROWS * 0.9 <= counted <= ROWS * 1.1
    counts = [
        query["sql"] for query in captured if "COUNT(" in query["sql"] and "system_events" in query["sql"]
    ]
    assert counts
    assert [sql for sql in counts if f"LIMIT {EXACT_UP_TO + 1}" not in sql] == []
    first_page = client.get(listing).context["cl"].result_list.model.objects.order_by("-id")[:50]
    assert (len(index_names(first_page)), seq_scans(first_page)) == (1, set())
