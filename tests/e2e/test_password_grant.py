"""User name and password are traded in at Debian's glewlwyd, where nobody has another way."""
import base64
import pathlib
import secrets
import unittest
import urllib.parse
import uuid

import harness
from glewlwyd_session import ApiSession
from vault import API, Vault

USERNAME = "ann"
PASSWORD = f"correct horse {secrets.token_hex(12)}"
TOKEN_SECONDS = 4


def setUpModule():
    global world, glewlwyd, endpoints, admin, server, vault, hostile
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    glewlwyd = world.glewlwyd(token_seconds=TOKEN_SECONDS)
    path = urllib.parse.urlsplit(glewlwyd.about["issuer"]).path
    metadata = glewlwyd.client.get(path + "/.well-known/openid-configuration").json
    endpoints = {name: metadata[name] for name in ("token_endpoint", "introspection_endpoint")}
    admin = ApiSession(glewlwyd.client)
    admin.call("POST", "auth/", glewlwyd.about["administrator"])
    for login in (USERNAME, "ben"):
        admin.call("POST", "user/", {
            "username": login, "name": login.title(), "email": f"{login}@example.test", "enabled": True,
            "password": PASSWORD, "scope": [glewlwyd.about["scope"]]})
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def make_client(vault, **more):
    client_id, secret = f"old-{uuid.uuid4()}", secrets.token_urlsafe(30)
    system = vault.create("target-systems", {
        "name": vault.name("glewlwyd"), "project": vault.project["id"], "grant": "password",
        "service_provider": "generic-password", "endpoint_parameters": endpoints,
        "scopes": [glewlwyd.about["scope"]], "consumer_key": client_id, "consumer_secrets": [{"value": secret}],
        "trusted_ca_pem": world.ca_pem, "allowed_addresses": ["127.0.0.1"]} | more)
    admin.call("POST", "client/", {
        "client_id": client_id, "name": client_id, "confidential": True, "enabled": True,
        "password": secret, "client_secret": secret, "scope": [glewlwyd.about["scope"]],
        "redirect_uri": ["https://127.0.0.1/unused"], "authorization_type": ["password", "refresh_token"],
        "token_endpoint_auth_method": ["client_secret_basic", "client_secret_post"]})
    return vault.client(system)


def sign_in(vault, client, username=USERNAME, password=PASSWORD, status=201, shown=None):
    shown = shown or vault.get("target-systems", client["target_system"])["token_endpoint"]
    return vault.expect(status, vault.http.post(
        f"{API}/oauth-clients/{client['id']}/password-sign-in",
        {"token_endpoint": shown, "username": username, "password": password}))


def forms_of(secret):
    """How it could stand in a file: as it is, as a form has it, and in base64 at each of three places of a longer text."""
    plain = secret.encode()
    forms = {plain, urllib.parse.quote_plus(secret).encode(), urllib.parse.quote(secret).encode(), plain.hex().encode()}
    for shift in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            coded = encode(b"x" * shift + plain)
            # Without what the neighbours decide.
            forms.add(coded[4 if shift else 0:-4])
    return forms


