"""AU-8, AU-9 in a browser: scan, switch on, keep the codes, log out, log in in two steps."""

from datetime import timedelta

import pyotp
import pytest
from django.utils import timezone

from identity.models import User
from tests.factories.identity import PASSWORD

pytestmark = pytest.mark.browser


def first_step(page, user):
    page.goto("/admin/")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def test_staff_enrol_and_log_in_with_a_code(world, page, shots):
    User.objects.filter(pk=world.owner.pk).update(activated_at=timezone.now() - timedelta(days=8))
    first_step(page, world.owner)
    page.get_by_text("Set up your authenticator app first").wait_for()
    page.get_by_role("button", name="Set up two-step log-in").click()
    page.locator("#mfa-qr svg").wait_for()
    page.screenshot(path=shots / "mfa-enrol.png")
    secret = page.locator("#mfa-secret").inner_text()
    page.get_by_label("Code").fill(pyotp.TOTP(secret).at(timezone.now() - timedelta(seconds=30)))
    page.get_by_role("button", name="Switch on two-step log-in").click()
    codes = page.locator("#backup-codes li")
    codes.first.wait_for()
    assert codes.count() == 10
    backup = codes.first.inner_text()
    page.screenshot(path=shots / "mfa-codes.png")
    page.get_by_role("button", name="I have kept them").click()
    page.get_by_text("Today and the next 7 days").first.wait_for()

    page.context.clear_cookies()
    first_step(page, world.owner)
    page.get_by_text("One more step at").wait_for()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Log in").click()
    page.get_by_text("The code is wrong or was used before.").wait_for()
    page.screenshot(path=shots / "mfa-code.png")
    page.get_by_label("Code").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Log in").click()
    page.get_by_text("Today and the next 7 days").first.wait_for()
    page.goto("/admin/security/")
    page.get_by_text("10 backup codes left").wait_for()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Code").fill(backup)
    page.screenshot(path=shots / "mfa-off.png")
    page.get_by_role("button", name="Switch off two-step log-in").click()
    page.get_by_text("Two-step log-in is off.").wait_for()
