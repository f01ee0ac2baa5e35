#!/usr/bin/env python3
"""An OAuth 1.0a provider (RFC 5849) on python3-oauthlib, over TLS on 127.0.0.1.

    oauth1_provider.py --certificate FILE --key FILE [--port N] [--public-key FILE]

Prints one line of JSON when it is ready, and runs until SIGTERM:
    {"ready":true,"origin","consumer_key","consumer_secret","rsa_consumer_key"}
The second consumer key signs with RSA-SHA1 and the key whose public half is in --public-key (PEM).

POST /request        temporary credentials
GET  /authorize      a page with the verifier for oauth_callback=oob, otherwise 302 to the callback;
                     with &deny=1 the person says no
POST /access         token credentials, for one use of a verifier
any  /api[/...]      verifies the signature: 200 with what was asked, or 401
GET  /_test/truth    {"temporary":{token:{callback,used}},"tokens":{token:{consumer_key,revoked}},
                     "requests":[{"path","authorization","answer"}]}
POST /_test/behave   {"clock_ahead_s":N, "without_confirmation":true, "content_type":"text/html",
                     "redirect":"https://..."}; what is not named is as it should be
POST /_test/revoke   {"token"}
Timestamps are taken within 300 seconds of its own clock; others are told which ones would be.
"""
import argparse
import email.utils
import http.server
import json
import secrets
import signal
import ssl
import sys
import threading
import time
import urllib.parse

from oauthlib.oauth1 import (AccessTokenEndpoint, AuthorizationEndpoint, RequestTokenEndpoint,
                             RequestValidator, ResourceEndpoint)

SECOND_CONSUMER = "robotrsa"  # oauthlib takes letters and digits alone
TOLERANCE_SECONDS = 300
METHODS = ["HMAC-SHA1", "HMAC-SHA256", "RSA-SHA1", "PLAINTEXT"]


class Truth:
    """What happened, and what is to happen. One lock over all of it."""

    def __init__(self):
        self.lock = threading.RLock()
        self.consumers = {"robot": secrets.token_urlsafe(24), SECOND_CONSUMER: ""}
        self.temporary = {}
        self.tokens = {}
        self.seen = set()
        self.requests = []
        self.behaviour = {}

    def now(self):
        return int(time.time()) + self.behaviour.get("clock_ahead_s", 0)

    def told(self):
        with self.lock:
            return {"temporary": {token: {"callback": of["callback"], "used": of["used"]}
                                  for token, of in self.temporary.items()},
                    "tokens": {token: {"consumer_key": of["consumer_key"], "revoked": of["revoked"]}
                               for token, of in self.tokens.items()},
                    "requests": list(self.requests)}


class Validator(RequestValidator):
    """What oauthlib asks of a provider."""

    allowed_signature_methods = METHODS
    enforce_ssl = True
    nonce_length = (8, 64)
    client_key_length = (2, 64)
    verifier_length = (4, 64)
    request_token_length = access_token_length = (8, 64)
    dummy_client = "nobody"
    dummy_request_token = dummy_access_token = "nothing-at-all"
    # The checker is its own: the clock of the provider may be set.
    timestamp_lifetime = 10**9

    def __init__(self, truth, public_key):
        super().__init__()
        self.truth = truth
        self.public_key = public_key

    def validate_timestamp_and_nonce(self, client_key, timestamp, nonce, request, request_token=None,
                                     access_token=None):
        use = (client_key, timestamp, nonce, request_token, access_token)
        if use in self.truth.seen:
            return False
        self.truth.seen.add(use)
        return True

    def validate_client_key(self, client_key, request):
        return client_key in self.truth.consumers

    def get_client_secret(self, client_key, request):
        return self.truth.consumers.get(client_key, "nothing")

    def get_rsa_key(self, client_key, request):
        return self.public_key

    def get_request_token_secret(self, client_key, token, request):
        return self.truth.temporary.get(token, {}).get("secret", "nothing")

    def get_access_token_secret(self, client_key, token, request):
        return self.truth.tokens.get(token, {}).get("secret", "nothing")

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
        return self.truth.temporary[token]["callback"]

    def save_request_token(self, token, request):
        self.truth.temporary[token["oauth_token"]] = {
            "secret": token["oauth_token_secret"], "callback": request.redirect_uri, "used": False,
            "consumer_key": request.client_key, "verifier": None}

    def _open(self, token):
        found = self.truth.temporary.get(token)
        return found if found and not found["used"] else None

    def verify_request_token(self, token, request):
        return self._open(token) is not None

    def validate_request_token(self, client_key, token, request):
        found = self._open(token)
        return found is not None and found["consumer_key"] == client_key

    def save_verifier(self, token, verifier, request):
        self.truth.temporary[token]["verifier"] = verifier["oauth_verifier"]

    def validate_verifier(self, client_key, token, verifier, request):
        found = self._open(token)
        return found is not None and found["verifier"] is not None and found["verifier"] == verifier

    def invalidate_request_token(self, client_key, request_token, request):
        self.truth.temporary[request_token]["used"] = True

    def save_access_token(self, token, request):
        self.truth.tokens[token["oauth_token"]] = {
            "secret": token["oauth_token_secret"], "consumer_key": request.client_key,
            "revoked": False}

    def validate_access_token(self, client_key, token, request):
        found = self.truth.tokens.get(token)
        return found is not None and not found["revoked"] and found["consumer_key"] == client_key


