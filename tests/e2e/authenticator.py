"""An authenticator app: the codes of RFC 6238, with SHA-1, six digits and steps of 30 seconds."""
import base64
import hashlib
import hmac
import struct
import time
import urllib.parse

import harness


class Authenticator:
    """Set up as by scanning: with what the server's answer says."""

    def __init__(self, made):
        uri = urllib.parse.urlsplit(made["otpauth_uri"])
        said = dict(urllib.parse.parse_qsl(uri.query))
        assert (uri.scheme, uri.netloc) == ("otpauth", "totp"), uri
        assert (said["algorithm"], said["digits"], said["period"]) == ("SHA1", "6", "30"), said
        assert said["secret"] == made["secret"], "what is scanned is what is typed"
        self.label = urllib.parse.unquote(uri.path.removeprefix("/"))
        self.key = base64.b32decode(made["secret"])
        self.last = 0  # the step of the code that was used last

    def at(self, step):
        digest = hmac.new(self.key, struct.pack(">Q", step), hashlib.sha1).digest()
        offset = digest[-1] & 15
        number = struct.unpack(">I", digest[offset:offset + 4])[0] & 0x7fffffff
        return f"{number % 1_000_000:06}"

    def now(self):
        return int(time.time()) // 30

    def code(self):
        """One that was not used yet. The server takes that of the next step already, and where that was used,
        this waits for another."""
        harness.wait_until(lambda: self.last <= self.now(), "the next code", 40)
        self.last = max(self.now(), self.last + 1)
        return self.at(self.last)

    def wrong(self):
        near = {self.at(self.now() + step) for step in range(-3, 4)}
        return next(f"{number:06}" for number in range(10) if f"{number:06}" not in near)
