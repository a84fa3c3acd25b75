"""E-9 from the other side: what docs/howto/receive-webhooks.md tells receivers to do, run as it stands."""

import base64
import hashlib
import hmac

import pytest

from events.signatures import new_secret, sign

NOW = 1_772_366_400
BODY = '{"type": "booking.created", "payload": {"note": "é"}}'.encode()


def headers_of(*secrets, timestamp=NOW):
    return {
        "webhook-id": "message-1",
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(secrets, message_id="message-1", timestamp=timestamp, body=BODY),
    }


def test_the_signature_is_that_of_the_published_scheme():
    """By the words of the specification, without any of the house's code."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = b"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330." + body
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = sign([secret], message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, body=body)
    assert given == f"v1,{wanted}" == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_secrets_are_fresh_and_of_32_bytes():
    one, two = new_secret(), new_secret()
    assert one != two
    assert one.startswith("whsec_")
    assert len(base64.b64decode(one.removeprefix("whsec_"), validate=True)) == 32


def test_what_we_sign_is_believed(verify):
    secret = new_secret()
    assert verify([secret], headers_of(secret), BODY, NOW)
    assert verify([new_secret(), secret], headers_of(secret), BODY, NOW), "a receiver may know two secrets"


def test_while_rotating_either_secret_proves_it(verify):
    new, old = new_secret(), new_secret()
    headers = headers_of(new, old)
    assert len(headers["webhook-signature"].split(" ")) == 2
    assert verify([old], headers, BODY, NOW)
    assert verify([new], headers, BODY, NOW)
    assert not verify([new_secret()], headers, BODY, NOW)


@pytest.mark.parametrize(
    ("skew", "believed"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)]
)
def test_a_skew_over_300_seconds_is_rejected(verify, skew, believed):
    secret = new_secret()
    assert verify([secret], headers_of(secret), BODY, NOW + skew) is believed


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "message-2"},
        {"webhook-id": ""},
        {"webhook-timestamp": str(NOW + 1)},
        {"webhook-timestamp": "now"},
        {"webhook-timestamp": "²"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,é"},
    ],
)
def test_what_was_tampered_with_is_not_believed(verify, change):
    secret = new_secret()
    assert not verify([secret], headers_of(secret) | change, BODY, NOW)
    without = {name: value for name, value in headers_of(secret).items() if name not in change}
    assert not verify([secret], without, BODY, NOW)


def test_a_changed_body_is_not_believed(verify):
    secret = new_secret()
    assert not verify([secret], headers_of(secret), BODY + b" ", NOW)
    other = headers_of(secret)["webhook-signature"].replace("v1,", "v2,")
    assert not verify([secret], headers_of(secret) | {"webhook-signature": other}, BODY, NOW)
