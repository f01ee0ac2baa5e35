#!/usr/bin/env python3
"""A token endpoint that misbehaves on request, over TLS on 127.0.0.1.

    hostile.py --certificate FILE --key FILE [--port N] [--host ::1]

Prints one line of JSON when it is ready, and runs until SIGTERM:
    {"ready":true,"origin","token","behaviours":[...],"other_origin"}

POST /token/NAME            behaves as NAME says (see BEHAVIOURS); ?key=value tunes it.
POST /token/scripted/LANE   plays the list given for LANE, one behaviour a request; the last stays.
GET  /_test/requests        every request seen: [{"path","authorization","body","headers"}]
GET  /_test/elsewhere       requests that reached the other port, which only a redirect leads to
GET  /_test/waiting         how many requests are being held
POST /_test/release         lets the held ones go
POST /_test/script          {"lane","behaviours":["good?expires_in=4","error-500"]}
POST /_test/reset           forgets requests and scripts, releases what is held

An issuer is {origin}/issuer/LANE. Each of its well-known addresses plays the list that was given for
"issuer/LANE", as the token endpoint does; see METADATA.
"""
import argparse
import gzip
import http.server
import itertools
import json
import secrets
import signal
import socket
import ssl
import sys
import threading
import time
import urllib.parse

MEGABYTE = 1 << 20


class State:
    """What the tests ask for and look at. One lock over all of it."""

    def __init__(self):
        self.changed = threading.Condition()
        self.stopping = threading.Event()
        self.requests = []
        self.elsewhere = []
        self.scripts = {}
        self.waiting = 0
        self.released = 0
        self.serial = itertools.count(1)

    def reset(self):
        with self.changed:
            self.requests.clear()
            self.elsewhere.clear()
            self.scripts.clear()
            self.released += 1
            self.changed.notify_all()

    def next_scripted(self, lane):
        with self.changed:
            behaviours = self.scripts.get(lane)
            if not behaviours:
                return "error-500"
            return behaviours.pop(0) if len(behaviours) > 1 else behaviours[0]

    def hold(self):
        with self.changed:
            self.waiting += 1
            mine = self.released
            self.changed.wait_for(lambda: self.released > mine or self.stopping.is_set())
            self.waiting -= 1

    def release(self):
        with self.changed:
            self.released += 1
            self.changed.notify_all()


STATE = State()


def token_answer(query, **changes):
    """A well-formed answer, changed as asked; None removes a member."""
    members = {
        "access_token": query.get("access_token", f"at-{next(STATE.serial)}-{secrets.token_hex(8)}"),
        "token_type": "Bearer",
        "expires_in": int(query.get("expires_in", 3600)),
    }
    members |= changes
    return {name: value for name, value in members.items() if value is not None}


