"""A receiver of webhooks on 127.0.0.1: it checks the signature as Standard Webhooks says, keeps what it took,
and can be told to refuse, to hang or to lead elsewhere."""
import base64
import hashlib
import hmac
import http.server
import json
import threading
import time

from log_receiver import _context

TOLERANCE = 300  # seconds


class WebhookReceiver:
    def __init__(self, world):
        self.secrets = []   # any of them may have signed
        self.status = 204   # what the next ones are answered
        self.headers = {}   # and with what besides
        self.tries = []     # (id, status) of every call
        self.calls = []     # (headers, body) of every call
        self.events = []    # (id, event) of what was taken
        self.wrong = []     # calls that a receiver must not believe, and why
        self.signed_by = []  # how many secrets each was signed with
        self.answers = threading.Event()  # cleared: it hangs
        self.answers.set()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.answers.wait()
                receiver.take(self.headers, body)
                self.send_response(receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_PUT(self):
                """{"status"}: what the next ones are answered, for who steers it from elsewhere; tells how many it took."""
                receiver.status = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["status"]
                body = json.dumps({"taken": len(receiver.events)}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.socket = _context(world).wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.server.server_address[1]}/strongroom"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, headers, body):
        id, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
        signatures = headers["webhook-signature"].split(" ")
        self.tries.append((id, self.status))
        self.calls.append((headers, body))
        self.signed_by.append(len(signatures))
        if abs(time.time() - int(timestamp)) > TOLERANCE:
            self.wrong.append(f"{id}: not of now: {timestamp}")
        if self.secrets and not any(self._sign(secret, id, timestamp, body) in signatures for secret in self.secrets):
            self.wrong.append(f"{id}: not signed")
        if not headers["Content-Type"].startswith("application/cloudevents+json"):
            self.wrong.append(f"{id}: {headers['Content-Type']}")
        if 200 <= self.status < 300:
            self.events.append((id, json.loads(body)))

    @staticmethod
    def _sign(secret, id, timestamp, body):
        key = base64.b64decode(secret.removeprefix("whsec_"))
        mac = hmac.digest(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256)
        return "v1," + base64.b64encode(mac).decode()

    def was_signed(self, call, secret):
        """Whether the n-th call was signed with it."""
        headers, body = self.calls[call]
        signature = self._sign(secret, headers["webhook-id"], headers["webhook-timestamp"], body)
        return signature in headers["webhook-signature"].split(" ")

    def told(self, event, client=None):
        """The events of that name, of that client if one is named."""
        return [one for _, one in list(self.events) if one["data"]["event"] == event and (
            client is None or client["id"] in [each.get("oauth_client") for each in one["data"]["affected"]])]

    def close(self):
        self.answers.set()
        self.server.shutdown()
        self.server.server_close()
