"""P-1: no key, no start; the words name the variable in one line and never a key."""

import base64
import re

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from common.crypto.keyring import crypto_keys, index_keys

ONE = base64.b64encode(b"1" * 32).decode()
TWO = base64.b64encode(b"2" * 32).decode()
URL_SAFE = base64.urlsafe_b64encode(b"\xff" * 32).decode()


def test_newest_first(settings: Settings) -> None:
    settings.CRYPTO_KEYS = [f"k2:{TWO}", f" k1:{ONE} "]
    ring = crypto_keys()
    assert (ring.ids, ring.newest, "k1" in ring, "k3" in ring) == (("k2", "k1"), "k2", True, False)
    assert repr(ring) == "<KeyRing k2 k1>"
    assert crypto_keys() is ring


def test_url_safe_base64_is_read(settings: Settings) -> None:
    settings.CRYPTO_KEYS = [f"k1:{URL_SAFE}"]
    assert crypto_keys().ids == ("k1",)


def test_derived_keys_differ_by_purpose(settings: Settings) -> None:
    settings.BLIND_INDEX_KEYS = [f"i2:{TWO}", f"i1:{ONE}"]
    ring = index_keys()
    keys = {
        ring.derive(key_id, salt=salt, info=info, length=32)
        for key_id in ring.ids
        for salt in (b"a", b"b")
        for info in ("email", "phone")
    }
    assert len(keys) == 8
    with pytest.raises(KeyError):
        ring.derive("i9", salt=b"a", info="email", length=32)


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([], "is missing: give 'id:base64 of 32 bytes', newest first."),
        (["", " "], "is missing: give 'id:base64 of 32 bytes', newest first."),
        ([ONE], ": entry 1 lacks an id (letters, digits, '_', '-') before a colon."),
        ([f"k1:{ONE}", f"k 2:{TWO}"], ": entry 2 lacks an id (letters, digits, '_', '-') before a colon."),
        ([f"{'k' * 33}:{ONE}"], ": entry 1 lacks an id (letters, digits, '_', '-') before a colon."),
        (["k1:not base64!"], ": key k1 is not the base64 of 32 bytes."),
        (["k1:c2hvcnQ="], ": key k1 is not the base64 of 32 bytes."),
        ([f"k1:{ONE}", f"k1:{TWO}"], " names a key id twice."),
        ([f"k1:{ONE}", f"k2:{ONE}"], " holds one key under two ids."),
    ],
)
def test_mistakes_are_named_in_one_line(settings: Settings, entries: list[str], words: str) -> None:
    settings.CRYPTO_KEYS = settings.BLIND_INDEX_KEYS = entries
    for ring, name in ((crypto_keys, "FIELD_ENCRYPTION_KEYS"), (index_keys, "BLIND_INDEX_KEYS")):
        with pytest.raises(ImproperlyConfigured) as caught:
            ring()
        message = str(caught.value)
        assert re.sub(r"^Setting \S+?(?=[ :])", "", message).strip() == words.strip()
        assert name in message
        assert "\n" not in message
        assert not any(key in message for key in (ONE, TWO))
