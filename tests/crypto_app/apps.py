from django.apps import AppConfig


class CryptoAppConfig(AppConfig):
    """People for the tests of common.crypto, in a schema of their own."""

    name = "tests.crypto_app"
    label = "crypto_app"
