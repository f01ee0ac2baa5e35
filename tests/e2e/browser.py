"""Scripts of console/tests in Debian's Chromium, against a server of this world.

A script is started as `node console/tests/NAME.mjs SETTINGS.json` and writes one line of JSON for
everything that it has to say: {"check": "…", "ok": true, "detail": "…"}, or a measurement of any other form.
Everything that the browser keeps lies in a fresh directory of the world.
"""
import base64
import hashlib
import json
import os
import shutil
import ssl
import subprocess
import urllib.parse

import harness

CONSOLE = harness.TOP / "console"
FLAGS = ["--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]


def chromium():
    found = shutil.which("chromium")
    if not found:
        raise harness.HarnessError("there is no chromium: ./dev packages test")
    return found


def key_digest(server):
    """What Chromium calls a key that it may trust: the SHA-256 of the SubjectPublicKeyInfo, in base64."""
    at = urllib.parse.urlsplit(server.origin)
    certificate = ssl.get_server_certificate((at.hostname, at.port), ca_certs=str(server.ca_file))
    key = subprocess.run(["openssl", "x509", "-noout", "-pubkey"], input=certificate.encode(),
                         check=True, capture_output=True).stdout
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=key, check=True,
                         capture_output=True).stdout
    return base64.b64encode(hashlib.sha256(der).digest()).decode()


class Trusted:
    """An authorization server of tests/servers that the browser visits: what Script asks of a server."""

    def __init__(self, provider):
        self.origin = provider.about["origin"]
        self.ca_file = provider.ca_file


class Script:
    """One that runs. `servers`: whose certificates its browser trusts; the first is the origin. `hosts`: by
    what names its browser finds other servers, {name: origin}."""

    def __init__(self, world, name, *servers, hosts=None, **settings):
        for package in ("playwright-core", "axe-core"):
            if not (CONSOLE / "node_modules" / package).exists():
                raise harness.HarnessError(f"console/ has no {package} installed: run ./dev test")
        directory = world.directory / f"browser-{name}"
        directory.mkdir()
        trusted = ",".join(map(key_digest, servers))
        # Debian's chromium runs without its sandbox only where there is no other way: as root.
        flags = FLAGS + [f"--ignore-certificate-errors-spki-list={trusted}"]
        if hosts:
            rules = [f"MAP {name}:443 {urllib.parse.urlsplit(origin).netloc}" for name, origin in hosts.items()]
            flags.append("--host-resolver-rules=" + ",".join(rules))
        about = {"origin": servers[0].origin, "chromium": chromium(), "flags": flags,
                 "sandbox": os.geteuid() != 0, "profiles": str(directory / "profiles")} | settings
        file = directory / "settings.json"
        file.touch(0o600)
        file.write_text(json.dumps(about))
        self.name = name
        self.process = world.keep(harness.Process(
            f"browser-{name}", [harness.pinned_node(), CONSOLE / f"tests/{name}.mjs", file],
            world.directory, world.environment()))

    def lines(self, patience=600):
        """Everything that it says, as it says it. Raises where it ends with a failure of its own."""
        count, ended = 0, False
        while not ended:
            harness.wait_until(lambda: not self.process.running() or len(self._said()) > count,
                               f"{self.name}.mjs to go on", patience)
            ended = not self.process.running()  # asked first: what it said last is then there
            said = self._said()
            yield from map(json.loads, said[count:])
            count = len(said)
        if self.process.child.returncode != 0:
            said = failures(json.loads(line) for line in self._said() if line.startswith("{"))
            raise harness.HarnessError(f"{self.name}.mjs ended with {self.process.child.returncode}: "
                                       + "\n".join([self.process.tail(), *said]))

    def _said(self):
        text = self.process.output.read_text(errors="replace")
        return text[:text.rfind("\n") + 1].splitlines()


def failures(lines):
    """What was checked in vain, a text each."""
    return [f"{line['check']}: {line.get('detail', '')}" for line in lines
            if not line.get("ok", True)]
