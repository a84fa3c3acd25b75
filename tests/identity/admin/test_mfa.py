"""The second factor in the back office (AU-8, AU-9)."""

import re
from datetime import timedelta

import pyotp
from django.urls import reverse
from django.utils import timezone

from identity.models import StationAuditLog, User
from identity.services.log_in import issue_mfa_token
from tests.factories.identity import PASSWORD

SECURITY, CODE, LOG_IN = "/admin/security/", "/admin/login/code/", "/admin/login/"


def code_of(secret, steps=0):
    return pyotp.TOTP(secret).at(timezone.now() + timedelta(seconds=30 * steps))


def enrol(client):
    """Enrol as staff do; returns the secret and the page with the backup codes."""
    assert "Set up two-step log-in" in client.get(SECURITY).content.decode()
    assert client.post(SECURITY, {"begin": "1"}).status_code == 302
    page = client.get(SECURITY).content.decode()
    assert "<svg " in page
    secret = re.search(r'id="mfa-secret">(\w+)<', page).group(1)
    wrong = client.post(SECURITY, {"code": "000"})
    assert wrong.context["form"].errors == {"code": ["The code is wrong or was used before."]}
    return secret, client.post(SECURITY, {"code": code_of(secret, -1)}).content.decode()


def first_step(client, user, following=""):
    answer = client.post(
        f"{LOG_IN}?next={following}", {"username": user.email, "password": PASSWORD, "next": following}
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, CODE)


def test_au8_enrolment_in_the_admin(client, world):
    client.force_login(world.manager, backend="identity.backends.StaffBackend")
    secret, page = enrol(client)
    codes = re.findall(r"<li>([a-z2-9]{5}-[a-z2-9]{5})</li>", page)
    user = User.objects.get(pk=world.manager.pk)
    assert (user.mfa_enabled, user.mfa_secret, user.mfa_backup_codes) == (True, secret, codes)
    assert codes[0] not in client.get(SECURITY).content.decode()
    assert client.post(SECURITY, {"done": "1"}).headers["Location"] == reverse("admin:index")


def test_au9_the_log_in_asks_for_the_code(client, world):
    client.force_login(world.manager, backend="identity.backends.StaffBackend")
    secret, _page = enrol(client)
    client.logout()
    following = reverse("admin:password_change")
    first_step(client, world.manager, following)
    assert client.get(following).status_code == 302  # not in yet
    assert client.get(CODE).status_code == 200
    wrong = client.post(CODE, {"code": "000000x"})
    assert wrong.context["form"].errors == {"code": ["The code is wrong or was used before."]}
    answer = client.post(CODE, {"code": code_of(secret)})
    assert (answer.status_code, answer.headers["Location"]) == (302, following)
    assert client.get(following).status_code == 200
    last = StationAuditLog.objects.filter(action="login").order_by("created_at").last()
    assert last.details == {"outcome": "ok", "door": "admin"}


def test_log_ins_lead_nowhere_else(client, world):
    client.force_login(world.manager, backend="identity.backends.StaffBackend")
    secret, _page = enrol(client)
    client.logout()
    first_step(client, world.manager, "https://evil.example/")
    answer = client.post(CODE, {"code": code_of(secret)})
    assert answer.headers["Location"] == reverse("admin:index")


def test_au9_the_second_step_without_the_first_or_too_late(client, world):
    assert client.get(CODE).headers["Location"] == LOG_IN
    client.force_login(world.manager, backend="identity.backends.StaffBackend")
    secret, _page = enrol(client)
    client.logout()
    first_step(client, world.manager)
    session = client.session
    world.manager.refresh_from_db()
    session["mfa_token"] = issue_mfa_token(world.manager, at=timezone.now() - timedelta(minutes=6))
    session.save()
    answer = client.post(CODE, {"code": code_of(secret)})
    assert answer.headers["Location"] == LOG_IN
    assert "That took too long" in client.get(LOG_IN).content.decode()


def test_au9_switching_off_in_the_admin(client, world):
    client.force_login(world.manager, backend="identity.backends.StaffBackend")
    secret, _page = enrol(client)
    assert "10 backup codes left" in client.get(SECURITY).content.decode()

    def switch_off(password, code):
        return client.post(SECURITY, {"password": password, "code": code})

    assert switch_off("wrong", "000000").context["form"].errors == {
        "password": ["E-mail or password is wrong."]
    }
    assert switch_off(PASSWORD, "000").context["form"].errors == {
        "code": ["The code is wrong or was used before."]
    }
    assert switch_off(PASSWORD, code_of(secret)).status_code == 302
    assert not User.objects.get(pk=world.manager.pk).mfa_enabled


def test_au8_after_seven_days_every_page_leads_to_enrolment(client, world):
    User.objects.filter(pk=world.owner.pk).update(activated_at=timezone.now() - timedelta(days=7))
    client.force_login(world.owner, backend="identity.backends.StaffBackend")
    for address in (reverse("admin:index"), reverse("admin:identity_user_changelist")):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (302, SECURITY)
    assert client.post(reverse("admin:password_change"), {}).headers["Location"] == SECURITY
    enrol(client)
    assert client.get(reverse("admin:index")).status_code == 200