# Each answers (status, headers, body) or writes to the connection itself and answers None.
def json_answer(members, status=200, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, {"Content-Type": "application/json", **headers}, json.dumps(members).encode()


def raw_json(text):
    return 200, {"Content-Type": "application/json"}, text.encode()


def changed(**changes):
    return lambda handler, query: json_answer(token_answer(query, **changes))


def error(status, code, **headers):
    def behave(handler, query):
        tuned = {name: query.get(name, value) for name, value in headers.items()}
        return json_answer({"error": code, "error_description": "as the test asked"}, status, **tuned)
    return behave


def coded(handler, query):
    """A refusal with a number of the provider's own, as Microsoft's."""
    return json_answer({"error": query.get("error", "invalid_client"),
                        "error_description": "words of the provider",
                        "error_codes": [int(query["code"])]}, int(query.get("status", 401)))


def skewed(handler, query):
    """Refuses the client, by a clock that is some seconds ahead."""
    handler.skew = int(query["seconds"])
    return json_answer({"error": "invalid_client"}, 401)


def only(handler, query):
    """A token for this one secret."""
    given = urllib.parse.parse_qs(handler.last["body"]).get("client_secret", [""])[0]
    if given == query["secret"]:
        return json_answer(token_answer(query))
    return json_answer({"error": "invalid_client"}, 401)


def redirect(status):
    return lambda handler, query: (status, {"Location": handler.server.other_origin + "/stolen"}, b"")


def gzip_bomb(handler, query):
    packed = gzip.compress(b'{"access_token":"' + b"a" * (200 * MEGABYTE) + b'"}', 9)
    return 200, {"Content-Type": "application/json", "Content-Encoding": "gzip"}, packed


def megabytes(handler, query):
    return raw_json(json.dumps(token_answer(query, padding="a" * (8 * MEGABYTE))))


def endless(handler, query):
    handler.start_raw("200 OK", {"Content-Type": "application/json"})
    handler.wfile.write(b'{"access_token":"')
    while not STATE.stopping.is_set():
        handler.wfile.write(b"a" * 65536)


def slow_drip(handler, query):
    handler.start_raw("200 OK", {"Content-Type": "application/json", "Content-Length": "100000"})
    while not STATE.stopping.wait(0.2):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def silent(handler, query):
    handler.connection.settimeout(None)
    handler.connection.recv(1)  # until the client goes away


def close_early(handler, query):
    handler.close_connection = True


def truncated(handler, query):
    handler.start_raw("200 OK", {"Content-Type": "application/json", "Content-Length": "500"})
    handler.wfile.write(b'{"access_token":"at-truncated","token_type":"Bearer"')
    handler.close_connection = True


def hold(handler, query):
    STATE.hold()
    return json_answer(token_answer(query))


def renewed(query):
    """Tokens for a person, with a refresh token of their own: rt-1, rt-2, ..."""
    return token_answer(query, refresh_token=f"rt-{next(STATE.serial)}-{secrets.token_hex(8)}")


def renew_held(handler, query):
    STATE.hold()
    return json_answer(renewed(query))


def echo_secrets(handler, query):
    """Sends back what it was given, as careless providers do in their error texts."""
    seen = STATE.requests[-1]
    return json_answer({"error": "invalid_request", "error_description":
                        f"<script>alert(1)</script> {seen['authorization']} {seen['body']}"}, 400)


def device(handler, query):
    """A code for another device; ?interval=, ?uri= and the like say what is wrong with it."""
    return json_answer({"device_code": f"dc-{next(STATE.serial)}-{secrets.token_hex(8)}",
                        "user_code": query.get("user_code", "WDJB-MJHT"),
                        "verification_uri": query.get("uri", handler.server.origin + "/device"),
                        "verification_uri_complete": query.get("complete"),
                        "expires_in": int(query.get("expires_in", 600)),
                        "interval": int(query.get("interval", 1))})


BEHAVIOURS = {
    "good": changed(),
    "bound": changed(token_type="DPoP"),
    "exchanged": lambda h, q: json_answer(token_answer(q, token_type=q.get("type", "Bearer"),
                                                       issued_token_type=q.get("issued"))),
    "use-dpop-nonce": error(400, "use_dpop_nonce", DPoP_Nonce="another-one"),
    "device": device,
    "pending": error(400, "authorization_pending"),
    "slow-down": error(400, "slow_down"),
    "denied": error(400, "access_denied"),
    "code-expired": error(400, "expired_token"),
    "hold": hold,
    "renew": lambda h, q: json_answer(renewed(q)), "renew-hold": renew_held,
    "redirect-301": redirect(301), "redirect-302": redirect(302), "redirect-303": redirect(303),
    "redirect-307": redirect(307), "redirect-308": redirect(308),
    "silent": silent, "slow-drip": slow_drip, "close": close_early, "truncated": truncated,
    "endless": endless, "megabytes": megabytes, "gzip-bomb": gzip_bomb,
    "gzip-garbage": lambda h, q: (200, {"Content-Type": "application/json",
                                        "Content-Encoding": "gzip"}, b"\x1f\x8bnot really"),
    "huge-header": lambda h, q: json_answer(token_answer(q), X_Padding="a" * 300_000),
    "error-200": error(200, "invalid_client"),
    "nested-error-200": lambda h, q: json_answer({"ok": False, "error": {"code": 17}}),
    "html": lambda h, q: (200, {"Content-Type": "text/html"}, b"<html><body>Sign in</body></html>"),
    "html-as-json": lambda h, q: raw_json("<html><body>Sign in</body></html>"),
    "json-as-html": lambda h, q: (200, {"Content-Type": "text/html"},
                                  json.dumps(token_answer(q)).encode()),
    "empty": lambda h, q: raw_json(""),
    "array": lambda h, q: raw_json("[1,2,3]"),
    "not-json": lambda h, q: raw_json("access_token=x&token_type=Bearer"),
    "half-json": lambda h, q: raw_json('{"access_token":"at-half","token_type":"Bea'),
    "deep-json": lambda h, q: raw_json('{"access_token":"at-deep","token_type":"Bearer","x":'
                                       + "[" * 100_000 + "]" * 100_000 + "}"),
    "not-utf8": lambda h, q: (200, {"Content-Type": "application/json"},
                              b'{"access_token":"at-\xff\xfe","token_type":"Bearer"}'),
    "duplicate-keys": lambda h, q: raw_json('{"access_token":"at-first","token_type":"Bearer",'
                                            '"expires_in":3600,"access_token":"at-second"}'),
    "expires-string": changed(expires_in="3600"),
    "expires-float": changed(expires_in=3600.0),
    "expires-words": changed(expires_in="an hour"),
    "expires-negative": changed(expires_in=-1),
    "expires-zero": changed(expires_in=0),
    "expires-milliseconds": changed(expires_in=3_600_000),
    "expires-beyond": changed(expires_in=3_600_000_000),
    "expires-huge": lambda h, q: raw_json('{"access_token":"at-huge","token_type":"Bearer",'
                                          '"expires_in":1e99}'),
    "expires-missing": changed(expires_in=None),
    "token-missing": changed(access_token=None),
    "token-empty": changed(access_token=""),
    "token-number": changed(access_token=12345),
    "token-null": lambda h, q: raw_json('{"access_token":null,"token_type":"Bearer"}'),
    "token-control": changed(access_token="at-\x01\x1f"),
    "token-newline": changed(access_token="at-1\r\nX-Injected: yes"),
    "token-space": changed(access_token="at 1"),
    "token-umlaut": changed(access_token="at-\u00fc"),
    "type-missing": changed(token_type=None),
    "type-mac": changed(token_type="mac"),
    "type-lower": changed(token_type="bearer"),
    "refresh-token": changed(refresh_token="rt-must-not-be-kept"),
    "scope-narrower": changed(scope="nothing"),
    "echo-secrets": echo_secrets,
    "revoked": lambda h, q: (200, {}, b""),
    "coded": coded,
    "skewed": skewed,
    "only": only,
    "error-400-client": error(400, "invalid_client"),
    "error-401-client": error(401, "invalid_client"),
    "error-401-later": error(401, "invalid_client", Retry_After="7"),
    "error-400-scope": error(400, "invalid_scope"),
    "error-400-target": error(400, "invalid_target"),
    "error-400-grant": error(400, "unauthorized_client"),
    "error-400-empty": lambda h, q: (400, {}, b""),
    "error-403-empty": lambda h, q: (403, {}, b""),
    "error-404": lambda h, q: (404, {"Content-Type": "text/html"}, b"<h1>not here</h1>"),
    "error-429": error(429, "slow_down", Retry_After="7"),
    "patience-429": error(429, "slow_down", Retry_After="7"),
    "patience-503": error(503, "temporarily_unavailable", Retry_After="11"),
    "error-500": lambda h, q: (500, {"Content-Type": "text/plain"}, b"stack trace: line 1"),
    "error-503": error(503, "temporarily_unavailable", Retry_After="11"),
}


def document(handler, query, **changes):
    """The metadata of an issuer of this server, changed as asked; None removes a member."""
    members = {"issuer": query["issuer"],
               "token_endpoint": query.get("token", handler.server.origin + "/token/good"),
               "jwks_uri": query.get("jwks", handler.server.origin + "/jwks"),
               "grant_types_supported": ["client_credentials"],
               "token_endpoint_auth_methods_supported":
                   query.get("methods", "client_secret_basic").split(",")} | changes
    return {name: value for name, value in members.items() if value is not None}


def metadata(**changes):
    return lambda handler, query: json_answer(document(handler, query, **changes))


def twice(handler, query):
    text = json.dumps(document(handler, query))
    return raw_json(text[:-1] + ', "token_endpoint": "https://elsewhere.example/token"}')


# What the well-known addresses of an issuer do; query["issuer"] is the issuer itself.
METADATA = {name: BEHAVIOURS[name] for name in (
    "endless", "megabytes", "not-json", "html", "array", "empty", "deep-json", "not-utf8", "close",
    "redirect-302", "redirect-308", "error-404", "error-429", "error-500")} | {
    "good": metadata(),
    "foreign": metadata(issuer="https://honest.example"),
    "no-issuer": metadata(issuer=None),
    "javascript": metadata(authorization_endpoint="javascript:alert(1)"),
    "plain-http": metadata(token_endpoint="http://127.0.0.1/token"),
    "private": metadata(token_endpoint="https://10.0.0.1/token"),
    "cloud": metadata(jwks_uri="https://169.254.169.254/latest/meta-data"),
    "user": metadata(token_endpoint="https://user@login.example/token"),
    "clash": metadata(token_endpoint="https://login.example/token?client_id=another"),
    "no-token-endpoint": metadata(token_endpoint=None),
    "twice": twice,
    "no-method": metadata(token_endpoint_auth_methods_supported=["none"]),
}


class TlsHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    skew = 0  # seconds that its clock is ahead
    server_version = "hostile"
    timeout = 120

    def setup(self):
        self.request.do_handshake()  # here, in this connection's thread, not in the accepting one
        super().setup()

    def log_message(self, *arguments):
        pass

    def date_time_string(self, timestamp=None):
        return super().date_time_string(time.time() + self.skew if timestamp is None else timestamp)

    def start_raw(self, status, headers):
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers.items())]
        self.wfile.write("\r\n".join(lines + ["Connection: close", "", ""]).encode())
        self.close_connection = True

    def reply(self, status, headers, body):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def read_body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("latin-1")

    def seen(self, body):
        return {"method": self.command, "path": self.path, "body": body,
                "authorization": self.headers.get("Authorization"),
                "headers": dict(self.headers.items())}


