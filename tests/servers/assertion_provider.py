#!/usr/bin/env python3
"""A provider of the JWT bearer grant (RFC 7523 section 2.1) over TLS on 127.0.0.1, which has PyJWT check what it is shown.

    assertion_provider.py --certificate FILE --key FILE

Prints one line of JSON when it is ready, and runs until SIGTERM:
    {"ready":true,"origin","token_endpoint"}

POST /token             the token endpoint
GET  /whoami            for whom a bearer token is: {"issuer","subject","scope"}
POST /_test/register    who may show assertions, see Registration: {"issuer","keys":[JWK],...}
GET  /_test/assertions  those that were taken or refused: [{"header","claims","form","refused"}]
"""
import argparse
import http.server
import json
import secrets
import signal
import ssl
import sys
import threading
import urllib.parse

import jwt

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
REQUIRED = ["iss", "aud", "exp", "iat", "jti"]


class Refused(Exception):
    """`error` is a code of RFC 6749 section 5.2; the words are for whoever reads a failed test."""

    def __init__(self, error, words, status=400):
        super().__init__(words)
        self.error, self.status = error, status


class Registration:
    """What the provider knows of one application."""

    def __init__(self, issuer, keys, audience, subjects=(), algorithms=("RS256",), scopes="form",
                 most_seconds=60, claims=None, secret=None):
        """`subjects`: for whom it may ask, "" for itself. `scopes`: form, claim or none. `secret`: it proves who it
        is as well (client_secret_post)."""
        self.issuer, self.audience = issuer, audience
        self.keys = {key["kid"]: jwt.PyJWK(key, algorithm=algorithms[0]).key for key in keys}
        self.subjects, self.algorithms, self.scopes = list(subjects), list(algorithms), scopes
        self.most_seconds, self.claims, self.secret = most_seconds, claims or {}, secret


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.registrations = {}
        self.seen_ids = set()
        self.assertions = []
        self.tokens = {}


STATE = State()


def one(form, name):
    values = form.get(name, [])
    if len(values) != 1:
        raise Refused("invalid_request", f"{name} is there {len(values)} times")
    return values[0]


def check_claims(registration, claims):
    if not isinstance(claims["aud"], str):
        raise Refused("invalid_grant", "aud is not one text")
    if claims["exp"] - claims["iat"] > registration.most_seconds:
        raise Refused("invalid_grant", "it lives for too long")
    if claims.get("sub", "") not in registration.subjects:
        raise Refused("invalid_grant", "not for this subject")
    if any(claims.get(name) != value for name, value in registration.claims.items()):
        raise Refused("invalid_grant", "a claim is missing")
    if claims["jti"] in STATE.seen_ids:
        raise Refused("invalid_grant", "it was shown before")
    STATE.seen_ids.add(claims["jti"])


def check_client(registration, form):
    if registration.secret is None:
        if "client_secret" in form or "client_id" in form or "client_assertion" in form:
            raise Refused("invalid_request", "it says twice who asks")
        return
    shown = (one(form, "client_id"), one(form, "client_secret"))
    if shown != (registration.issuer, registration.secret):
        raise Refused("invalid_client", "the secret is wrong", 401)


def scope_of(registration, form, claims):
    """Where it is not looked for, it must not be."""
    places = {"form": form.get("scope", [""])[0], "claim": claims.get("scope", "")}
    scope = places.pop(registration.scopes, "")
    if any(places.values()):
        raise Refused("invalid_scope", "the scope is at another place")
    return scope


def token_for(form, note):
    assertion = one(form, "assertion")
    note["header"] = jwt.get_unverified_header(assertion)
    note["claims"] = jwt.decode(assertion, options={"verify_signature": False})
    registration = STATE.registrations.get(note["claims"].get("iss"))
    if registration is None:
        raise Refused("invalid_grant", "nobody is registered with this iss")
    check_client(registration, form)
    key = registration.keys.get(note["header"].get("kid"))
    if key is None:
        raise Refused("invalid_grant", "no such key")
    try:
        claims = jwt.decode(assertion, key, algorithms=registration.algorithms, audience=registration.audience,
                            issuer=registration.issuer, options={"require": REQUIRED})
    except jwt.InvalidTokenError as error:
        raise Refused("invalid_grant", str(error)) from error
    check_claims(registration, claims)
    scope = scope_of(registration, form, claims)
    token = secrets.token_urlsafe(32)
    STATE.tokens[token] = {"issuer": registration.issuer, "subject": claims.get("sub", ""), "scope": scope}
    answer = {"access_token": token, "token_type": "Bearer", "expires_in": 600}
    return answer | ({"scope": scope} if scope else {})


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, status, members):
        body = json.dumps(members).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        with STATE.lock:
            if self.path == "/_test/assertions":
                return self.reply(200, STATE.assertions)
            shown = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
            if self.path == "/whoami" and shown in STATE.tokens:
                return self.reply(200, STATE.tokens[shown])
        self.reply(401 if self.path == "/whoami" else 404, {})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        with STATE.lock:
            if self.path == "/_test/register":
                made = Registration(**json.loads(body))
                STATE.registrations[made.issuer] = made
                return self.reply(201, {})
            if self.path == "/token":
                return self.reply(*self.token(urllib.parse.parse_qs(body, keep_blank_values=True)))
        self.reply(404, {})

    @staticmethod
    def token(form):
        note = {"header": None, "claims": None, "refused": None,
                "form": {name: values for name, values in form.items() if name != "client_secret"}}
        STATE.assertions.append(note)
        try:
            if one(form, "grant_type") != GRANT_TYPE:
                raise Refused("unsupported_grant_type", "another grant")
            return 200, token_for(form, note)
        except jwt.InvalidTokenError as error:
            note["refused"] = str(error)
            return 400, {"error": "invalid_grant"}
        except Refused as refused:
            note["refused"] = str(refused)
            return refused.status, {"error": refused.error}


class TlsServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, certificate, key):
        super().__init__(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        # The handshake is the business of the connection's own thread.
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, request, client_address):
        print(f"connection: {sys.exc_info()[1]!r}", file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--certificate", required=True)
    parser.add_argument("--key", required=True)
    arguments = parser.parse_args()
    server = TlsServer(arguments.certificate, arguments.key)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    origin = f"https://127.0.0.1:{server.server_address[1]}"
    print(json.dumps({"ready": True, "origin": origin, "token_endpoint": f"{origin}/token"}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
