#!/usr/bin/env python3
"""An OAuth 1.0a provider (RFC 5849) on Debian's python3-oauthlib, over TLS on 127.0.0.1.

    oauth1_provider.py --certificate FILE --key FILE [--port N] [--rsa-public-key FILE]

Prints one line of JSON when it is ready, and runs until SIGTERM:
    {"ready":true,"origin","temporary","authorize","token","api","shared":{"key","secret"},"rsa":{"key"}}
It runs with the system's own Python, which has oauthlib. Client "shared" signs with its secret,
"rsasigner" with the key whose public half was given.

POST /temporary     temporary credentials; GET /authorize: the page at which somebody says yes or no
POST /token         token credentials
any method /api     a resource: 200 {"method","path","form"} if the request is signed, otherwise 401
GET  /_test/log     the truth: [{"path","authorization","answer"}] of all signed requests
POST /_test/tokens  {"token","secret"}: made by hand, as NetSuite's administrators do
POST /_test/script  {"behaviour"}: "unconfirmed" (no oauth_callback_confirmed), "late" (the next
                    request's timestamp is refused, by a clock that is 1,000 s ahead), "redirect" (308), or ""
"""
import argparse
import html
import http.server
import json
import secrets
import signal
import ssl
import sys
import threading
import time
import urllib.parse

from oauthlib.oauth1 import (AccessTokenEndpoint, AuthorizationEndpoint, OAuth1Error, RequestTokenEndpoint,
                             RequestValidator, ResourceEndpoint)

FORM = "application/x-www-form-urlencoded"
AHEAD_SECONDS = 1000


class Truth(RequestValidator):
    """What was given out, and what was seen. One lock over all of it."""

    clients = {"shared": "shared-secret/+&%", "rsasigner": ""}
    rsa_public_key = ""
    enforce_ssl = True
    allowed_signature_methods = ("HMAC-SHA1", "HMAC-SHA256", "RSA-SHA1", "PLAINTEXT")
    nonce_length = client_key_length = verifier_length = (5, 64)
    request_token_length = access_token_length = (8, 64)
    timestamp_lifetime = 600
    dummy_client, dummy_request_token, dummy_access_token = "dummy", "dummydummy", "dummydummy"

    def __init__(self):
        super().__init__()
        self.lock = threading.RLock()
        self.temporary, self.tokens, self.verifiers, self.seen = {}, {}, {}, set()
        self.log = []
        self.behaviour = ""

    def validate_timestamp_and_nonce(self, client_key, timestamp, nonce, request, request_token=None,
                                     access_token=None):
        use = (client_key, timestamp, nonce, request_token, access_token)
        if use in self.seen:
            return False
        self.seen.add(use)
        return True

    def validate_client_key(self, client_key, request):
        return client_key in self.clients

    def get_client_secret(self, client_key, request):
        return self.clients.get(client_key, "x")

    def get_rsa_key(self, client_key, request):
        return self.rsa_public_key

    def get_request_token_secret(self, client_key, token, request):
        return self.temporary.get(token, {}).get("oauth_token_secret", "x")

    def get_access_token_secret(self, client_key, token, request):
        return self.tokens.get(token, {}).get("oauth_token_secret", "x")

    def get_default_realms(self, client_key, request):
        return []

    def get_realms(self, token, request):
        return []

    def validate_requested_realms(self, client_key, realms, request):
        return True

    def validate_realms(self, client_key, token, request, uri=None, realms=None):
        return True

    def verify_realms(self, token, realms, request):
        return True

    def validate_redirect_uri(self, client_key, redirect_uri, request):
        return redirect_uri == "oob" or redirect_uri.startswith("https://")

    def get_redirect_uri(self, token, request):
        return self.temporary[token]["callback"]

    def save_request_token(self, token, request):
        self.temporary[token["oauth_token"]] = dict(token, callback=request.redirect_uri)

    def verify_request_token(self, token, request):
        return token in self.temporary

    def validate_request_token(self, client_key, token, request):
        return token in self.temporary

    def save_verifier(self, token, verifier, request):
        self.verifiers[token] = verifier["oauth_verifier"]

    def validate_verifier(self, client_key, token, verifier, request):
        return self.verifiers.get(token) == verifier

    def invalidate_request_token(self, client_key, request_token, request):
        self.temporary.pop(request_token, None)
        self.verifiers.pop(request_token, None)

    def save_access_token(self, token, request):
        self.tokens[token["oauth_token"]] = dict(token)

    def validate_access_token(self, client_key, token, request):
        return token in self.tokens


