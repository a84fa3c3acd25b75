"""E-mail through Django's SMTP backend, against a local server."""

import pytest
from aiosmtpd.controller import Controller
from django.core.exceptions import ImproperlyConfigured

from common.gateways import Mail, MailRefused, MailUnavailable, mail_gateway

MAIL = Mail(
    to="ann@example.com",
    subject="Your party on 1 May — confirmed",
    body="Dear Ann,\nsee you at six.\n",
    message_id="0190-row",
)


class Room:
    """Takes letters in; `rcpt` and `data` are what it answers at these steps."""

    def __init__(self):
        self.letters = []
        self.rcpt = "250 OK"
        self.data = "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 -- the server's name
        if self.rcpt.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 -- the server's name
        self.letters.append((envelope.mail_from, envelope.rcpt_tos, envelope.content.decode()))
        return self.data


class AnyPort(Controller):
    """Listens on whatever port is free."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def room(settings):
    room = Room()
    controller = AnyPort(room, hostname="127.0.0.1", port=0)
    controller.start()
    settings.MAIL_GATEWAY = "integra.smtp.SmtpMailGateway"
    settings.DEFAULT_FROM_EMAIL = "My Hibachi <parties@example.org>"
    settings.MAIL_SERVER = server_at(controller.port)
    yield room
    controller.stop()


def server_at(port):
    return {
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": None,
        "EMAIL_HOST_PASSWORD": None,
    }


def test_e6_a_letter_carries_the_id_of_its_row_at_every_attempt(room):
    assert [mail_gateway().send(MAIL), mail_gateway().send(MAIL)] == ["<0190-row@example.org>"] * 2
    first, second = room.letters
    assert first[:2] == second[:2] == ("parties@example.org", ["ann@example.com"])
    for _sender, _to, text in room.letters:
        head, _blank, body = text.partition("\r\n\r\n")
        lines = head.split("\r\n")
        assert "Message-ID: <0190-row@example.org>" in lines
        assert "Auto-Submitted: auto-generated" in lines
        assert "From: My Hibachi <parties@example.org>" in lines
        assert "To: ann@example.com" in lines
        assert body == "Dear Ann,\r\nsee you at six.\r\n"


@pytest.mark.parametrize(
    ("step", "answer", "refusal"),
    [
        ("rcpt", "550 no such user ann@example.com", MailRefused("SMTP 550")),
        ("rcpt", "450 mailbox of ann@example.com busy", MailUnavailable("SMTP 450")),
        ("data", "554 ann@example.com may not be told that", MailRefused("SMTP 554")),
        ("data", "451 later", MailUnavailable("SMTP 451")),
    ],
)
def test_p4_a_refusal_is_told_by_its_code_and_quotes_nobody(room, step, answer, refusal):
    setattr(room, step, answer)
    with pytest.raises(type(refusal)) as seen:
        mail_gateway().send(MAIL)
    assert str(seen.value) == str(refusal)
    assert seen.value.__cause__ is None


def test_e5_a_server_that_is_away_is_worth_another_attempt(room, settings):
    settings.MAIL_SERVER = server_at(1)
    with pytest.raises(MailUnavailable, match=r"^ConnectionRefusedError$"):
        mail_gateway().send(MAIL)


def test_a_password_that_the_server_cannot_take_is_ours_to_mend(room, settings):
    settings.MAIL_SERVER |= {"EMAIL_HOST_USER": "house", "EMAIL_HOST_PASSWORD": "secret"}
    with pytest.raises(MailUnavailable, match=r"^SMTPNotSupportedError$"):
        mail_gateway().send(MAIL)
    assert room.letters == []


def test_a_missing_server_is_named(settings):
    settings.MAIL_GATEWAY = "integra.smtp.SmtpMailGateway"
    settings.MAIL_SERVER = {"EMAIL_HOST": None}
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        mail_gateway()
