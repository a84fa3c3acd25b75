"""Entering, leaving and the own password (AU-2, AU-4 to AU-6)."""

import re

from django.urls import reverse

from identity.enums import UserRole, UserStatus
from identity.models import StationAuditLog
from tests.factories.identity import PASSWORD, UserFactory, make_staff


def test_the_own_password_is_changed_through_the_service(client, world):
    """AU-2, AU-6."""
    client.force_login(world.manager, backend="identity.backends.StaffBackend")
    address = reverse("admin:password_change")
    new = "an entirely new phrase"

    def change(**data):
        return client.post(address, {"current_password": PASSWORD, "new_password": new, "again": new, **data})

    assert change(again="something else").context["form"].errors == {"again": ["The two passwords differ."]}
    wrong = change(current_password="not my password")
    assert wrong.context["form"].errors == {"current_password": ["E-mail or password is wrong."]}
    short = change(new_password="short", again="short")
    assert short.context["form"].errors == {"new_password": ["Use at least 12 characters."]}
    answer = change()
    assert answer.status_code == 302
    assert client.get(reverse("admin:index")).status_code == 200
    world.manager.refresh_from_db()
    assert world.manager.check_password(new)


def test_log_in_and_log_out_are_noted(client, world):
    """P-7."""
    answer = client.post(
        reverse("admin:login"), {"username": world.manager.email.upper(), "password": PASSWORD}
    )
    assert answer.status_code == 302
    assert client.post(reverse("admin:logout")).status_code in (200, 302)
    actions = StationAuditLog.objects.filter(resource_id=str(world.manager.pk)).order_by("created_at")
    assert list(actions.values_list("action", flat=True)) == ["login", "logout"]


def test_the_log_in_page_speaks_in_words(client, world):
    """AU-4, AU-5."""
    address = reverse("admin:login")

    def attempt(email, password="wrong password"):
        return (
            client.post(address, {"username": email, "password": password})
            .context["form"]
            .non_field_errors()[0]
        )

    said = [attempt(world.manager.email) for _ in range(6)]
    assert said == [
        "E-mail or password is wrong.",
        "E-mail or password is wrong.",
        "E-mail or password is wrong. 2 more attempts before the account is locked.",
        "E-mail or password is wrong. 1 more attempts before the account is locked.",
        "E-mail or password is wrong. 0 more attempts before the account is locked.",
        "Too many failed attempts; try again later: wait 15 minutes.",
    ]
    customer = UserFactory()
    assert attempt(customer.email, PASSWORD).startswith("Please enter the correct")
    pending = make_staff(UserRole.ADMIN, status=UserStatus.SUSPENDED)
    assert attempt(pending.email, PASSWORD) == "The account is not active."


def wrong_log_in(client, number=0):
    data = {"username": f"nobody{number}@house.example", "password": "wrong password"}
    return client.post(reverse("admin:login"), data).context["form"].non_field_errors()[0]


def test_log_ins_of_an_address_are_limited_over_both_doors(client, world, settings):
    """API-8: five log-ins in 15 minutes, whoever's, by API and admin together."""
    settings.RATE_LIMITS_ENABLED = True
    entry = {"email": world.manager.email, "password": PASSWORD}
    api = [client.post("/api/v1/auth/login", entry, "application/json").status_code for _ in range(2)]
    assert api == [200, 200]
    said = [wrong_log_in(client, number) for number in range(3)]
    assert said == ["E-mail or password is wrong."] * 3
    refused = client.post(
        reverse("admin:login"), {"username": world.manager.email, "password": PASSWORD}
    ).context["form"]
    assert re.fullmatch(r"Too many requests: wait \d+ minutes\.", refused.non_field_errors()[0])
    assert client.post("/api/v1/auth/login", entry, "application/json").status_code == 429
    elsewhere = client.post(
        reverse("admin:login"),
        {"username": world.manager.email, "password": PASSWORD},
        REMOTE_ADDR="198.51.100.7",
    )
    assert elsewhere.status_code == 302


def test_changes_of_a_password_count_as_log_ins(client, world, settings):
    """API-8: nobody guesses the password of a session left open."""
    settings.RATE_LIMITS_ENABLED = True
    client.force_login(world.manager, backend="identity.backends.StaffBackend")
    for number in range(5):
        wrong_log_in(client, number)
    new = "an entirely new phrase"
    answer = client.post(
        reverse("admin:password_change"), {"current_password": PASSWORD, "new_password": new, "again": new}
    )
    assert answer.context["form"].non_field_errors()[0].startswith("Too many requests: wait")
    world.manager.refresh_from_db()
    assert world.manager.check_password(PASSWORD)
