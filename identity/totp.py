"""One-time codes (AU-8) as arithmetic: TOTP (SHA-1, 6 digits, 30 s), backup codes; no queries, no clock."""

import secrets
from collections.abc import Sequence
from datetime import datetime

import pyotp
import segno

ISSUER = "My Hibachi"
STEP_SECONDS = 30
DIGITS = 6
TOLERATED_STEPS = (0, -1, 1)
BACKUP_CODES = 10
BACKUP_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
BACKUP_HALF = 5


def new_secret() -> str:
    """Return a fresh secret of 160 bits in base32."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, *, account: str) -> str:
    """Return the otpauth address that authenticator apps read; it holds the secret."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)


def qr_svg(text: str) -> str:
    """Return a QR code of the text as an inline SVG element."""
    return segno.make(text, error="m", micro=False).svg_inline(scale=5, border=3, light="#fff")


def step_of(at: datetime) -> int:
    """Return the number of the 30-second step that holds the instant."""
    return int(at.timestamp()) // STEP_SECONDS


def accepted_step(secret: str, code: str, *, at: datetime, last_step: int | None) -> int | None:
    """Return the step whose code this is: one of now ±1 and after the last accepted one; None for none."""
    if len(code) != DIGITS or not code.isascii() or not code.isdecimal():
        return None
    totp = pyotp.TOTP(secret)
    for offset in TOLERATED_STEPS:
        step = step_of(at) + offset
        if (last_step is None or step > last_step) and secrets.compare_digest(
            totp.at(step * STEP_SECONDS), code
        ):
            return step
    return None


def new_backup_codes() -> list[str]:
    """Return ten different codes like `abcde-fghjk`, each of about 49 bits."""
    codes: set[str] = set()
    while len(codes) < BACKUP_CODES:
        letters = "".join(secrets.choice(BACKUP_ALPHABET) for _ in range(2 * BACKUP_HALF))
        codes.add(f"{letters[:BACKUP_HALF]}-{letters[BACKUP_HALF:]}")
    return sorted(codes)


def matching_backup_code(codes: Sequence[str], code: str) -> str | None:
    """Return the stored code that the typed one stands for; case, blanks and the dash do not matter."""
    typed = _plain(code).encode()
    found = [stored for stored in codes if secrets.compare_digest(_plain(stored).encode(), typed)]
    return found[0] if found else None


def _plain(code: str) -> str:
    return "".join(code.lower().replace("-", "").split())
