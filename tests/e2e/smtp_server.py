"""A mail server for tests: Debian's aiosmtpd on 127.0.0.1, with a certificate of the world's CA. It keeps
what it got, and can be told to refuse recipients or mails, or to be away."""
import email
import email.policy
import hmac
import logging
import socket
import ssl
import threading
import warnings

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

# It warns of passwords without TLS, because to it TLS from the first byte is none.
logging.getLogger("mail.log").setLevel(logging.ERROR)
warnings.filterwarnings("ignore", module=r"aiosmtpd\.smtp")


class Mail:
    def __init__(self, session, envelope):
        self.sender = envelope.mail_from
        self.recipients = list(envelope.rcpt_tos)
        self.user = session.auth_data  # whom the client signed in as; None: nobody
        self.raw = envelope.original_content
        self.message = email.message_from_bytes(self.raw, policy=email.policy.default)

    @property
    def subject(self):
        return str(self.message["Subject"])

    @property
    def text(self):
        return self.message.get_content()


class _Controller(Controller):
    """Listens on a socket that is there already, so that its port is known."""

    def __init__(self, listener, *arguments, **settings):
        self.listener = listener
        super().__init__(*arguments, hostname="127.0.0.1", port=listener.getsockname()[1], **settings)

    def _create_server(self):
        return self.loop.create_server(self._factory_invoker, sock=self.listener, ssl=self.ssl_context)


class SmtpServer:
    def __init__(self, world, port=0, start_tls=False, login=None):
        """`start_tls`: plain until STARTTLS, and nothing but that; else TLS from the first byte.
        `login`: (user, password) without which no mail is taken."""
        self.start_tls = start_tls
        self.login = login
        self.refusals = {}  # {recipient: what RCPT is answered, such as "550 5.1.1 No such user"}
        self.answer = None  # what each mail is answered in place of being taken
        self.tried = []     # the recipients of every RCPT, refused ones too
        self._mails = []
        self._changed = threading.Condition()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(world.pki / "server.pem", world.pki / "server.key")
        listener = socket.create_server(("127.0.0.1", port))
        self.port = listener.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        settings = {"tls_context": context, "require_starttls": True} if start_tls else {"ssl_context": context}
        if login:
            settings |= {"authenticator": self._authenticate, "auth_required": True, "auth_require_tls": start_tls}
        self._controller = _Controller(listener, self, enable_SMTPUTF8=False, **settings)
        self._controller.start()
        self._closed = False

    def _authenticate(self, server, session, envelope, mechanism, data):
        user, password = self.login
        good = mechanism in ("PLAIN", "LOGIN") and hmac.compare_digest(
            data.login + b"\0" + data.password, f"{user}\0{password}".encode())
        return AuthResult(success=good, handled=False, auth_data=user if good else None)

    async def handle_RCPT(self, server, session, envelope, address, options):
        with self._changed:
            self.tried.append(address)
            self._changed.notify_all()
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Recipient taken"

    async def handle_DATA(self, server, session, envelope):
        if self.answer:
            return self.answer
        with self._changed:
            self._mails.append(Mail(session, envelope))
            self._changed.notify_all()
        return "250 2.0.0 Mail taken"

    @property
    def mails(self):
        with self._changed:
            return list(self._mails)

    def wait_for(self, count, seconds=60):
        """The mails, once there are so many; fails the test where there are not in time."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: len(self._mails) >= count, seconds)
            assert arrived, f"{len(self._mails)} of {count} mails came in {seconds} s"
            return list(self._mails)

    def wait_for_try(self, count, seconds=60):
        """The recipients that were tried, once there are so many, refused or not."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: len(self.tried) >= count, seconds)
            assert arrived, f"{len(self.tried)} of {count} recipients were tried in {seconds} s"
            return list(self.tried)

    def settings(self, world, **more):
        """How a Strongroom is told of it, as the environment has it; `more` over that."""
        values = {"server": self.address, "security": "starttls" if self.start_tls else "tls",
                  "ca_file": world.pki / "ca.pem", "from": "strongroom@vault.example"} | more
        return {f"STRONGROOM_MAIL__{name.upper()}": str(value) for name, value in values.items()}

    def close(self):
        if not self._closed:
            self._controller.stop()
        self._closed = True
