"""What staff write by hand: subscribers, wishes, drafts of texts and campaigns; never a 500."""

import pytest
from django.utils.html import escape

from common.admin.forms import stamp
from identity.enums import UserRole
from identity.models import StationAuditLog
from newsletter.enums import CampaignStatus, TemplateStatus
from newsletter.models import Campaign, CampaignSmsLimit, SmsTemplate, Subscriber, SubscriberPreference
from tests.factories import newsletter as rows
from tests.factories.identity import StationFactory, make_staff
from tests.pages import enter, errors_of, url

ANN, PHONE = "ann@people.example", "+15105550111"


def inline(prefix, **fields):
    """Return what an inline with one new row sends; without fields, one that nobody touched."""
    count = 1 if fields else 0
    return {
        f"{prefix}-TOTAL_FORMS": count,
        f"{prefix}-INITIAL_FORMS": 0,
        **{f"{prefix}-0-{name}": value for name, value in fields.items()},
    }


NO_WISHES, NO_LIMITS = inline("subscriber_preference"), inline("campaign_sms_limit")


class TestSubscribers:
    def test_n2_a_subscriber_is_added_without_any_consent(self, support, station):
        data = {"new_email": "Ann@People.example", "new_phone": "510 555 0111", "tags": "vip,fremont"}
        add = url(Subscriber, "add")
        assert support.post(add, {**data, "station": station.pk}).status_code == 302
        subscriber = Subscriber.objects.get()
        assert (subscriber.email, subscriber.phone, subscriber.tags, subscriber.station) == (
            ANN,
            PHONE,
            ["vip", "fremont"],
            station,
        )
        assert (subscriber.email_consent, subscriber.sms_consent, subscriber.subscribed) == (
            False,
            False,
            True,
        )
        audited = StationAuditLog.objects.get(resource_type="subscriber")
        assert ANN not in str(audited.details)

    @pytest.mark.parametrize(
        ("data", "errors"),
        [
            ({}, {"__all__": ["A subscriber needs an e-mail address or a phone number."]}),
            ({"new_phone": "12"}, {"new_phone": ["This is no phone number."]}),
            ({"new_email": "ann"}, {"new_email": ["Enter a valid email address."]}),
            (
                {"new_email": "TAKEN@people.example"},
                {"new_email": ["There is a subscriber with this e-mail address already."]},
            ),
            (
                {"new_phone": "+1 510 555 0199"},
                {"new_phone": ["There is a subscriber with this phone number already."]},
            ),
        ],
    )
    def test_wrong_and_known_contacts_are_told(self, support, station, data, errors):
        rows.SubscriberFactory(email="taken@people.example")
        rows.SubscriberFactory(email=None, phone="+15105550199")
        answer = support.post(url(Subscriber, "add"), {**data, "station": station.pk})
        assert errors_of(answer) == errors

    def test_a_phone_may_stand_beside_another_email(self, support, station):
        rows.SubscriberFactory(email=None, phone=PHONE)
        data = {"new_email": ANN, "new_phone": PHONE, "station": station.pk}
        assert support.post(url(Subscriber, "add"), data).status_code == 302

    def test_r9_a_station_in_reach(self, support, station):
        data = {"new_email": ANN, "station": StationFactory().pk}
        assert list(errors_of(support.post(url(Subscriber, "add"), data))) == ["station"]

    def test_contacts_and_consents_are_fixed_and_tags_are_not(self, support, station):
        subscriber = rows.SubscriberFactory(station=station, email=ANN)
        page = url(Subscriber, "change", subscriber.pk)
        data = {
            "seen": stamp(subscriber),
            "station": station.pk,
            "tags": "vip",
            "new_email": "other@people.example",
            "email_consent": "on",
            "engagement_score": "99",
            **NO_WISHES,
        }
        assert support.post(page, data).status_code == 302
        subscriber.refresh_from_db()
        assert (subscriber.tags, subscriber.email) == (["vip"], ANN)
        assert (subscriber.email_consent, subscriber.engagement_score) == (False, 0)

    def test_n7_wishes_are_written_on_the_subscribers_page(self, support, station):
        subscriber = rows.SubscriberFactory(station=station)
        page = url(Subscriber, "change", subscriber.pk)

        def send(**wishes):
            seen = {"seen": stamp(subscriber), "station": station.pk}
            wishes = {"language": "en", "subscriber": subscriber.pk, **wishes}
            return support.post(page, {**seen, **inline("subscriber_preference", **wishes)})

        wrong = send(timezone="Mars/Olympus")
        (formset,) = (item.formset for item in wrong.context["inline_admin_formsets"])
        assert formset.errors == [{"timezone": ["This is no time zone; one is called America/Los_Angeles."]}]
        assert send(timezone="America/Denver", topics="menu,events", quiet_start="20:00").status_code == 302
        wishes = SubscriberPreference.objects.get()
        assert (wishes.timezone, wishes.topics, f"{wishes.quiet_start:%H:%M}") == (
            "America/Denver",
            ["menu", "events"],
            "20:00",
        )

    def test_n7_wishes_are_changed_on_their_own_page(self, support, station):
        wishes = rows.SubscriberPreferenceFactory(subscriber__station=station)
        page = url(SubscriberPreference, "change", wishes.pk)
        data = {"seen": stamp(wishes), "language": "es", "timezone": "nowhere", "topics": ""}
        assert list(errors_of(support.post(page, data))) == ["timezone"]
        assert support.post(page, {**data, "timezone": ""}).status_code == 302
        wishes.refresh_from_db()
        assert (wishes.language, wishes.timezone) == ("es", None)


class TestTemplates:
    data = {
        "name": "Summer",
        "content": "My Hibachi: {{first_name}}, come {{ day }} or {{day}}!",
        "category": "promotion",
        "example_data": '{"first_name": "Ann"}',
        "is_active": "on",
    }

    def test_n10_a_draft_knows_its_variables_and_its_author(self, support):
        assert support.post(url(SmsTemplate, "add"), self.data).status_code == 302
        text = SmsTemplate.objects.get()
        assert (text.variables, text.example_data, text.status, text.source) == (
            ["first_name", "day"],
            {"first_name": "Ann"},
            TemplateStatus.DRAFT,
            "admin",
        )
        assert text.created_by.role == UserRole.CUSTOMER_SUPPORT

    def test_names_are_told_to_be_taken_and_examples_to_be_wrong(self, support):
        rows.SmsTemplateFactory(name="Summer")
        wrong = {**self.data, "example_data": '["Ann"]'}
        assert errors_of(support.post(url(SmsTemplate, "add"), wrong)) == {
            "name": ["SMS template with this Name already exists."],
            "example_data": ['Give an object in curly brackets. It reads like {"first_name": "Ann"}.'],
        }

    def test_n13_a_text_is_fixed_once_it_left_its_author(self, support):
        text = rows.SmsTemplateFactory(
            status=TemplateStatus.APPROVED, approved_at=rows.SAID_AT, content="As approved."
        )
        page = url(SmsTemplate, "change", text.pk)
        data = {**self.data, "seen": stamp(text), "status": "draft"}
        del data["is_active"]
        assert support.post(page, data).status_code == 302
        text.refresh_from_db()
        assert (text.content, text.status, text.is_active) == ("As approved.", "approved", False)

    def test_n13_a_draft_is_rewritten(self, support):
        text = rows.SmsTemplateFactory()
        page = url(SmsTemplate, "change", text.pk)
        assert support.post(page, {**self.data, "seen": stamp(text), "example_data": ""}).status_code == 302
        text.refresh_from_db()
        assert (text.name, text.variables, text.example_data) == ("Summer", ["first_name", "day"], {})