class Handler(TlsHandler):
    """The token endpoint, and what the tests use to steer it."""

    def do_GET(self):
        answers = {"/_test/requests": lambda: STATE.requests,
                   "/_test/elsewhere": lambda: STATE.elsewhere,
                   "/_test/waiting": lambda: {"waiting": STATE.waiting}}
        answer = answers.get(self.path)
        if answer is None and "/.well-known/" in self.path:
            return self.describe()
        if answer is None:
            return self.reply(405, {}, b"")
        with STATE.changed:
            body = json.dumps(answer()).encode()
        self.reply(200, {"Content-Type": "application/json"}, body)

    def do_POST(self):
        body = self.read_body()
        if self.path.startswith("/_test/"):
            return self.steer(body)
        self.last = self.seen(body)
        with STATE.changed:
            STATE.requests.append(self.last)
        self.behave(urllib.parse.urlsplit(self.path))

    def describe(self):
        with STATE.changed:
            STATE.requests.append(self.seen(""))
        lane = "issuer/" + self.path.partition("/issuer/")[2].split("/")[0]
        url = urllib.parse.urlsplit(STATE.next_scripted(lane))
        query = dict(urllib.parse.parse_qsl(url.query))
        query["issuer"] = f"{self.server.origin}/{lane}"
        form = query.get("form")  # of the address: the only one that answers
        if form and not self.path.startswith(form):
            return self.reply(404, {"Content-Type": "text/plain"}, b"not at this address")
        answer = METADATA[url.path](self, query)
        if answer is not None:
            self.reply(*answer)

    def steer(self, body):
        if self.path == "/_test/script":
            script = json.loads(body)
            with STATE.changed:
                STATE.scripts[script["lane"]] = list(script["behaviours"])
        elif self.path == "/_test/release":
            STATE.release()
        elif self.path == "/_test/reset":
            STATE.reset()
        else:
            return self.reply(404, {}, b"")
        self.reply(204, {}, b"")

    def behave(self, url):
        parts = url.path.split("/")  # "", "token", NAME[, LANE]
        name = parts[2] if len(parts) > 2 else ""
        if name == "scripted" and len(parts) > 3:
            url = urllib.parse.urlsplit(STATE.next_scripted(parts[3]))
            name = url.path
        if name not in BEHAVIOURS:
            return self.reply(404, {"Content-Type": "text/plain"}, b"no such behaviour")
        answer = BEHAVIOURS[name](self, dict(urllib.parse.parse_qsl(url.query)))
        if answer is not None:
            self.reply(*answer)


