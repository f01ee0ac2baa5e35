"""An issuer of workload tokens, as a cluster or a CI system is one: its metadata and key set over TLS.

Tokens are signed with the openssl command (RS256). `issuer.sign(claims)` is what such a system puts into
a job's or a pod's file; the rest makes tokens that must not count.
"""
import base64
import http.server
import json
import ssl
import subprocess
import threading
import time


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def encoded_json(members):
    return encoded(json.dumps(members).encode())


def openssl(*words, input=None):
    return subprocess.run(["openssl", *map(str, words)], input=input, check=True,
                          capture_output=True).stdout


class Issuer:
    """Listens on 127.0.0.1 in a thread of the test until close()."""

    def __init__(self, world, name):
        self.directory = world.directory / name
        self.directory.mkdir()
        self.keys = {}
        self.asked = {"metadata": 0, "keys": 0}
        self.held = threading.Event()
        self.held.set()
        self.rotate("first")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(world.pki / "server.pem", world.pki / "server.key")
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.held.set()
        self.server.shutdown()
        self.server.server_close()

    def rotate(self, kid):
        """Only the new key is published from now on."""
        key = self.directory / f"{kid}.pem"
        openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", key)
        modulus = openssl("rsa", "-in", key, "-noout", "-modulus").decode().strip().split("=")[1]
        self.kid = kid
        self.key = key
        self.keys = {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "e": "AQAB",
                               "n": encoded(bytes.fromhex(modulus))}]}

    def sign(self, claims, header=None, payload=None, **changes):
        """`changes`: claims that are other than they should be; None: it is left out."""
        now = int(time.time())
        claims = {"iss": self.url, "exp": now + 600, "iat": now, "nbf": now} | claims | changes
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "RS256", "kid": self.kid} | (header or {})
        text = encoded_json(header) + "." + (payload or encoded_json(claims))
        signature = openssl("dgst", "-sha256", "-sign", self.key, input=text.encode())
        return f"{text}.{encoded(signature)}"

    def _handler(self):
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                issuer.held.wait(30)
                if self.path == "/.well-known/openid-configuration":
                    issuer.asked["metadata"] += 1
                    body = {"issuer": issuer.url, "jwks_uri": issuer.url + "/openid/v1/jwks"}
                elif self.path == "/openid/v1/jwks":
                    issuer.asked["keys"] += 1
                    body = issuer.keys
                else:
                    return self.send_error(404)
                body = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler
