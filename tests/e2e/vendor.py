"""An https server on 127.0.0.1 that takes tokens back, and says whether they work, in the ways of vendors: with the
token in a form, in JSON, in the query, in the path, or as the authorization. And entries for it."""
import base64
import http.server
import json
import secrets
import socket
import ssl
import threading
import time
import urllib.parse

import pki

HOST = "vendor.example"  # nobody resolves it: it is reached through the proxy below
CLIENT, SECRET = "vendor-client", "vendor-secret"
SOURCE = [{"page": "https://vendor.example/docs", "read": "2026-11-27"}]


class Vendor:
    def __init__(self, world):
        self.living = {}     # access token -> the second at which it ends; None: it does not
        self.requests = []   # (method, path with query, Authorization, body)
        self.fails_with = None  # the status of every call that asks about a token
        self.redirects_to = None
        self.says_lifetime = True
        self.client_id = CLIENT  # that introspection names
        vendor = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self, status, members=None, **headers):
                body = b"" if members is None else json.dumps(members).encode()
                self.send_response(status)
                if members is not None:
                    self.send_header("Content-Type", "application/json")
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def handle_any(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length).decode()
                authorization = self.headers.get("Authorization", "")
                vendor.requests.append((self.command, self.path, authorization, body))
                url = urllib.parse.urlsplit(self.path)
                vendor.respond(self, url.path, dict(urllib.parse.parse_qsl(url.query)), authorization, body)

            do_GET = do_POST = do_DELETE = handle_any

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        files = pki.make(world.directory / "vendor-pki", f"DNS:{HOST}")
        self.ca_pem = (files / "ca.pem").read_text()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files / "server.pem", files / "server.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.proxy = Proxy(self.server.server_address[1])
        self.named = f"https://{HOST}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.proxy.close()
        self.server.shutdown()
        self.server.server_close()

    def system(self, vault, entry, **more):
        """A target system at this vendor."""
        return vault.create("target-systems", {
            "name": vault.name("target system"), "project": vault.project["id"], "service_provider": entry,
            "grant": "client_credentials", "consumer_key": CLIENT, "consumer_secrets": [{"value": SECRET}],
            "endpoint_parameters": {"token_endpoint": f"{self.named}/token"}, "trusted_ca_pem": self.ca_pem,
            "allowed_addresses": ["127.0.0.0/8"], "proxy": self.proxy.url} | more)

    def asked(self, part):
        """The requests to addresses with this in their path."""
        return [one for one in self.requests if part in one[1]]

    def respond(self, call, path, query, authorization, body):
        if path == "/token":
            return self.grant(call)
        if path == "/introspect":
            return self.introspect(call, authorization, dict(urllib.parse.parse_qsl(body)))
        if path == "/me":
            return self.me(call, authorization)
        way = path.split("/")[2]
        token, proved = self.named_in(way, path, query, authorization, body)
        return self.take_back(call, way, token, proved)

    @staticmethod
    def named_in(way, path, query, authorization, body):
        """The token in the request, and whether it is proved as this way wants it."""
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if way == "json":
            return json.loads(body or "{}").get("access_token"), authorization == basic
        if way == "query":
            return query.get("access_token"), authorization == "" and body == ""
        if way == "path":
            return urllib.parse.unquote(path.split("/")[3]), authorization == "" and body == ""
        if way == "bearer":
            return authorization.removeprefix("Bearer "), body == ""
        form = dict(urllib.parse.parse_qsl(body))
        return form.get("access_token"), authorization == "" and "token_type_hint" not in form

    def take_back(self, call, way, token, proved):
        if not proved:
            return call.answer(403, {"error": "access_denied"})
        known = self.living.pop(token, "none") != "none"
        if way == "bearer":
            return call.answer(200, {"ok": known}) if known else call.answer(401, {})
        return call.answer(204 if known else 404)

    def grant(self, call):
        token = f"vendor-{secrets.token_hex(12)}"
        self.living[token] = int(time.time()) + 3600
        call.answer(200, {"access_token": token, "token_type": "Bearer"}
                    | ({"expires_in": 3600} if self.says_lifetime else {}))

    def me(self, call, authorization):
        if self.redirects_to:
            return call.answer(302, Location=self.redirects_to)
        if self.fails_with:
            return call.answer(self.fails_with, {"secret": "said by the provider"})
        if authorization.removeprefix("Bearer ") not in self.living:
            return call.answer(401, {})
        return call.answer(200, {"user": {"name": "ann@vendor.example", "secret": "said by the provider"}})

    def introspect(self, call, authorization, form):
        if self.fails_with:
            return call.answer(self.fails_with, {})
        end = self.living.get(form["token"], "none")
        if not authorization.startswith("Basic ") or end == "none":
            return call.answer(200, {"active": False})
        return call.answer(200, {"active": True, "client_id": self.client_id, "exp": end, "scope": "a"})

    def entry(self, name, revocation=None, endpoint=None, introspects=False):
        """An entry for the catalogue. `endpoint`: where it revokes, as a template without the host."""
        made = {
            "id": name, "name": name.title(), "grants": ["client_credentials"],
            "token_endpoint": "{token_endpoint}",
            "variables": [{"name": "token_endpoint", "label": "Token endpoint", "place": "url", "format": "http_url",
                           "required": True}],
            "client_authentication": ["client_secret_basic"],
            "verification": {"endpoint": f"{self.named}/me", "account": ["user", "name"],
                             "headers": [{"name": "X-Version", "literal": "7"}]},
            "sources": {fact: SOURCE for fact in
                        ("grants", "token_endpoint", "variables", "client_authentication", "verification")}}
        if revocation:
            made["revocation"] = revocation
            made["revocation_endpoint"] = self.named + endpoint
            made["sources"]["revocation_endpoint"] = SOURCE
            for fact in revocation:
                made["sources"][f"revocation.{fact}"] = SOURCE
        if introspects:
            made["introspection_endpoint"] = f"{self.named}/introspect"
            made["sources"]["introspection_endpoint"] = SOURCE
        return made


class Proxy:
    """An HTTP proxy on 127.0.0.1 that leads every CONNECT to one port."""

    def __init__(self, port):
        self.port = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return  # it was closed
            threading.Thread(target=self.lead, args=(client,), daemon=True).start()

    def lead(self, client):
        head = b""
        while b"\r\n\r\n" not in head:
            more = client.recv(4096)
            if not more:
                return client.close()
            head += more
        server = socket.create_connection(("127.0.0.1", self.port))
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        threading.Thread(target=self.copy, args=(server, client), daemon=True).start()
        return self.copy(client, server)

    @staticmethod
    def copy(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # one of them went away

    def close(self):
        self.listener.close()
