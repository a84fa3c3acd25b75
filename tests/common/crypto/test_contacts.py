"""P-2, P-3: one spelling and one index per contact; masks that give nothing away."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from common.crypto.blind_index import blind_index, blind_indexes, ip_hash
from common.crypto.mask import mask_address, mask_email, mask_phone
from common.crypto.normalize import normalize_email, normalize_handle, normalize_ip, normalize_phone
from common.crypto.tombstone import is_tombstone, tombstone

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXT)
def test_email_has_one_spelling(value: str) -> None:
    normal = normalize_email(value)
    assert normalize_email(normal) == normal
    assert normalize_email(f"  {unicodedata.normalize('NFD', value)} ") == normal
    assert unicodedata.is_normalized("NFC", normal)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (" Jane.Doe@Example.COM\n", "jane.doe@example.com"),
        ("ZOE\u0308@example.com", "zo\u00eb@example.com"),
    ],
)
def test_email(written: str, stored: str) -> None:
    assert normalize_email(written) == stored


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("(916) 555-0123", "+19165550123"),
        ("916.555.0123", "+19165550123"),
        ("1 916 555 0123", "+19165550123"),
        ("+1 916 555 0123", "+19165550123"),
        ("+19165550123", "+19165550123"),
        ("+44 20 7946 0018", "+442079460018"),
        ("1-800-FLOWERS", "+18003569377"),
    ],
)
def test_phone(written: str, stored: str) -> None:
    assert normalize_phone(written) == stored
    assert normalize_phone(stored) == stored


@pytest.mark.parametrize("written", ["", "jane", "12345", "555-0123", "+1916555012345678", "+999 12", "\x00"])
def test_impossible_phone(written: str) -> None:
    with pytest.raises(ValueError, match=r"^Not a (possible )?phone number\.$"):
        normalize_phone(written)


@given(TEXT)
def test_phone_is_e164_or_refused(value: str) -> None:
    try:
        normal = normalize_phone(value)
    except ValueError:
        return
    assert normal.startswith("+")
    assert normalize_phone(normal) == normal


@pytest.mark.parametrize(
    ("written", "stored"),
    [("Instagram:@Jane_D", "instagram:jane_d"), (" facebook : Zoe\u0308 ", "facebook:zo\u00eb")],
)
def test_handle(written: str, stored: str) -> None:
    assert normalize_handle(written) == stored
    assert normalize_handle(stored) == stored


@pytest.mark.parametrize("written", ["jane", ":jane", "instagram:", "instagram:@", ""])
def test_handle_without_platform(written: str) -> None:
    with pytest.raises(ValueError, match="platform:handle"):
        normalize_handle(written)


@pytest.mark.parametrize(
    ("written", "stored"),
    [("192.0.2.7 ", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("2001:DB8:0:0::1", "2001:db8::1")],
)
def test_ip(written: str, stored: str) -> None:
    assert normalize_ip(written) == stored


def test_index_is_equal_for_equal_contacts_alone() -> None:
    index = blind_index("Jane@Example.com", kind="email")
    assert len(index) == 32
    assert blind_index(" jane@example.com", kind="email") == index
    assert blind_index("jane@example.org", kind="email") != index
    assert blind_index("(916) 555-0123", kind="phone") == blind_index("+19165550123", kind="phone")


def test_index_differs_by_kind() -> None:
    assert blind_index("email:jane", kind="handle") != blind_index("email:jane", kind="email")


def test_ring_of_index_keys(settings: Settings) -> None:
    (old,) = blind_indexes("jane@example.com", kind="email")
    settings.BLIND_INDEX_KEYS = ["i2:" + "A" * 43 + "=", *settings.BLIND_INDEX_KEYS]
    new = blind_index("jane@example.com", kind="email")
    assert blind_indexes("jane@example.com", kind="email") == [new, old]
    assert new != old


@pytest.mark.parametrize(
    ("value", "kind", "words"),
    [
        ("  ", "email", "An empty value has no blind index."),
        ("12", "phone", "Not a possible phone number."),
        ("jane", "ip", "Not an IP address."),
        ("jane", "name", "Kind of blind index 'name' is none of email, phone, handle, ip."),
    ],
)
def test_no_index(value: str, kind: str, words: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 -- the words are asserted whole below
        blind_index(value, kind=kind)
    assert str(caught.value) == words


def test_ip_hash() -> None:
    assert ip_hash("::ffff:192.0.2.7") == blind_index("192.0.2.7", kind="ip")
    assert [ip_hash(None), ip_hash(""), ip_hash("unix:")] == [None, None, None]


@pytest.mark.parametrize(
    ("clear", "shown"),
    [
        ("jane@example.com", "j•••@e•••.com"),
        ("j@mail.example.co.uk", "j•••@m•••.uk"),
        ("root@localhost", "r•••@l•••"),
        ("jane", "[hidden]"),
        ("@example.com", "[hidden]"),
        ("jane@", "[hidden]"),
        ("", "[hidden]"),
    ],
)
def test_mask_email(clear: str, shown: str) -> None:
    assert mask_email(clear) == shown


@pytest.mark.parametrize(
    ("clear", "shown"),
    [("+19165550167", "•••• 67"), ("67", "[hidden]"), ("", "[hidden]"), ("jane", "[hidden]")],
)
def test_mask_phone(clear: str, shown: str) -> None:
    assert mask_phone(clear) == shown


@pytest.mark.parametrize(
    ("clear", "shown"),
    [
        ("10001 Elm St, Fremont, CA 94536", "94536"),
        ("1 Elm St, Fremont, CA 94536-1234", "94536"),
        ("1 Elm St, Fremont", "[hidden]"),
        ("", "[hidden]"),
    ],
)
def test_mask_address(clear: str, shown: str) -> None:
    assert mask_address(clear) == shown


def test_tombstone() -> None:
    one, other = tombstone(), tombstone()
    assert one != other
    assert [is_tombstone(value) for value in (one, other, "erased-", "jane@example.com", None, 5)] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]
