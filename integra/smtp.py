"""E-mail by SMTP through Django's own backend; chosen by MAIL_GATEWAY, the server comes from EMAIL_URL."""

from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parseaddr
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from common.gateways import Mail, MailRefused, MailUnavailable

TIMEOUT_SECONDS = 10
PERMANENT = 500


class SmtpMailGateway:
    """The provider in production; `Mail.message_id` makes the Message-ID, which a repetition shares (E-6)."""

    def __init__(self) -> None:
        server = settings.MAIL_SERVER
        if not server.get("EMAIL_HOST"):
            raise ImproperlyConfigured("Setting EMAIL_URL is missing: set it in the environment.")
        self._backend = EmailBackend(
            host=server["EMAIL_HOST"],
            port=server["EMAIL_PORT"],
            username=server["EMAIL_HOST_USER"] or "",
            password=server["EMAIL_HOST_PASSWORD"] or "",
            use_tls=server.get("EMAIL_USE_TLS", False),
            use_ssl=server.get("EMAIL_USE_SSL", False),
            timeout=TIMEOUT_SECONDS,
        )

    def send(self, mail: Mail) -> str:
        domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
        message_id = f"<{mail.message_id}@{domain}>"
        message = EmailMessage(
            subject=mail.subject,
            body=mail.body,
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[mail.to],
            headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
        )
        with _translated():
            try:
                self._backend.send_messages([message])
            finally:
                self._backend.close()  # Django leaves a connection open whose log-in failed
        return message_id


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the errors of SMTP into those of the gateway; their words may quote an address and are left out.

    Only the server's last word on the recipient or on the message is a refusal: a wrong password or sender is
    ours to mend, and the message waits for it.
    """
    try:
        yield
    except SMTPRecipientsRefused as error:
        raise _told(max(code for code, _words in error.recipients.values())) from None
    except SMTPDataError as error:
        raise _told(error.smtp_code) from None
    except (SMTPException, OSError) as error:
        raise MailUnavailable(type(error).__name__) from None


def _told(code: int) -> MailRefused | MailUnavailable:
    return MailRefused(f"SMTP {code}") if code >= PERMANENT else MailUnavailable(f"SMTP {code}")
