"""P-6: every personal column is erased, kept by a rule, or about nobody who is a customer."""

import pytest

from events.registry import retentions, subject_tables
from events.subjects import Keep, Overwrite, Remove
from tests.architecture.house import house_models
from tests.privacy.rules import KEPT, NOT_CUSTOMERS


def personal(model):
    return {f"{model._meta.label}.{name}" for name in model.privacy.by_class["personal"]}


def erased(table):
    if isinstance(table.erase, Remove):
        return personal(table.model)
    names = set(table.erase.values) if isinstance(table.erase, Overwrite) else set()
    return {f"{table.model._meta.label}.{name}" for name in names}


WRITTEN_BY_HOOKS = {
    "bookings.Customer.first_name",
    "bookings.Customer.last_name",
    "bookings.SocialIdentity.handle",
    "bookings.SocialThread.thread_ref",
    "communications.CallRecording.transcript",
    "identity.User.delete_reason",
    "identity.User.email",
    "identity.User.full_name",
}
"""Columns that the `then` of a table overwrites; test_erasure.py sees that they are gone."""


def test_p6_every_personal_column_is_erased_kept_by_rule_or_not_about_customers():
    """P-6"""
    about_customers = [m for m in house_models() if m._meta.label not in NOT_CUSTOMERS]
    every = {name for model in about_customers for name in personal(model)}
    gone = {name for table in subject_tables for name in erased(table)} | WRITTEN_BY_HOOKS
    assert every - gone == set(KEPT)
    assert gone & set(KEPT) == set()


def test_p6_exempted_tables_exist_and_are_not_registered():
    """P-6"""
    registered = {table.model._meta.label for table in subject_tables}
    assert {m._meta.label for m in house_models()} >= set(NOT_CUSTOMERS)
    assert registered & set(NOT_CUSTOMERS) == set()
    assert len(registered) == len(subject_tables)


def test_p6_what_is_kept_whole_is_only_the_ledger_of_consents_and_contacts():
    """P-6"""
    assert {table.name for table in subject_tables if isinstance(table.erase, Keep)} == {
        "newsletter.consent_records",
        "newsletter.contact_log",
    }


def test_p4_timelines_show_public_columns_only():
    """P-4"""
    shown = [
        (table.model, name) for table in subject_tables for moment in table.moments for name in moment.shows
    ]
    assert [(m._meta.label, name) for m, name in shown if m.privacy.of(name) != "public"] == []


@pytest.mark.parametrize("table", list(subject_tables), ids=lambda table: table.name)
def test_subject_tables_name_fields(table):
    names = {field.name for field in table.model._meta.get_fields()}
    assert {name for moment in table.moments for name in (moment.at, *moment.shows)} <= names
    assert {name.rpartition(".")[2] for name in erased(table)} <= names


def test_section_14_table_by_table():
    """Section 14: what is kept for how many days."""
    assert {rule.name: rule.days for rule in retentions} == {
        "core.bookings": 2_555,
        "core.bookings.deleted": 30,
        "core.chefs.deleted": 30,
        "core.customers.deleted": 30,
        "core.deposits": 2_555,
        "core.message_threads": 1_095,
        "core.message_threads.deleted": 30,
        "core.messages": 1_095,
        "core.payments": 2_555,
        "core.reservation_holds": 2_555,
        "core.reservation_holds.contact": 90,
        "core.social_accounts.deleted": 30,
        "core.social_messages": 1_095,
        "core.social_threads": 1_095,
        "core.system_events": 90,
        "communications.call_recordings": 90,
        "events.idempotency_keys": 7,
        "events.inbox": 180,
        "events.outbox": 30,
        "feedback.customer_reviews": 2_555,
        "feedback.review_media": 30,
        "identity.station_access_tokens": 30,
        "identity.station_audit_logs": 1_095,
        "integra.call_sessions": 1_095,
        "integra.call_sessions.transcript": 90,
        "integra.payment_events": 2_555,
        "integra.payment_matches": 2_555,
        "integra.social_inbox": 180,
        "lead.leads": 730,
        "lead.leads.deleted": 30,
        "lead.social_messages": 1_095,
        "marketing.qr_scans": 395,
        "newsletter.contact_log": 90,
        "newsletter.sms_send_queue": 90,
    }
