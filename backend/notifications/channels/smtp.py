"""E-mail, through any server that speaks SMTP: plain text, one receiver each.

The same message has the same Message-ID whenever it is sent, so that one that arrives twice is one
in many readers. Answering machines are told to keep still, and who wants no more of these says so
with one click (RFC 8058).
"""

from __future__ import annotations

import hashlib
import re
import smtplib
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.mail.message import BadHeaderError
from django.core.validators import validate_email

from backend.notifications.channels.base import Message, Refused, Sent, Unreachable
from backend.notifications.links import mail_mark, no_mail_link
from backend.notifications.models import NoMail


class SmtpChannel:
    name = "email"

    def send(self, message: Message, address: str) -> Sent | Refused:
        try:
            validate_email(address)
        except ValidationError:
            return Refused("no_address")
        if NoMail.objects.filter(mark=mail_mark(address)).exists():
            return Refused("unsubscribed")
        mail = letter(message, address)
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as refused:
            return _refused(min(code for code, _ in refused.recipients.values()))
        except smtplib.SMTPDataError as refused:
            return _refused(refused.smtp_code)
        except smtplib.SMTPResponseException as trouble:
            raise Unreachable(f"smtp_{trouble.smtp_code}") from None
        except BadHeaderError:
            return Refused("bad_header")
        except (smtplib.SMTPException, OSError, ValueError):
            raise Unreachable("away") from None
        return Sent(mail.extra_headers["Message-ID"][:120])


def _refused(code: int) -> Refused:
    """Five hundred and more is for good, four hundred says "later". Raises Unreachable."""
    if code < 500:
        raise Unreachable(f"smtp_{code}")
    return Refused(f"smtp_{code}")


def letter(message: Message, address: str) -> EmailMessage:
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or "localhost"
    name = hashlib.sha256(f"{message.key}\0{address}".encode()).hexdigest()[:32]
    headers = {
        "Message-ID": f"<{name}@{host}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": "zh-CN" if message.language.startswith("zh") else message.language,
        "List-Unsubscribe": f"<{settings.PUBLIC_URL}{no_mail_link(address)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    text = message.text
    if message.link and message.link not in text:
        text = f"{text}\n\n{message.link}"
    return EmailMessage(
        subject=re.sub(r"\s+", " ", message.title).strip(),
        body=f"{text}\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address],
        headers=headers,
        connection=get_connection("django.core.mail.backends.smtp.EmailBackend"),
    )
