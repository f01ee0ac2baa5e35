"""strongroom-badprovider for tests: an authorization server that misbehaves as told and keeps the truth.

docs/bad-provider.md says what each switch means.
"""
import json
import pathlib
import socket
import ssl
import urllib.parse

import harness
from vault import LOOPBACK

BINARY = harness.BINARY.parent / "badprovider/strongroom-badprovider"
GENERIC = harness.TOP / "providers/generic.json"
SCOPES = ("api", "mail")


def options_of(switches):
    """As words of a command line."""
    for name, value in switches.items():
        yield f"--{name}"
        yield {True: "on", False: "off"}.get(value, str(value)) if isinstance(value, bool) else str(value)


class BadProvider:
    """One of them, on a port of its own. `switches` are those that it starts with."""

    def __init__(self, world, name="bad-provider", host="127.0.0.1", **switches):
        if not BINARY.exists():
            raise harness.HarnessError(f"{BINARY} is not built")
        self.truth_file = world.directory / f"{name}.truth"
        command = [BINARY, "--certificate", world.pki / "server.pem", "--key", world.pki / "server.key",
                   "--truth", self.truth_file, *options_of(switches)]
        self.process = world.keep(harness.Process(name, command, world.directory))
        about = self.process.ready_line()
        self.origin = f"https://{host}:{about['port']}"
        self.ca_file = world.pki / "ca.pem"
        self._control = about["control"]
        self._world = world

    def control(self, method, path, data=None):
        client = harness.Client(self._control)
        try:
            answer = client.request(method, path, data)
        finally:
            client.close()
        if answer.status != 200:
            raise harness.HarnessError(f"{method} {path}: {answer!r}")
        return answer.json

    def switch(self, **switches):
        """From now on it behaves like this."""
        return self.control("PATCH", "/switches", switches)

    def switches(self):
        return self.control("GET", "/switches")

    def mint(self, client, count=1, scope=" ".join(SCOPES)):
        """[{"family", "refresh_token"}], of sign-ins that nobody did."""
        return self.control("POST", "/mint", {"client": client, "count": count, "scope": scope})["tokens"]

    def revoke(self, family):
        self.control("POST", "/revoke", {"family": family})

    def families(self):
        return {one["family"]: one for one in self.control("GET", "/families")}

    def truth(self):
        """Every event so far, in order."""
        return [json.loads(line) for line in self.truth_file.read_text().splitlines()]

    def client(self):
        return harness.Client(self.origin, self.ca_file)

    def ask(self, client="robots", **form):
        """A token request of `client`; what comes back until the connection ends, byte by byte."""
        body = urllib.parse.urlencode(form | {"client_id": client, "client_secret": "any"})
        host, port = urllib.parse.urlsplit(self.origin).netloc.split(":")
        context = ssl.create_default_context(cafile=self.ca_file)
        with socket.create_connection((host, int(port)), timeout=30) as raw, \
                context.wrap_socket(raw, server_hostname=host, suppress_ragged_eofs=True) as connection:
            connection.sendall(f"POST /token HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
                               "Content-Type: application/x-www-form-urlencoded\r\n"
                               f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def refresh(self, token, client="robots"):
        """(status, members) of a refresh without a vault."""
        head, _, body = self.ask(client, grant_type="refresh_token", refresh_token=token).partition(b"\r\n\r\n")
        return int(head.split(b" ", 2)[1]), json.loads(body)

    def target_system(self, vault, **more):
        """A target system for people at this provider, of Strongroom's own generic entry."""
        return vault.create("target-systems", {
            "name": vault.name("target system"), "project": vault.project["id"],
            "service_provider": "generic", "grant": "authorization_code", "consumer_key": "robots",
            "consumer_secret": "a-consumer-secret", "scopes": list(SCOPES),
            "trusted_ca_pem": self._world.ca_pem, "allowed_addresses": [LOOPBACK],
            "endpoint_parameters": {"token_endpoint": self.origin + "/token",
                                    "authorization_endpoint": self.origin + "/authorize"}} | more)


def provider_files(directory, **windows):
    """A directory for catalogue.directory, with an entry for each of `windows`: how long, in seconds, its
    providers take a refresh token that was replaced. Tokens may be refreshed on demand each second."""
    directory = pathlib.Path(directory)
    directory.mkdir(exist_ok=True)
    generic = json.loads(GENERIC.read_text())
    for id, seconds in windows.items():
        kept = {"id", "name", "grants", "token_endpoint", "authorization_endpoint", "variables",
                "client_authentication"}
        entry = {name: value for name, value in generic.items() if name in kept}
        entry |= {"id": id, "name": f"Bad provider, {id}", "min_retrieval_interval_s": 1,
                  "grants": ["client_credentials", "authorization_code"],
                  "client_authentication": ["client_secret_basic", "client_secret_post"],
                  "variables": [one for one in generic["variables"]
                                if one["name"] in ("token_endpoint", "authorization_endpoint")]}
        facts = kept - {"id", "name"} | {"min_retrieval_interval_s"}
        if seconds:
            entry["authorization"] = {"refresh_reuse_window_s": seconds}
            facts.add("authorization.refresh_reuse_window_s")
        source = [{"page": "https://www.rfc-editor.org/rfc/rfc6749", "read": "2026-11-26"}]
        entry["sources"] = {fact: source for fact in sorted(facts)}
        (directory / f"{id}.json").write_text(json.dumps(entry, indent=2))
    return directory
