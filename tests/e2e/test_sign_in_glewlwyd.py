"""Somebody signs in at Debian's glewlwyd, whose pages are a program that calls its JSON API."""
import base64
import secrets
import unittest
import urllib.parse
import uuid

import harness
import plain_browser
from glewlwyd_session import ApiSession
from vault import Vault

PASSWORD = "password-of-a-person"
TOKEN_SECONDS = 6


def setUpModule():
    global world, glewlwyd, metadata, admin, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    glewlwyd = world.glewlwyd(token_seconds=TOKEN_SECONDS)
    path = urllib.parse.urlsplit(glewlwyd.about["issuer"]).path
    metadata = glewlwyd.client.get(path + "/.well-known/openid-configuration").json
    admin = ApiSession(glewlwyd.client)
    admin.call("POST", "auth/", glewlwyd.about["administrator"])
    for login in ("ann", "ben"):
        admin.call("POST", "user/", {
            "username": login, "name": login.title(), "email": f"{login}@example.test", "enabled": True,
            "password": PASSWORD, "scope": ["openid", glewlwyd.about["scope"]]})
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def browser():
    return plain_browser.Browser(server.ca_file, glewlwyd.ca_file)


def is_sign_in_page(url):
    return urllib.parse.urlsplit(url).path.endswith("/login.html")


def signs_in(made, login, scopes):
    """From the link to the last page; what glewlwyd's page does by script is done here."""
    person = browser()
    page = person.submit(person.open(made["url"]), stop=is_sign_in_page)
    wanted = urllib.parse.parse_qs(urllib.parse.urlsplit(page.url).query)
    origin = "https://" + urllib.parse.urlsplit(page.url).netloc
    session = ApiSession(glewlwyd.client, person.cookies.setdefault(origin, {}))
    session.call("POST", "auth/", {"username": login, "password": PASSWORD})
    session.call("PUT", "auth/grant/" + wanted["client_id"][0], {"scope": " ".join(scopes)})
    return person.open(wanted["callback_url"][0] + "&g_continue"), wanted["callback_url"][0]


def by_issuer():
    return {"service_provider": "issuer", "endpoint_parameters": {"issuer": glewlwyd.about["issuer"]}}


def by_addresses(**more):
    names = ("authorization_endpoint", "token_endpoint")
    return {"service_provider": "generic", "client_authentication": "client_secret_basic",
            "endpoint_parameters": {name: metadata[name] for name in names} | more}


def make_system(where, scopes, grant="authorization_code", types=("code", "refresh_token")):
    """A target system, and the client at glewlwyd that it stands for."""
    client_id, secret = f"web-{uuid.uuid4()}", secrets.token_urlsafe(30)
    system = vault.create("target-systems", {
        "name": vault.name("glewlwyd"), "project": vault.project["id"], "grant": grant,
        "scopes": scopes, "consumer_key": client_id, "consumer_secrets": [{"value": secret}],
        "trusted_ca_pem": world.ca_pem, "allowed_addresses": ["127.0.0.1"]} | where)
    admin.call("POST", "client/", {
        "client_id": client_id, "name": client_id, "confidential": True, "enabled": True,
        "password": secret, "client_secret": secret, "scope": scopes,
        "redirect_uri": [system["callback_url"] or "https://127.0.0.1/unused"], "authorization_type": list(types),
        "token_endpoint_auth_method": ["client_secret_basic", "client_secret_post"]})
    return system


def introspected(token):
    basic = base64.b64encode(f"{glewlwyd.about['client_id']}:{glewlwyd.about['client_secret']}".encode())
    return glewlwyd.client.request(
        "POST", urllib.parse.urlsplit(glewlwyd.about["issuer"]).path + "/introspect",
        raw=urllib.parse.urlencode({"token": token}).encode(),
        headers={"Authorization": "Basic " + basic.decode(),
                 "Content-Type": "application/x-www-form-urlencoded"}).json


