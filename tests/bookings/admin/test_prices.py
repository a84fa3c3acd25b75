"""Q-19, R-9: prices edited in the back office go through the service that the API uses."""

import pytest

from bookings.models import AddonItem, DynamicPricingRule
from identity.models import StationAuditLog
from tests.pages import enter, url


@pytest.fixture
def admin(world):
    return enter(world.admin)


def form_of(client, row):
    """What the page would send back unchanged."""
    answer = client.get(url(type(row), "change", row.pk))
    form = answer.context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in data.items()}


def test_what_no_quote_could_use_is_refused_in_words(admin, world):
    rule = world.a.rows["dynamicpricingrule"]
    answer = admin.post(
        url(DynamicPricingRule, "change", rule.pk),
        {**form_of(admin, rule), "percent": "0", "weekdays": "6,6"},
    )
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors == {
        "percent": ["Must be above or below 0 when the effect is percent."],
        "weekdays": ["Must be different weekdays from 1 (Monday) to 7 (Sunday)."],
    }
    rule.refresh_from_db()
    assert (rule.percent, rule.weekdays) == (15, [6])


def test_a_code_stays_what_bookings_know(admin, world):
    addon = world.a.rows["addonitem"]
    data = form_of(admin, addon)
    assert not {"code", "station"} & data.keys()
    answer = admin.post(url(AddonItem, "change", addon.pk), {**data, "code": "another", "price_cents": "777"})
    assert answer.status_code == 302
    before = (addon.code, addon.price_cents)
    addon.refresh_from_db()
    assert (addon.code, addon.price_cents) == (before[0], 777)
    log = StationAuditLog.objects.filter(resource_type="addonitem").get()
    assert log.details == {"changed": {"price_cents": {"old": before[1], "new": 777}}}
