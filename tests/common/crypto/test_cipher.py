"""P-1: a token opens under its own key, in its own column, untouched; all else is a DecryptionError."""

import base64
import os
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from common.crypto.cipher import ColumnCipher, column_cipher, header, split
from common.crypto.exceptions import DecryptionError
from common.crypto.keyring import KeyRing

OLD, NEW = ("k1", b"1" * 32), ("k2", b"2" * 32)
COLUMN = "core.customers.email_encrypted"
CIPHER = ColumnCipher(KeyRing([OLD]), COLUMN)


@given(st.binary(max_size=300))
def test_round_trip(clear: bytes) -> None:
    token = CIPHER.encrypt(clear)
    assert CIPHER.decrypt(token) == clear
    assert len(clear) < 4 or clear not in token
    assert token != CIPHER.encrypt(clear)


def test_token_names_version_and_key() -> None:
    token = CIPHER.encrypt(b"jane@example.com")
    assert token[:4] == header("k1") == b"\x01\x02k1"
    assert split(token) == ("k1", token[4:])


def test_every_changed_bit_is_refused() -> None:
    token = CIPHER.encrypt(b"jane@example.com")
    for position in range(len(token)):
        for bit in range(8):
            damaged = bytearray(token)
            damaged[position] ^= 1 << bit
            with pytest.raises(DecryptionError) as caught:
                CIPHER.decrypt(bytes(damaged))
            assert caught.value.column == COLUMN
            assert "jane" not in str(caught.value)


def test_every_truncation_and_extension_is_refused() -> None:
    token = CIPHER.encrypt(b"jane@example.com")
    for length in range(len(token)):
        with pytest.raises(DecryptionError):
            CIPHER.decrypt(token[:length])
    with pytest.raises(DecryptionError):
        CIPHER.decrypt(token + b"\x00")


@given(st.binary(max_size=120))
def test_garbage_is_refused(garbage: bytes) -> None:
    with pytest.raises(DecryptionError):
        CIPHER.decrypt(garbage)


@pytest.mark.parametrize(
    ("token", "words"),
    [
        (b"", "token under key (unreadable): not a token"),
        (b"\x02\x02k1rest", "token under key (unreadable): not a token"),
        (b"\x01\x02\xff\xffrest", "token under key (unreadable): not a token"),
        (b"\x01\x02k rest", "token under key (unreadable): not a token"),
        (b"\x01\x02k9rest", "token under key k9: unknown key"),
        (b"\x01\x02k1rest", "token under key k1: damaged, or written for another column"),
    ],
)
def test_words_name_column_and_key(token: bytes, words: str) -> None:
    with pytest.raises(DecryptionError) as caught:
        CIPHER.decrypt(token)
    assert str(caught.value) == f"{COLUMN}: {words}"


def test_error_survives_a_worker_process() -> None:
    error = DecryptionError(column=COLUMN, key_id="k1", reason="unknown key")
    copied = pickle.loads(pickle.dumps(error))  # noqa: S301 -- our own bytes
    assert (str(copied), copied.column, copied.key_id) == (str(error), COLUMN, "k1")


def test_token_of_another_column_is_refused() -> None:
    other = ColumnCipher(KeyRing([OLD]), "core.chefs.email_encrypted")
    with pytest.raises(DecryptionError):
        other.decrypt(CIPHER.encrypt(b"jane@example.com"))


def test_same_key_under_another_id_opens_nothing() -> None:
    token = CIPHER.encrypt(b"jane@example.com")
    renamed = ColumnCipher(KeyRing([("k2", OLD[1])]), COLUMN)
    with pytest.raises(DecryptionError):
        renamed.decrypt(header("k2") + token[4:])


def test_newest_key_writes_and_every_key_reads() -> None:
    ring = ColumnCipher(KeyRing([NEW, OLD]), COLUMN)
    old, new = CIPHER.encrypt(b"jane"), ring.encrypt(b"jane")
    assert (split(old) or [""])[0], (split(new) or [""])[0] == ("k1", "k2")
    assert ring.decrypt(old) == ring.decrypt(new) == b"jane"
    with pytest.raises(DecryptionError, match="key k2: unknown key"):
        CIPHER.decrypt(new)


def test_ring_of_the_settings(settings: Settings) -> None:
    first = base64.b64encode(os.urandom(32)).decode()
    second = base64.b64encode(os.urandom(32)).decode()
    settings.CRYPTO_KEYS = [f"a:{first}"]
    old = column_cipher(COLUMN).encrypt(b"jane")
    settings.CRYPTO_KEYS = [f"b:{second}", f"a:{first}"]
    assert column_cipher(COLUMN).decrypt(old) == b"jane"
    assert column_cipher(COLUMN).encrypt(b"jane").startswith(header("b"))
    assert column_cipher(COLUMN) is column_cipher(COLUMN)