class Passwords(unittest.TestCase):
    def test_bring_tokens_that_are_renewed_without_them(self):
        #
        client = make_client(vault)
        done = sign_in(vault, client)
        self.assertEqual(done["state"], "completed", done)
        self.assertEqual(done["account"]["name"], USERNAME)
        self.assertTrue(vault.get("oauth-clients", client["id"])["refresh"]["has_refresh_token"])
        robot = vault.reader_of(client)
        first = robot.look_up(client)
        self.assertEqual(first.status, 200, first)

        def newer():
            found = robot.look_up(client)
            self.assertEqual(found.status, 200, found)
            return found.json["access_token"] != first.json["access_token"]
        harness.wait_until(newer, "a token that the refresh token brought", pause=0.2)

    def test_are_nowhere_afterwards(self):
        #
        here = harness.Strongroom(world, name="traces").start()
        there = Vault(here)
        client = make_client(there)
        self.assertEqual(sign_in(there, client)["state"], "completed")
        self.assertEqual(sign_in(there, client, password=PASSWORD + "x")["state"], "failed")
        seen = [there.expect(200, there.http.get(f"{API}/oauth-clients/{client['id']}{more}"))
                for more in ("", "/exchanges", "/last-exchange")]
        seen.append(there.audit_events(page_size=1000))
        self.assertNotIn(PASSWORD, str(seen))
        here.stop()
        forms = forms_of(PASSWORD)
        files = [path for path in pathlib.Path(here.data).rglob("*") if path.is_file()]
        self.assertGreater(len(files), 3)
        contents = {str(path): path.read_bytes() for path in files} | {"the log": here.log.encode()}
        # What is looked for would be found: another text of the same request is there.
        self.assertTrue(any(client["label"].encode() in text for text in contents.values()))
        for name, text in contents.items():
            for form in forms:
                self.assertNotIn(form, text, name)

    def test_that_are_wrong_leave_what_was_there(self):
        #
        client = make_client(vault)
        sign_in(vault, client)
        failed = sign_in(vault, client, password="not this one")
        self.assertEqual(failed["state"], "failed")
        self.assertEqual(failed["failure"]["cause"], "password_refused")
        self.assertEqual(failed["failure"]["who_must_act"], "account_owner")
        self.assertEqual(vault.reader_of(client).look_up(client).status, 200)

    def test_of_another_account_are_asked_about(self):
        #
        client = make_client(vault)
        sign_in(vault, client)
        other = sign_in(vault, client, username="ben")
        self.assertEqual((other["state"], other["confirmation_reason"]), ("confirmation_needed", "other_account"))
        vault.expect(200, vault.confirm(other))
        self.assertEqual(vault.get("oauth-clients", client["id"])["account"]["name"], "ben")

    def test_without_a_refresh_token_are_needed_again(self):
        #
        client = make_client(vault, endpoint_parameters={"token_endpoint": hostile.about["token"] + "good"})
        self.assertEqual(sign_in(vault, client)["state"], "completed")
        now = vault.get("oauth-clients", client["id"])
        self.assertEqual((now["state"], now["refresh"]["has_refresh_token"]), ("active", False))
        refused = vault.retrieve(client)
        self.assertEqual(refused.json["type"], "/problems/needs_sign_in", refused)

    def test_are_tried_five_times(self):
        #
        client = make_client(vault)
        for _ in range(5):
            self.assertEqual(sign_in(vault, client, username="nobody-else", password="not this one")["state"], "failed")
        self.assertEqual(sign_in(vault, client, username="nobody-else", status=429)["type"], "/problems/too_many_attempts")

    def test_are_for_the_providers_that_say_so(self):
        #
        refused = vault.http.post(f"{API}/target-systems", {
            "name": vault.name("modern"), "project": vault.project["id"], "grant": "password",
            "service_provider": "generic", "endpoint_parameters": {"token_endpoint": endpoints["token_endpoint"]},
            "consumer_key": "key", "consumer_secret": "secret"})
        self.assertEqual((refused.status, refused.json["field"]), (400, "/grant"), refused)
        legacy = {one["id"] for one in vault.list("service-providers", page_size=1000)["items"] if one["legacy"]}
        self.assertIn("generic-password", legacy)
        self.assertNotIn("generic", legacy)

    def test_at_the_command_line_come_from_a_file(self):
        #
        client = make_client(vault)
        key_file, word_file = world.directory / "admin.key", world.directory / "account.password"
        key_file.write_text(vault.key)
        word_file.write_text(PASSWORD + "\n")
        where = ("--url", server.origin, "--ca-file", server.ca_file, "--key-file", key_file)
        done = world.run("oauth-client", "sign-in", client["id"], "--username", USERNAME, "--password-file", word_file, *where)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(vault.get("oauth-clients", client["id"])["state"], "active")
        piped = world.run("oauth-client", "sign-in", client["id"], "--username", USERNAME, "--password-file", "-", *where,
                          stdin="not this one\n")
        self.assertEqual(piped.returncode, 5, piped)
        self.assertIn("does not accept", piped.stderr)
        self.assertNotIn("--password ", world.run("oauth-client", "sign-in", "--help").stdout)


if __name__ == "__main__":
    unittest.main()
