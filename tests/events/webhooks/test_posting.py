"""E-9: posts go to the address that was checked, in time, and are not led on."""

import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from common.gateways import ReceiverForbidden, WebhookPost
from events.posting import MAX_ANSWER, HttpWebhookGateway, resolve
from tests.events.webhooks.receiver import receiving

HOST = "receiver.example"


def a_post(url):
    return WebhookPost(url=url, headers={"webhook-id": "1", "Content-Type": "text/plain"}, body=b"hello")


def knowing(*addresses):
    """Return a gateway whose look-ups give these addresses, and the hosts that it was asked for."""
    asked = []

    def look_up(host, port):
        asked.append((host, port))
        return [ip_address(address) for address in addresses]

    return HttpWebhookGateway(resolver=look_up), asked


def test_a_post_arrives_whole(loopback):
    with receiving(204) as receiver:
        assert HttpWebhookGateway().post(a_post(receiver.url("/hook?a=b"))) == 204
    [(path, headers, body)] = receiver.posts
    assert (path, body) == ("/hook?a=b", b"hello")
    assert headers == {
        "host": f"127.0.0.1:{receiver.port}",
        "accept-encoding": "identity",
        "content-length": "5",
        "content-type": "text/plain",
        "webhook-id": "1",
    }


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(loopback, status):
    def redirect(handler):
        handler.send_response(status)
        handler.send_header("Location", "/elsewhere")
        handler.end_headers()

    with receiving(redirect) as receiver:
        assert HttpWebhookGateway().post(a_post(receiver.url())) == status
    assert [path for path, _headers, _body in receiver.posts] == ["/hook"]


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::ffff:127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fe80::1%1"]
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_private_addresses_are_refused_however_a_name_leads_there(scheme, address):
    gateway, asked = knowing(address)
    with receiving() as receiver, pytest.raises(ReceiverForbidden, match="WEBHOOK_PRIVATE_NETWORKS"):
        gateway.post(a_post(f"{scheme}://{HOST}:{receiver.port}/hook"))
    assert (asked, receiver.posts) == ([(HOST, receiver.port)], [])


def test_one_private_address_among_public_ones_is_enough():
    gateway, _asked = knowing("8.8.8.8", "10.0.0.1")
    with pytest.raises(ReceiverForbidden, match=r"https to 10\.0\.0\.1 is forbidden"):
        gateway.post(a_post(f"https://{HOST}/"))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "localhost", "[::1]"])
def test_no_spelling_of_this_machine_gets_through_the_systems_look_up(host):
    with receiving() as receiver, pytest.raises((ReceiverForbidden, OSError)):
        HttpWebhookGateway().post(a_post(f"https://{host}:{receiver.port}/hook"))
    assert receiver.posts == []


def test_public_addresses_need_tls():
    gateway, _asked = knowing("8.8.8.8")
    with pytest.raises(ReceiverForbidden, match=r"http to 8\.8\.8\.8 is forbidden"):
        gateway.post(a_post(f"http://{HOST}/"))


def test_a_name_is_resolved_once_and_its_checked_address_connected_to(loopback):
    """A name that answers with a harmless address first and another one afterwards (DNS rebinding)."""
    answers = iter([[ip_address("127.0.0.1")]])
    gateway = HttpWebhookGateway(resolver=lambda _host, _port: next(answers))
    with receiving() as receiver:
        assert gateway.post(a_post(receiver.url(host=HOST))) == 200
        with pytest.raises(StopIteration):
            gateway.post(a_post(receiver.url(host=HOST)))
    [(_path, headers, _body)] = receiver.posts
    assert headers["host"] == f"{HOST}:{receiver.port}"


def test_each_post_is_checked_anew(loopback):
    answers = iter([[ip_address("127.0.0.1")], [ip_address("10.0.0.1")]])
    gateway = HttpWebhookGateway(resolver=lambda _host, _port: next(answers))
    with receiving() as receiver:
        assert gateway.post(a_post(receiver.url(host=HOST))) == 200
        with pytest.raises(ReceiverForbidden):
            gateway.post(a_post(receiver.url(host=HOST)))
    assert len(receiver.posts) == 1


def test_the_next_address_is_tried_when_one_does_not_answer(loopback):
    gateway, _asked = knowing("127.0.0.2", "127.0.0.1")
    with receiving() as receiver:
        assert gateway.post(a_post(receiver.url(host=HOST))) == 200


