"""A gateway that lacks a setting is named before anything starts."""

from django.core.checks import ERROR, run_checks

IDS = ["common.gateways.E001"]


def gateway_errors():
    return [(error.level, error.msg) for error in run_checks() if error.id in IDS]


def test_the_offline_gateways_need_nothing():
    assert gateway_errors() == []


def test_each_missing_setting_is_named(settings):
    settings.MAIL_GATEWAY = "integra.smtp.SmtpMailGateway"
    settings.MAIL_SERVER = {"EMAIL_HOST": None}
    settings.CARD_GATEWAY = "integra.stripe.StripeGateway"
    settings.STRIPE_API_KEY = ""
    settings.SMS_GATEWAY = "integra.nowhere.Gateway"
    assert gateway_errors() == [
        (ERROR, "Setting EMAIL_URL is missing: set it in the environment."),
        (ERROR, "No module named 'integra.nowhere'"),
        (ERROR, "Setting STRIPE_API_KEY is missing: set it in the environment."),
    ]
