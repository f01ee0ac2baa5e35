#!/usr/bin/env python3
"""Debian's glewlwyd authorization server, an instance of our own over TLS on 127.0.0.1.

    glewlwyd.py --certificate FILE --key FILE --ca FILE [--port N] [--token-seconds N]

Prints one line of JSON when it is ready, and runs until SIGTERM:
    {"ready":true,"issuer","token_endpoint","client_id","client_secret","scope",
     "administrator":{"username","password"}}
It offers every way of client authentication that it has: with a secret, with an assertion, and
with a certificate, that of --ca or a self-signed one; people sign in with a code, and are told of by
their user name and groups. The administrator may register more clients, and people.
Its files live in a temporary directory that goes with it. Nothing of the installed service's own
configuration or data is read or changed but the shipped defaults in /etc/glewlwyd/glewlwyd.conf.
"""
import argparse
import ctypes
import gzip
import http.cookiejar
import json
import os
import pathlib
import re
import secrets
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

SHIPPED_CONFIGURATION = "/etc/glewlwyd/glewlwyd.conf"
SHIPPED_SCHEMA = "/usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz"
CLIENT_ID = "robot"
ADMINISTRATOR = {"username": "admin", "password": "password"}  # as shipped; it dies with the test
SCOPE = "api.read"
PATIENCE_SECONDS = 30


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def write_configuration(home, port, certificate, key, ca):
    text = pathlib.Path(SHIPPED_CONFIGURATION).read_text()
    text = re.sub(r"^@include .*glewlwyd-db\.conf.*$",
                  f'database = {{ type = "sqlite3"; path = "{home}/g.db"; }};', text, flags=re.M)
    changes = {
        "port": str(port), "external_url": f'"https://127.0.0.1:{port}/"', "log_mode": '"console"',
        "use_secure_connection": "true", "secure_connection_key_file": f'"{key}"',
        "secure_connection_pem_file": f'"{certificate}"', "secure_connection_ca_file": f'"{ca}"',
    }
    for name in [*changes, "bind_address", "log_level"]:
        text = re.sub(rf"^\s*#?\s*{name}\s*=.*$", "", text, flags=re.M)
    changes |= {"bind_address": '"127.0.0.1"', "log_level": '"WARNING"'}
    text = "".join(f"{name}={value}\n" for name, value in changes.items()) + text
    (home / "g.conf").write_text(text)


def make_database(home):
    schema = gzip.decompress(pathlib.Path(SHIPPED_SCHEMA).read_bytes()).decode()
    with sqlite3.connect(home / "g.db") as database:
        database.executescript(schema)
        database.execute("UPDATE g_client_module_instance SET gcmi_parameters = json_set("
                         "gcmi_parameters, '$.\"data-format\".tls_client_auth_subject_dn', "
                         "json('{\"multiple\":false,\"read\":true,\"write\":true}'))")
        database.execute("UPDATE g_user_module_instance SET gumi_parameters = json_set("
                         "gumi_parameters, '$.\"data-format\".groups', "
                         "json('{\"multiple\":true,\"read\":true,\"write\":true}'))")
    database.close()


def make_signing_key(home):
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(["openssl", "genrsa", "-out", home / "rs.pem", "2048"], **quiet)
    subprocess.run(["openssl", "rsa", "-in", home / "rs.pem", "-pubout", "-out", home / "rs.pub"],
                   **quiet)


