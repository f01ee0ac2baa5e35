"""A receiver of webhooks on 127.0.0.1: it checks the signature as Standard Webhooks says, keeps what it took,
and can be told to refuse, to hang or to lead elsewhere."""
import base64
import hashlib
import hmac
import json
import time

from post_receiver import PostReceiver

TOLERANCE = 300  # seconds


class WebhookReceiver(PostReceiver):
    PATH = "/strongroom"
    STATUS = 204

    def __init__(self, world):
        self.secrets = []    # any of them may have signed
        self.tries = []      # (id, status) of every call
        self.calls = []      # (headers, body) of every call
        self.events = []     # (id, event) of what was taken
        self.wrong = []      # calls that a receiver must not believe, and why
        self.signed_by = []  # how many secrets each was signed with
        super().__init__(world)

    def steer(self, body):
        """{"status"}: what the next ones are answered; tells how many it took."""
        self.status = json.loads(body)["status"]
        return json.dumps({"taken": len(self.events)}).encode()

    def take(self, headers, body, status):
        id, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
        signatures = headers["webhook-signature"].split(" ")
        self.tries.append((id, status))
        self.calls.append((headers, body))
        self.signed_by.append(len(signatures))
        if abs(time.time() - int(timestamp)) > TOLERANCE:
            self.wrong.append(f"{id}: not of now: {timestamp}")
        if self.secrets and not any(self._sign(secret, id, timestamp, body) in signatures for secret in self.secrets):
            self.wrong.append(f"{id}: not signed")
        if not headers["Content-Type"].startswith("application/cloudevents+json"):
            self.wrong.append(f"{id}: {headers['Content-Type']}")
        if 200 <= status < 300:
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