class TestCampaigns:
    data = {"name": "Summer party", "channel": "sms", "content": "{}", "segment_filter": "{}"}

    def test_n12_a_draft_is_made_with_its_limits(self, support, station):
        limits = {
            "monthly_sms_limit": 500,
            "campaign_sms_limit": "",
            "limit_exceeded_action": "notify",
            "alert_at_percentage": 90,
            "cost_per_segment_centicents": 75,
        }
        data = {**self.data, "station": station.pk, **inline("campaign_sms_limit", **limits)}
        too_much = {**data, "campaign_sms_limit-0-alert_at_percentage": 101}
        answer = support.post(url(Campaign, "add"), too_much)
        (formset,) = (item.formset for item in answer.context["inline_admin_formsets"])
        assert formset.errors == [
            {"alert_at_percentage": ["Ensure this value is less than or equal to 100."]}
        ]
        assert support.post(url(Campaign, "add"), data).status_code == 302
        campaign, limit = Campaign.objects.get(), CampaignSmsLimit.objects.get()
        assert (campaign.status, campaign.station, campaign.created_by.role) == (
            CampaignStatus.DRAFT,
            station,
            UserRole.CUSTOMER_SUPPORT,
        )
        assert (limit.monthly_sms_limit, limit.limit_exceeded_action, len(limit.current_month)) == (
            500,
            "notify",
            7,
        )

    @pytest.mark.parametrize("name", ["content", "segment_filter"])
    def test_n14_rules_and_content_are_objects(self, support, station, name):
        data = {**self.data, "station": station.pk, name: "[1]", **NO_LIMITS}
        answer = support.post(url(Campaign, "add"), data)
        assert errors_of(answer) == {name: ["Give an object in curly brackets."]}

    @pytest.mark.parametrize("text", [r'{"a": "\ud800"}', r'{"\udfff": 1}', r'["\u0000"]'])
    @pytest.mark.parametrize("name", ["content", "segment_filter"])
    def test_what_is_no_text_is_told_and_shown_again(self, support, station, name, text):
        data = {**self.data, "station": station.pk, name: text, **NO_LIMITS}
        answer = support.post(url(Campaign, "add"), data)
        words = r"Half of a character pair (such as \ud800) or a NUL (\u0000) is no text."
        assert errors_of(answer) == {name: [words]}
        assert escape(text) in answer.content.decode()

    @pytest.mark.parametrize("text", ['{"a": NaN}', r'{"a": "\u0000"}', '{"a": 1e999}'])
    def test_what_postgresql_cannot_hold_is_told(self, support, station, text):
        data = {**self.data, "station": station.pk, "content": text, **NO_LIMITS}
        assert list(errors_of(support.post(url(Campaign, "add"), data))) == ["content"]

    def test_n6_only_approved_texts_are_offered(self, support, station):
        draft = rows.SmsTemplateFactory()
        good = rows.SmsTemplateFactory(status=TemplateStatus.APPROVED, approved_at=rows.SAID_AT)
        data = {**self.data, "station": station.pk, **NO_LIMITS}
        answer = support.post(url(Campaign, "add"), {**data, "template": draft.pk})
        assert list(errors_of(answer)) == ["template"]
        assert support.post(url(Campaign, "add"), {**data, "template": good.pk}).status_code == 302

    @pytest.mark.parametrize("status", [CampaignStatus.SCHEDULED, CampaignStatus.SENDING, "cancelled"])
    def test_n13_what_was_scheduled_is_fixed(self, support, station, status):
        campaign = rows.CampaignFactory(station=station, status=status, scheduled_at=rows.SAID_AT)
        page = url(Campaign, "change", campaign.pk)
        assert support.get(page).context["has_change_permission"] is False
        data = {**self.data, "seen": stamp(campaign), **NO_LIMITS}
        assert support.post(page, data).status_code == 403

    def test_n13_a_draft_is_rewritten_but_not_its_state(self, support, station):
        campaign = rows.CampaignFactory(station=station)
        page = url(Campaign, "change", campaign.pk)
        data = {
            **self.data,
            "station": station.pk,
            "seen": stamp(campaign),
            "status": "sent",
            "total_sent": 9,
            **NO_LIMITS,
        }
        assert support.post(page, data).status_code == 302
        campaign.refresh_from_db()
        assert (campaign.name, campaign.status, campaign.total_sent) == ("Summer party", "draft", 0)


def test_r9_a_company_campaign_is_made_by_a_code_of_the_own_role(station):
    admin = enter(make_staff(UserRole.ADMIN, station))
    assert admin.post(url(Campaign, "add"), {**TestCampaigns.data, **NO_LIMITS}).status_code == 302
    assert Campaign.objects.get().station is None