def die_with_parent():
    """So that killing this script, however roughly, leaves no server behind (prctl(2))."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def plugin_parameters(base, home, token_seconds):
    return {
        "iss": base + "/oidc", "jwt-type": "rsa", "jwt-key-size": "256",
        "key": (home / "rs.pem").read_text(), "cert": (home / "rs.pub").read_text(),
        "code-duration": 600, "refresh-token-duration": 1209600, "access-token-duration": token_seconds,
        "refresh-token-rolling": True, "refresh-token-one-use": "always", "allow-non-oidc": True,
        "auth-type-code-enabled": True, "auth-type-code-revoke-replayed": True,
        "auth-type-token-enabled": False, "auth-type-id-token-enabled": True,
        "auth-type-none-enabled": False, "auth-type-password-enabled": True,
        "auth-type-client-enabled": True, "auth-type-device-enabled": True,
        "device-authorization-expiration": 600, "device-authorization-interval": 5,
        "auth-type-refresh-enabled": True, "pkce-allowed": True,
        "pkce-method-plain-allowed": False, "pkce-required": False,
        "introspection-revocation-allowed": True,
        "introspection-revocation-allow-target-client": True,
        "introspection-revocation-auth-scope": ["g_admin"], "register-client-allowed": False,
        "oauth-dpop-allowed": False, "oauth-par-allowed": False, "resource-allowed": False,
        "client-cert-source": "TLS", "client-cert-use-endpoint-aliases": True,
        "client-cert-self-signed-allowed": True, "request-parameter-allow": True,
        "request-maximum-exp": 3600, "client-pubkey-parameter": "pubkey",
        "client-jwks-parameter": "jwks", "client-jwks_uri-parameter": "jwks_uri",
        "subject-type": "public", "jwks-show": True, "secret-type": "public",
        "restrict-scope-client-property": "",
        "claims": [{"name": name, "user-property": of, "type": "string", "mandatory": True}
                   for name, of in (("preferred_username", "username"), ("groups", "groups"))],
    }


class Api:
    """glewlwyd's own administration interface, signed in as the administrator it ships with."""

    def __init__(self, base, ca):
        self.base = base
        context = ssl.create_default_context(cafile=ca)
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def post(self, path, data):
        request = urllib.request.Request(self.base + path, json.dumps(data).encode(),
                                         {"Content-Type": "application/json"})
        with self.opener.open(request, timeout=10) as response:
            response.read()

    def sign_in(self, server):
        """Waits until the server answers, which it does once its modules are loaded."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            if server.poll() is not None:
                raise RuntimeError(f"glewlwyd ended with {server.returncode}")
            try:
                return self.post("/auth/", ADMINISTRATOR)
            except urllib.error.URLError as error:
                if isinstance(error, urllib.error.HTTPError) or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)  # between two attempts to connect; there is nothing to wait on


def set_up(api, home, client_secret, token_seconds):
    api.post("/scope/", {"name": SCOPE, "display_name": "api", "description": "calls the API",
                         "password_required": False, "scheme": {}})
    api.post("/mod/plugin/", {"module": "oidc", "name": "oidc", "display_name": "oidc",
                              "enabled": True, "parameters": plugin_parameters(api.base, home, token_seconds)})
    api.post("/client/", {"client_id": CLIENT_ID, "name": CLIENT_ID, "confidential": True,
                          "password": client_secret, "enabled": True, "scope": [SCOPE],
                          "redirect_uri": ["https://127.0.0.1/unused"],
                          "authorization_type": ["client_credentials"],
                          "token_endpoint_auth_method": ["client_secret_basic",
                                                         "client_secret_post"]})


def serve(arguments, home):
    port = arguments.port or free_port()
    make_database(home)
    make_signing_key(home)
    write_configuration(home, port, *(os.path.abspath(path) for path in
                                      (arguments.certificate, arguments.key, arguments.ca)))
    server = subprocess.Popen(["glewlwyd", f"--config-file={home}/g.conf"],
                              stdin=subprocess.DEVNULL, stdout=sys.stderr,
                              preexec_fn=die_with_parent)
    try:
        api = Api(f"https://127.0.0.1:{port}/api", arguments.ca)
        api.sign_in(server)
        client_secret = "glewlwyd-" + secrets.token_urlsafe(24)
        set_up(api, home, client_secret, arguments.token_seconds)
        print(json.dumps({"ready": True, "issuer": api.base + "/oidc",
                          "token_endpoint": api.base + "/oidc/token", "client_id": CLIENT_ID,
                          "client_secret": client_secret, "scope": SCOPE,
                          "administrator": ADMINISTRATOR}), flush=True)
        return server.wait()
    finally:
        server.terminate()
        server.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("certificate", "key", "ca"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token-seconds", type=int, default=600)
    arguments = parser.parse_args()
    if shutil.which("glewlwyd") is None:
        sys.exit("glewlwyd is not installed: ./dev packages")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with tempfile.TemporaryDirectory(prefix="glewlwyd-") as home:
        sys.exit(serve(arguments, pathlib.Path(home)))


if __name__ == "__main__":
    main()
