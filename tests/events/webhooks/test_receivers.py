"""E-9: where webhooks may go."""

from ipaddress import ip_address, ip_network

import pytest

from events.receivers import Receiver, is_allowed, literal_address, parse_url


@pytest.mark.parametrize(
    ("url", "receiver"),
    [
        ("https://example.com", Receiver("https", "example.com", 443, "/")),
        ("https://EXAMPLE.com/a/b?c=d&e", Receiver("https", "example.com", 443, "/a/b?c=d&e")),
        ("http://10.1.2.3:8080/x", Receiver("http", "10.1.2.3", 8080, "/x")),
        ("https://[2001:db8::1]/x", Receiver("https", "2001:db8::1", 443, "/x")),
    ],
)
def test_an_address_is_taken_apart(url, receiver):
    assert parse_url(url) == receiver


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "begins with https"),
        ("example.com/hook", "begins with https"),
        ("ftp://example.com/", "begins with https"),
        ("file:///etc/passwd", "begins with https"),
        ("https://", "names a host"),
        ("https:///hook", "names a host"),
        ("https://jane:secret@example.com/", "no user"),
        ("https://jane@example.com/", "no user"),
        ("https://example.com/#there", "no fragment"),
        ("https://example.com:99999/", "no host, or no port"),
        ("https://example.com:x/", "no host, or no port"),
        ("https://" + "a" * 64 + ".com/", "no host, or no port"),
        ("https://example..com/", "no host, or no port"),
        ("https://example.com/a b", "no blanks"),
        ("https://example.com/\r\nX: y", "no blanks"),
        ("https://exämple.com/", "no blanks"),
    ],
)
def test_what_no_receiver_can_have_is_refused(url, words):
    with pytest.raises(ValueError, match=words):
        parse_url(url)


def test_an_address_in_figures_is_told_from_a_name():
    assert literal_address("example.com") is None
    assert literal_address("127.1") is None, "resolved and judged at each delivery"
    assert literal_address("::1") == ip_address("::1")


PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "::ffff:8.8.8.8"]
PRIVATE = [
    "0.0.0.0",  # noqa: S104 -- nothing is bound to it here
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.1",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.1.2.3",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "100::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::",
    "fc00::1",
    "fd12:3456:789a::1",
    "fe80::1",
    "fe80::1%1",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_by_https_alone(address):
    found = ip_address(address)
    assert is_allowed(found, scheme="https", listed=[])
    assert not is_allowed(found, scheme="http", listed=[])


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_by_no_scheme(address):
    found = ip_address(address)
    assert not is_allowed(found, scheme="https", listed=[])
    assert not is_allowed(found, scheme="http", listed=[ip_network("192.0.3.0/24")])


def test_listed_addresses_by_either_scheme():
    listed = [ip_network("10.1.2.0/24"), ip_network("fd00::/8")]
    allowed = {
        text: is_allowed(ip_address(text), scheme="http", listed=listed)
        for text in ("10.1.2.3", "::ffff:10.1.2.3", "10.1.3.1", "fd00::1", "fc00::1", "8.8.8.8")
    }
    assert allowed == {
        "10.1.2.3": True,
        "::ffff:10.1.2.3": True,
        "10.1.3.1": False,
        "fd00::1": True,
        "fc00::1": False,
        "8.8.8.8": False,
    }