def test_a_receiver_that_is_not_there(loopback):
    gateway, _asked = knowing("127.0.0.2")
    with receiving() as receiver, pytest.raises(ConnectionRefusedError):
        gateway.post(a_post(receiver.url(host=HOST)))
    gateway, _asked = knowing()
    with pytest.raises(OSError, match="no address"):
        gateway.post(a_post("https://nowhere.example/"))


def test_a_silent_receiver_is_left_in_time(loopback, settings):
    settings.WEBHOOK_TIMEOUT_SECONDS = 0.2
    done = threading.Event()
    with receiving(lambda _handler: done.wait(30)) as receiver:
        with pytest.raises(TimeoutError):
            HttpWebhookGateway().post(a_post(receiver.url()))
        done.set()


def test_a_receiver_that_drips_its_answer_wins_no_time(loopback, settings):
    settings.WEBHOOK_TIMEOUT_SECONDS = 0.3
    done = threading.Event()

    def drip(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not done.wait(0.02):
            handler.wfile.write(b"X-Drip: 1\r\n")

    with receiving(drip) as receiver:
        with pytest.raises(TimeoutError):
            HttpWebhookGateway().post(a_post(receiver.url()))
        done.set()


def test_an_endless_body_changes_nothing(loopback, settings):
    settings.WEBHOOK_TIMEOUT_SECONDS = 5
    written = []

    def flood(handler):
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                written.append(handler.wfile.write(b"x" * MAX_ANSWER))
        except OSError:
            return

    with receiving(flood) as receiver:
        assert HttpWebhookGateway().post(a_post(receiver.url())) == 200
    assert written, "it was cut off after the first bytes, long before the deadline"


def test_a_body_that_never_ends_is_no_failure(loopback, settings):
    settings.WEBHOOK_TIMEOUT_SECONDS = 0.3
    done = threading.Event()

    def stall(handler):
        handler.send_response(202)
        handler.send_header("Content-Length", "10")
        handler.end_headers()
        handler.wfile.write(b"x")
        done.wait(30)

    with receiving(stall) as receiver:
        assert HttpWebhookGateway().post(a_post(receiver.url())) == 202
        done.set()


def test_what_is_no_http_is_no_answer(loopback):
    with (
        receiving(lambda handler: handler.wfile.write(b"hello\r\n\r\n")) as receiver,
        pytest.raises(HTTPException),
    ):
        HttpWebhookGateway().post(a_post(receiver.url()))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of HOST that vouches for itself: file of both halves."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(tz=UTC)
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def tls(certificate):
    """The receiver's side of TLS, the names that it was asked for, and a sender's trust in it."""
    asked = []
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    server.sni_callback = lambda _wire, name, _context: asked.append(name)
    return server, asked, ssl.create_default_context(cafile=certificate)


def test_tls_is_spoken_with_the_name_and_not_with_the_address(loopback, tls):
    server, asked, trust = tls
    gateway = HttpWebhookGateway(resolver=lambda *_host: [ip_address("127.0.0.1")], tls=trust)
    with receiving(200, tls=server) as receiver:
        assert gateway.post(a_post(receiver.url(host=HOST))) == 200
    assert asked == [HOST]
    [(_path, headers, body)] = receiver.posts
    assert (headers["host"], body) == (f"{HOST}:{receiver.port}", b"hello")


def test_a_certificate_of_another_name_is_not_believed(loopback, tls):
    server, _asked, trust = tls
    gateway = HttpWebhookGateway(resolver=lambda *_host: [ip_address("127.0.0.1")], tls=trust)
    with receiving(200, tls=server) as receiver, pytest.raises(ssl.SSLCertVerificationError):
        gateway.post(a_post(receiver.url(host="other.example")))
    assert receiver.posts == []


def test_a_certificate_that_nobody_vouches_for_is_not_believed(loopback, tls):
    server, _asked, _trust = tls
    with receiving(200, tls=server) as receiver, pytest.raises(ssl.SSLCertVerificationError):
        HttpWebhookGateway().post(a_post(receiver.url()))
    assert receiver.posts == []


def test_the_systems_look_up_gives_each_address_once():
    assert resolve("127.0.0.1", 443) == [ip_address("127.0.0.1")]