def timestamp_of(authorization):
    """What an Authorization header says; None where it says none."""
    for part in authorization.removeprefix("OAuth ").split(","):
        name, _, value = part.strip().partition("=")
        if name == "oauth_timestamp" and value.strip('"').isdigit():
            return int(value.strip('"'))
    return None


class Provider:
    def __init__(self, truth, public_key, origin):
        validator = Validator(truth, public_key)
        self.truth = truth
        self.origin = origin
        self.request_endpoint = RequestTokenEndpoint(validator)
        self.authorization_endpoint = AuthorizationEndpoint(validator)
        self.access_endpoint = AccessTokenEndpoint(validator)
        self.resource_endpoint = ResourceEndpoint(validator)

    def answer(self, method, target, body, headers):
        """(status, headers, body) of one request."""
        path, _, query = target.partition("?")
        call = (self.origin + target, method, body, headers)
        with self.truth.lock:
            if path == "/authorize" and method == "GET":
                return self.authorize(call, dict(urllib.parse.parse_qsl(query)))
            if path in ("/request", "/access") and method == "POST":
                return self.credentials(path, call, headers)
            if path == "/api" or path.startswith("/api/"):
                return self.resource(call, headers)
        return 404, {}, ""

    def refused_clock(self, headers):
        said = timestamp_of(headers.get("Authorization", ""))
        now = self.truth.now()
        if said is None or abs(said - now) <= TOLERANCE_SECONDS:
            return None
        problem = {"oauth_problem": "timestamp_refused", "oauth_acceptable_timestamps":
                   f"{now - TOLERANCE_SECONDS}-{now + TOLERANCE_SECONDS}"}
        return 401, {"Content-Type": "application/x-www-form-urlencoded"}, \
            urllib.parse.urlencode(problem)

    def credentials(self, path, call, headers):
        behaviour = self.truth.behaviour
        if behaviour.get("redirect"):
            return 302, {"Location": behaviour["redirect"]}, ""
        if refused := self.refused_clock(headers):
            return refused
        endpoint = self.request_endpoint.create_request_token_response if path == "/request" else \
            self.access_endpoint.create_access_token_response
        said, body, status = endpoint(*call)
        if status == 200 and behaviour.get("without_confirmation"):
            body = body.replace("oauth_callback_confirmed=true", "oauth_callback_confirmed=false")
        if behaviour.get("content_type"):
            said = dict(said, **{"Content-Type": behaviour["content_type"]})
        return status, said, body or ""

    def authorize(self, call, query):
        token = query.get("oauth_token", "")
        found = self.truth.temporary.get(token)
        if query.get("deny") and found and found["callback"] != "oob":
            answer = urllib.parse.urlencode({"oauth_token": token, "oauth_problem": "user_refused"})
            mark = "&" if "?" in found["callback"] else "?"
            return 302, {"Location": found["callback"] + mark + answer}, ""
        said, body, status = self.authorization_endpoint.create_authorization_response(
            *call, realms=[], credentials={})
        return status, said, body or ""

    def resource(self, call, headers):
        if refused := self.refused_clock(headers):
            return refused
        good, request = self.resource_endpoint.validate_protected_resource_request(*call, realms=[])
        told = {"ok": bool(good), "token": getattr(request, "resource_owner_key", None) if good else None}
        return 200 if good else 401, {"Content-Type": "application/json"}, json.dumps(told)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "oauth1"

    def log_message(self, format, *arguments):
        pass

    def date_time_string(self, timestamp=None):
        return email.utils.formatdate(self.server.provider.truth.now(), usegmt=True)

    def body_text(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode(errors="replace")

    def reply(self, status, headers, body):
        payload = body.encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, str(value))
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(payload)

    def test_call(self, truth, text):
        asked = json.loads(text or "{}")
        if self.path == "/_test/truth":
            return truth.told()
        with truth.lock:
            if self.path == "/_test/behave":
                truth.behaviour = asked
            elif self.path == "/_test/revoke":
                truth.tokens[asked["token"]]["revoked"] = True
        return {}

    def handle_one(self):
        provider = self.server.provider
        text = self.body_text()
        if self.path.startswith("/_test/"):
            told = json.dumps(self.test_call(provider.truth, text))
            return self.reply(200, {"Content-Type": "application/json"}, told)
        # Only a form is signed; oauthlib fails on an Authorization header that is empty.
        is_form = "application/x-www-form-urlencoded" in self.headers.get("Content-Type", "")
        headers = {name: self.headers[name] for name in ("Authorization", "Content-Type")
                   if self.headers.get(name)}
        status, said, body = provider.answer(self.command, self.path, text if is_form else "", headers)
        with provider.truth.lock:
            provider.truth.requests.append({"path": self.path.partition("?")[0], "answer": status,
                                            "authorization": headers.get("Authorization", "")})
        return self.reply(status, said, body)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = handle_one


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--certificate", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--public-key")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    public_key = ""
    if options.public_key:
        with open(options.public_key, encoding="ascii") as file:
            public_key = file.read()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", options.port), Handler)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.certificate, options.key)
    server.socket = context.wrap_socket(server.socket, server_side=True,
                                        do_handshake_on_connect=False)
    truth = Truth()
    origin = f"https://127.0.0.1:{server.server_address[1]}"
    server.provider = Provider(truth, public_key, origin)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(json.dumps({"ready": True, "origin": origin, "consumer_key": "robot",
                      "consumer_secret": truth.consumers["robot"],
                      "rsa_consumer_key": SECOND_CONSUMER}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
