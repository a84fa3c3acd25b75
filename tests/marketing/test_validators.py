import pytest
from django.core.exceptions import ValidationError

from marketing.validators import check_destination


@pytest.mark.parametrize(
    "url", ["/", "/quote?from=qr", "https://example.com", "https://example.com:8443/a?b#c"]
)
def test_qr1_https_and_own_paths_pass(url):
    check_destination(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "quote",
        "http://example.com",
        "javascript:alert(1)",
        "https://",
        "https:/example.com",
        "//example.com",
        "/\\example.com",
        "/a b",
        "/a\nb",
        "https://[bad",
        "///example.com",
    ],
)
def test_qr1_anything_else_is_refused(url):
    with pytest.raises(ValidationError):
        check_destination(url)