class Elsewhere(TlsHandler):
    """Where redirects lead. Whatever arrives here should not have."""

    def do_ANY(self):
        body = self.read_body()
        with STATE.changed:
            STATE.elsewhere.append(self.seen(body))
        self.reply(*json_answer(token_answer({}, access_token="at-from-elsewhere")))

    do_GET = do_POST = do_PUT = do_HEAD = do_ANY


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port, handler, context, host="127.0.0.1"):
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__((host, port), handler)
        self.socket = context.wrap_socket(self.socket, server_side=True,
                                          do_handshake_on_connect=False)
        written = f"[{host}]" if ":" in host else host
        self.origin = f"https://{written}:{self.server_address[1]}"

    def handle_error(self, request, client_address):
        kind = sys.exc_info()[0]
        if not issubclass(kind, (OSError, ssl.SSLError)):  # clients that hang up are the point
            super().handle_error(request, client_address)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--certificate", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--host", default="127.0.0.1")
    arguments = parser.parse_args()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(arguments.certificate, arguments.key)

    server = Server(arguments.port, Handler, context, arguments.host)
    other = Server(0, Elsewhere, context)
    server.other_origin = other.origin
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    for each in (server, other):
        threading.Thread(target=each.serve_forever, daemon=True).start()
    print(json.dumps({"ready": True, "origin": server.origin, "token": server.origin + "/token/",
                      "other_origin": other.origin, "behaviours": sorted(BEHAVIOURS)}), flush=True)
    stop.wait()
    STATE.stopping.set()


if __name__ == "__main__":
    main()