class SigningIn(unittest.TestCase):
    def client_signed_in(self, where, scopes, login="ann"):
        client = vault.client(make_system(where, scopes))
        made = vault.authorize(client)
        last, self.asked = signs_in(made, login, scopes)
        self.assertEqual(last.status, 200, last.text)
        self.held = vault.authorization(made)
        self.assertEqual(self.held["state"], "confirmation_needed", (self.held, last.text))
        vault.expect(200, vault.confirm(made))
        return client

    def assert_looks_up(self, client, **more):
        found = vault.reader_of(client).look_up(client, **more)
        self.assertEqual(found.status, 200, found)
        known = introspected(found.json["access_token"])
        self.assertTrue(known["active"], known)
        self.assertIn(glewlwyd.about["scope"], known["scope"].split())
        return found.json["access_token"]

    def test_by_its_issuer_with_an_id_token(self):
        #
        client = self.client_signed_in(by_issuer(), ["openid", glewlwyd.about["scope"]])
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(self.asked).query)
        self.assertEqual((asked["code_challenge_method"], asked["prompt"]), (["S256"], ["login"]))
        self.assertIn("nonce", asked)
        self.assertEqual(self.held["account"]["issuer"], glewlwyd.about["issuer"])
        token = self.assert_looks_up(client)
        self.assertEqual(introspected(token)["sub"], self.held["account"]["subject"])

    def test_by_its_addresses_with_an_id_token(self):
        #
        where = by_addresses(issuer=glewlwyd.about["issuer"], jwks_uri=metadata["jwks_uri"])
        client = self.client_signed_in(where, ["openid", glewlwyd.about["scope"]])
        self.assertEqual(self.held["account"]["issuer"], glewlwyd.about["issuer"])
        self.assert_looks_up(client)

    def test_by_its_addresses_without_one_nobody_knows_who_it_was(self):
        #
        client = self.client_signed_in(by_addresses(), [glewlwyd.about["scope"]])
        self.assertIsNone(self.held["account"])
        self.assert_looks_up(client)

    def test_a_refresh_token_works_once_and_the_next_one_is_kept(self):
        #
        client = self.client_signed_in(by_issuer(), ["openid", glewlwyd.about["scope"]])
        robot = vault.reader_of(client)
        tokens = [robot.look_up(client).json["access_token"]]
        for _ in range(2):  # the second with what the first brought
            def newer():
                found = robot.look_up(client)
                self.assertEqual(found.status, 200, found)
                return found.json["access_token"] not in tokens and found.json["access_token"]
            tokens.append(harness.wait_until(newer, "a refreshed token", pause=0.2))
            self.assertTrue(introspected(tokens[-1])["active"])
        self.assertTrue(vault.get("oauth-clients", client["id"])["refresh"]["rotates"])

    def test_the_same_account_again_is_not_asked_about_and_another_is(self):
        #
        scopes = ["openid", glewlwyd.about["scope"]]
        client = self.client_signed_in(by_issuer(), scopes)
        again = vault.authorize(client)
        signs_in(again, "ann", scopes)
        self.assertEqual(vault.authorization(again)["state"], "completed")
        other = vault.authorize(client)
        signs_in(other, "ben", scopes)
        self.assertEqual(vault.authorization(other)["confirmation_reason"], "other_account")

    def test_with_a_code_that_is_typed_in_at_its_page(self):
        #
        scopes = ["openid", glewlwyd.about["scope"]]
        system = make_system(by_issuer(), scopes, "device_code", ("device_authorization", "refresh_token"))
        client = vault.client(system)
        made = vault.authorize(client)
        code = made["device"]
        # It writes two slashes after the host, where its own address ends with one.
        enter = code["verification_uri"].replace("//api", "/api")
        self.assertEqual(enter, glewlwyd.about["issuer"] + "/device")
        person = browser()
        page = person.open(enter, stop=is_sign_in_page)
        origin = "https://" + urllib.parse.urlsplit(page.url).netloc
        session = ApiSession(glewlwyd.client, person.cookies.setdefault(origin, {}))
        session.call("POST", "auth/", {"username": "ann", "password": PASSWORD})
        session.call("PUT", "auth/grant/" + system["consumer_key"], {"scope": " ".join(scopes)})
        typed = urllib.parse.urlencode({"code": code["user_code"], "g_continue": ""})
        last = person.open(f"{enter}?{typed}", stop=is_sign_in_page)
        self.assertIn("prompt=deviceComplete", last.url)

        def over():
            now = vault.authorization(made)
            return now if now["state"] != "started" else None
        done = harness.wait_until(over, "the code to be traded in")
        self.assertEqual(done["state"], "completed", done)
        self.assertEqual(done["account"]["issuer"], glewlwyd.about["issuer"])
        self.assert_looks_up(client)


if __name__ == "__main__":
    unittest.main()
