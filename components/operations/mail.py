"""Mails: one row of the outbox in, one message in two languages out; and the way to the mail server.

The person's language comes first, the other below. What a mail says: components/permits/letters.py.
"""

import hashlib
import html
import os
import re
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

from components.permits import texts
from components.permits.letters import Words, link_of, words_of

ADDRESS = re.compile(r"[^@\s<>,;:\"]+@[^@\s<>,;:\"]+")
TIMEOUT = 20  # seconds for each answer of the mail server


def compose(mail: dict, public_url: str, sender: str, demonstration: bool = False) -> EmailMessage:
    """The message of one outbox row (id, recipient, language, template, data, dossier, created_at).

    Its Message-ID depends on the row alone: sent twice, it can be recognised. Raises ValueError for an address that is none.
    """
    first = mail["language"]
    halves = [words_of(mail, first), words_of(mail, "fr" if first == "ar" else "ar")]
    link = link_of(mail, public_url)
    message = EmailMessage()
    message["From"] = _sender(sender)
    message["To"] = _recipient(mail["recipient"])
    message["Subject"] = halves[0].subject
    message["Date"] = format_datetime(datetime.fromisoformat(mail["created_at"]))
    message["Message-ID"] = message_id(mail, public_url)
    message["Content-Language"] = first
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(as_text(halves, link, demonstration))
    message.add_alternative(as_html(halves, link, demonstration), subtype="html")
    return message


def message_id(mail: dict, public_url: str) -> str:
    row = f"{mail['id']} {mail['created_at']} {mail['recipient']}"
    return f"<outbox.{mail['id']}.{hashlib.sha256(row.encode()).hexdigest()[:16]}@{urlsplit(public_url).hostname or 'localhost'}>"


def _recipient(text: str) -> Address:
    if not ADDRESS.fullmatch(text):
        raise ValueError("no address")
    user, _, host = text.rpartition("@")
    return Address("", user, host)


def _sender(text: str) -> Address:
    name, spec = parseaddr(text)
    user, _, host = spec.rpartition("@")
    return Address(name, user, host)


def as_text(halves: list[Words], link: str, demonstration: bool) -> str:
    parts = []
    for half in halves:
        lines = [texts.translate("mails.hello", half.lang), *half.paragraphs]
        if half.facts:
            lines.append("\n".join(f"{label} : {value}" if half.lang == "fr" else f"{label}: {value}" for label, value in half.facts))
        lines += [f"{half.button}\n{link}", texts.translate("mails.automatic", half.lang)]
        if demonstration:
            lines.append(texts.translate("mails.demonstration", half.lang))
        parts.append("\n\n".join(lines))
    return ("\n\n" + "-" * 40 + "\n\n").join(parts) + "\n"


BUTTON = "display:inline-block;padding:10px 18px;background:#0b5c4a;color:#fff;text-decoration:none"
SMALL = "font-size:13px;color:#566573"
PAGE = """<!doctype html>
<html lang="{lang}" dir="{dir}"><head><meta charset="utf-8"><title>{title}</title></head>
<body style="margin:0;padding:24px;background:#f4f6f8;color:#1c2833;font:16px/1.6 'Noto Sans Arabic',Tahoma,Arial,sans-serif">
<div style="max-width:600px;margin:0 auto;padding:24px;background:#fff;border:1px solid #ccd3da">
{sections}
</div></body></html>"""
SECTION = """<div lang="{lang}" dir="{dir}" style="text-align:{side}">
<h1 style="font-size:19px;margin:0 0 12px">{title}</h1>
<p>{hello}</p>{paragraphs}<p>{facts}</p>
<p><a href="{link}" style="{button_style}">{button}</a></p>
<p style="{small}">{copy}<br><bdo dir="ltr">{link}</bdo></p><p style="{small}">{notes}</p></div>"""


def as_html(halves: list[Words], link: str, demonstration: bool) -> str:
    line = '\n<hr style="border:0;border-top:1px solid #ccd3da;margin:28px 0">\n'
    first = halves[0]
    sections = line.join(_section(half, link, demonstration) for half in halves)
    return PAGE.format(lang=first.lang, dir=_direction(first.lang), title=html.escape(first.subject), sections=sections)


def _section(half: Words, link: str, demonstration: bool) -> str:
    say = {key: html.escape(texts.translate(f"mails.{key}", half.lang)) for key in ("hello", "link", "automatic", "demonstration")}
    return SECTION.format(
        lang=half.lang, dir=_direction(half.lang), side="right" if half.lang == "ar" else "left", title=html.escape(half.subject),
        hello=say["hello"], paragraphs="".join(f"<p>{html.escape(text).replace(chr(10), '<br>')}</p>" for text in half.paragraphs),
        facts="<br>".join(f"<b>{html.escape(label)}</b> : <bdi>{html.escape(value)}</bdi>" for label, value in half.facts),
        link=html.escape(link), button_style=BUTTON, button=html.escape(half.button), small=SMALL, copy=say["link"],
        notes=say["automatic"] + (f"<br>{say['demonstration']}" if demonstration else ""))


def _direction(lang: str) -> str:
    return "rtl" if lang == "ar" else "ltr"


# --- the way to the server -------------------------------------------------------------------------------------------------------


class ServerAway(Exception):
    """The mail server cannot be reached or went away: nothing is wrong with the mail itself."""


class MailRefused(Exception):
    """The server refuses this mail; the text is fit for a log (no address)."""


@dataclass(frozen=True)
class MailServer:
    """smtp://user:password@host:port (STARTTLS when offered) or smtps://. sender: "Name <address>"."""

    url: str
    sender: str

    def open(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ServerAway("SMTP_URL must read smtp://host:port or smtps://host:port")
        try:
            if parts.scheme == "smtps":
                server = smtplib.SMTP_SSL(parts.hostname, parts.port or 465, timeout=TIMEOUT, context=ssl.create_default_context())
            else:
                server = smtplib.SMTP(parts.hostname, parts.port or 25, timeout=TIMEOUT)
                server.ehlo()
                if server.has_extn("starttls"):
                    server.starttls(context=ssl.create_default_context())
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except (OSError, smtplib.SMTPException) as error:
            raise ServerAway(type(error).__name__) from error
        return server


def mail_server() -> MailServer | None:
    """From SMTP_URL and SHUBBAK_MAIL_FROM; None when mails stay in the outbox."""
    if not (url := os.environ.get("SMTP_URL", "").strip()):
        return None
    host = urlsplit(os.environ.get("PUBLIC_URL", "")).hostname or "localhost"
    return MailServer(url, os.environ.get("SHUBBAK_MAIL_FROM") or f"Shubbak <no-reply@{host}>")


def send(server: smtplib.SMTP, message: EmailMessage) -> None:
    """Raises MailRefused or ServerAway."""
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        raise MailRefused(f"recipient refused ({code})") from error
    except smtplib.SMTPServerDisconnected as error:
        raise ServerAway("disconnected") from error
    except smtplib.SMTPResponseException as error:
        raise MailRefused(f"{type(error).__name__} ({error.smtp_code})") from error
    except smtplib.SMTPException as error:
        raise MailRefused(type(error).__name__) from error
    except OSError as error:
        raise ServerAway(type(error).__name__) from error
    except UnicodeError as error:
        raise MailRefused("address cannot be written") from error
