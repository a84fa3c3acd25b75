"""AU-8 as arithmetic: which codes are accepted."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from identity.totp import (
    accepted_step,
    matching_backup_code,
    new_backup_codes,
    new_secret,
    provisioning_uri,
    qr_svg,
    step_of,
)

AT = datetime(2026, 3, 2, 18, 30, 7, tzinfo=UTC)
# RFC 6238, appendix B: the secret of its SHA-1 test vectors.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")],
)
def test_au8_codes_are_those_of_the_standard(seconds, code):
    at = datetime.fromtimestamp(seconds, UTC)
    assert accepted_step(RFC_SECRET, code, at=at, last_step=None) == seconds // 30


@pytest.mark.parametrize(
    ("offset", "is_accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_au8_one_step_to_each_side(offset, is_accepted):
    code = pyotp.TOTP(RFC_SECRET).at(AT + timedelta(seconds=30 * offset))
    expected = step_of(AT) + offset if is_accepted else None
    assert accepted_step(RFC_SECRET, code, at=AT, last_step=None) == expected


def test_au8_a_step_is_accepted_once():
    code = pyotp.TOTP(RFC_SECRET).at(AT)
    assert accepted_step(RFC_SECRET, code, at=AT, last_step=step_of(AT) - 1) == step_of(AT)
    assert accepted_step(RFC_SECRET, code, at=AT, last_step=step_of(AT)) is None


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "12345a", "\uff11\uff12\uff13\uff14\uff15\uff16", "-12345"]
)
def test_what_is_no_code_is_refused(code):
    assert accepted_step(RFC_SECRET, code, at=AT, last_step=None) is None


def test_au8_ten_different_backup_codes():
    codes = new_backup_codes()
    assert (len(codes), len(set(codes))) == (10, 10)
    assert all(re.fullmatch(r"[a-z2-9]{5}-[a-z2-9]{5}", code) for code in codes)
    assert set(codes).isdisjoint(new_backup_codes())


def test_a_backup_code_may_be_typed_carelessly():
    codes = ["abcde-fghjk", "mnpqr-stuvw"]
    assert matching_backup_code(codes, " ABCDE fghjk ") == "abcde-fghjk"
    assert matching_backup_code(codes, "mnpqrstuvw") == "mnpqr-stuvw"
    assert matching_backup_code(codes, "mnpqr-stuvx") is None
    assert matching_backup_code([], "mnpqr-stuvw") is None
    assert matching_backup_code(codes, "é" * 10) is None


def test_apps_read_the_address_of_the_secret():
    uri = provisioning_uri(RFC_SECRET, account="ann@people.example")
    assert uri == f"otpauth://totp/My%20Hibachi:ann%40people.example?secret={RFC_SECRET}&issuer=My%20Hibachi"
    picture = qr_svg(uri)
    assert picture.startswith("<svg ")
    assert "</svg>" in picture
    assert new_secret() != new_secret()
    assert len(new_secret()) == 32