def consent_page(token):
    return (f'<form method="post" action="/authorize"><input name="oauth_token" value="{html.escape(token)}">'
            '<input name="answer" value="yes"><button>Go on</button></form>')


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    truth = None

    def log_message(self, *_):
        pass

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except (ConnectionError, ssl.SSLError):
            self.close_connection = True

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode(errors="replace")

    def answer(self, status, text, content_type="text/html", headers=()):
        data = text.encode()
        self.send_response_only(status)
        ahead = AHEAD_SECONDS if self.truth.behaviour == "late" else 0
        self.send_header("Date", self.date_time_string(time.time() + ahead))
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def as_json(self, value):
        self.answer(200, json.dumps(value), "application/json")

    def call(self, body):
        """What oauthlib wants to know of a request; never an empty Authorization header."""
        headers = {name: self.headers[name] for name in ("Authorization", "Content-Type") if self.headers.get(name)}
        is_form = (self.headers.get("Content-Type") or "").startswith(FORM)
        return (f"https://{self.headers['Host']}{self.path}", self.command, body if is_form else "", headers)

    def give(self, endpoint, method, body):
        try:
            _, text, status = getattr(endpoint(self.truth), method)(*self.call(body))
        except OAuth1Error as error:
            status, text = error.status_code, error.urlencoded
        if self.truth.behaviour == "unconfirmed":
            text = (text or "").replace("&oauth_callback_confirmed=true", "").replace(
                "oauth_callback_confirmed=true&", "")
        self.note(status)
        self.answer(status, text or "")  # a form that calls itself HTML, as some providers' do

    def note(self, status):
        self.truth.log.append({"path": self.path, "authorization": self.headers.get("Authorization", ""),
                               "answer": status})

    def misbehaves(self):
        if self.truth.behaviour == "redirect":
            self.note(308)
            self.answer(308, "", headers=[("Location", f"https://{self.headers['Host']}/elsewhere")])
            return True
        if self.truth.behaviour == "late":
            self.note(401)
            now = int(time.time()) + AHEAD_SECONDS
            self.answer(401, "oauth_problem=timestamp_refused&oauth_acceptable_timestamps="
                             f"{now - 300}-{now + 300}")
            self.truth.behaviour = ""
            self.truth.timestamp_lifetime = 2 * AHEAD_SECONDS
            return True
        return False

    def authorize(self, fields):
        token = fields.get("oauth_token", "")
        if token not in self.truth.temporary:
            return self.answer(400, "This is no token.")
        callback = self.truth.temporary[token]["callback"]
        if fields.get("answer") == "no":
            self.truth.temporary.pop(token)
            return self.send_back(callback, {"denied": token}, "You said no.")
        url = f"https://{self.headers['Host']}/authorize?" + urllib.parse.urlencode({"oauth_token": token})
        AuthorizationEndpoint(self.truth).create_authorization_response(url, "POST", "", {}, realms=[], credentials={})
        verifier = self.truth.verifiers[token]
        return self.send_back(callback, {"oauth_token": token, "oauth_verifier": verifier},
                              f"<code>{html.escape(verifier)}</code>")

    def send_back(self, callback, fields, text):
        if callback == "oob":
            return self.answer(200, text)
        joined = "&" if "?" in callback else "?"
        return self.answer(302, "", headers=[("Location", callback + joined + urllib.parse.urlencode(fields))])

    def resource(self, body):
        is_signed, _ = ResourceEndpoint(self.truth).validate_protected_resource_request(*self.call(body), realms=[])
        self.note(200 if is_signed else 401)
        if not is_signed:
            return self.answer(401, "")
        return self.as_json({"method": self.command, "path": self.path, "form": body})

    def respond(self):
        with self.truth.lock:
            body = self.body()
            path = self.path.partition("?")[0]
            if path == "/_test/log":
                return self.as_json(self.truth.log)
            if path == "/_test/script":
                self.truth.behaviour = json.loads(body)["behaviour"]
                return self.as_json({})
            if path == "/_test/tokens":
                made = {"oauth_token": secrets.token_hex(16), "oauth_token_secret": secrets.token_hex(16)}
                self.truth.tokens[made["oauth_token"]] = made
                return self.as_json({"token": made["oauth_token"], "secret": made["oauth_token_secret"]})
            if path == "/authorize":
                query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
                if self.command == "GET":
                    return self.answer(200, consent_page(query.get("oauth_token", "")))
                return self.authorize(dict(urllib.parse.parse_qsl(body)))
            if path == "/api":
                return self.resource(body)
            if path in ("/temporary", "/token") and not self.misbehaves():
                return self.give(*{"/temporary": (RequestTokenEndpoint, "create_request_token_response"),
                                   "/token": (AccessTokenEndpoint, "create_access_token_response")}[path], body)
            return None if path in ("/temporary", "/token") else self.answer(404, "")

    do_GET = do_POST = do_PUT = do_DELETE = respond


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--certificate", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--rsa-public-key")
    arguments = parser.parse_args()
    truth = Handler.truth = Truth()
    if arguments.rsa_public_key:
        with open(arguments.rsa_public_key, encoding="ascii") as file:
            truth.rsa_public_key = file.read()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", arguments.port), Handler)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(arguments.certificate, arguments.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    origin = f"https://127.0.0.1:{server.server_address[1]}"
    print(json.dumps({"ready": True, "origin": origin, "temporary": origin + "/temporary",
                      "authorize": origin + "/authorize", "token": origin + "/token", "api": origin + "/api",
                      "shared": {"key": "shared", "secret": truth.clients["shared"]}, "rsa": {"key": "rsasigner"}}),
          flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
