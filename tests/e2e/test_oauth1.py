"""OAuth 1.0a (RFC 5849) with a provider on python3-oauthlib: people sign in, robots' requests are signed."""
import re
import secrets
import subprocess
import unittest
import urllib.parse

import oauthlib.oauth1

import harness
import plain_browser
from vault import API, LOOPBACK, Vault

QUERY = "?b5=%3D%253D&a3=a&c%40=&a2=r%20b"  # of RFC 5849 section 3.4.1.3.1


def setUpModule():
    global world, provider, server, vault, rsa_key
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    key_file, public_file = world.directory / "rsa.pem", world.directory / "rsa.pub"
    for command in (["genrsa", "-out", key_file, "2048"], ["rsa", "-in", key_file, "-pubout", "-out", public_file]):
        subprocess.run(["openssl", *command], check=True, capture_output=True)
    rsa_key = key_file.read_text()
    provider = world.oauth1_provider(public_file.read_text())
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def at(path):
    return provider.about["origin"] + path


def target_system(method="HMAC-SHA1", callback="own", **more):
    members = {"name": vault.name("target system"), "project": vault.project["id"],
               "service_provider": "generic-oauth1", "grant": "oauth1", "callback": callback,
               "signature_method": method, "consumer_key": provider.about["consumer_key"],
               "consumer_secrets": [{"value": provider.about["consumer_secret"]}],
               "endpoint_parameters": {"temporary_credentials_endpoint": at("/request"),
                                       "authorization_endpoint": at("/authorize"), "token_endpoint": at("/access")},
               "trusted_ca_pem": world.ca_pem, "allowed_addresses": [LOOPBACK]}
    if method == "RSA-SHA1":
        members |= {"consumer_key": provider.about["rsa_consumer_key"], "consumer_secrets": [],
                    "client_keys": [{"private_key": rsa_key}]}
    return vault.create("target-systems", members | more)


def browser():
    return plain_browser.Browser(server.ca_file, world.pki / "ca.pem")


def behave(**how):
    provider.client.post("/_test/behave", how)


def seen(path):
    return [one for one in provider.client.get("/_test/truth").json["requests"] if one["path"] == path]


def made_by_hand():
    """Token credentials that another program got, as administrators of NetSuite do: oauthlib's own client."""
    def signed(path, **more):
        client = oauthlib.oauth1.Client(provider.about["consumer_key"], provider.about["consumer_secret"], **more)
        _, headers, _ = client.sign(at(path), "POST")
        return dict(urllib.parse.parse_qsl(provider.client.post(path, headers=headers).body.decode()))
    temporary = signed("/request", callback_uri="oob")
    shown = provider.client.get("/authorize", query={"oauth_token": temporary["oauth_token"]})
    return signed("/access", resource_owner_key=temporary["oauth_token"],
                  resource_owner_secret=temporary["oauth_token_secret"],
                  verifier=urllib.parse.parse_qs(shown.body.decode())["oauth_verifier"][0])


def is_callback(url):
    return url.startswith(server.origin + "/OAuthCallback")


def nonce_of(entry):
    return re.search(r'oauth_nonce="([^"]+)"', entry["authorization"]).group(1)


class Case(unittest.TestCase):
    def setUp(self):
        behave()

    def signed_in(self, system):
        """A client for which somebody signed in, in a browser that is sent back."""
        client = vault.client(system)
        made = vault.authorize(client)
        person = browser()
        last = person.submit(person.open(made["url"]))  # to the provider, and back
        self.completed(made)
        self.assertIn("Your sign-in arrived", last.text)
        return client

    def completed(self, made):
        now = vault.authorization(made)
        if now["state"] == "confirmation_needed":
            vault.expect(200, vault.confirm(made))
            now = vault.authorization(made)
        self.assertEqual(now["state"], "completed", now)

    def failed(self, made, cause):
        now = vault.authorization(made)
        self.assertEqual((now["state"], now["failure"]["cause"]), ("failed", cause), now)

    def send(self, headers, method="GET", target="/api", form=None):
        more = {} if form is None else {"raw": urllib.parse.urlencode(form).encode()}
        if form is not None:
            headers = headers | {"Content-Type": "application/x-www-form-urlencoded"}
        return provider.client.request(method, target, headers=headers, **more)

    def assert_robots_are_let_in(self, client):
        robot = vault.reader_of(client)
        url = at("/api") + QUERY
        answer = vault.expect(200, robot.header_for(client, url))
        self.assertEqual((answer["headers"], answer["expires_at"]), ({"Authorization": answer["authorization"]}, None))
        called = self.send(answer["headers"], target="/api" + QUERY)
        self.assertEqual(called.status, 200, "the provider lets the signed request in")
        self.assertEqual(self.send(answer["headers"], target="/api" + QUERY).status, 401, "once")
        form = [("status", "Hello Ladies + Gentlemen, a signed OAuth request!"), ("a", ""), ("a", "2")]
        answer = vault.expect(200, robot.header_for(
            client, at("/api"), "POST",
            form_parameters=[{"name": name, "value": value} for name, value in form]))
        self.assertEqual(self.send(answer["headers"], "POST", form=form).status, 200)
        self.assertEqual(self.send(answer["headers"], "POST", form=form[1:]).status, 401, "another body")


class Callback(Case):
    def test_somebody_signs_in_and_robots_get_signed_headers(self):
        #
        for method in ("HMAC-SHA1", "HMAC-SHA256", "RSA-SHA1"):
            with self.subTest(method):
                system = target_system(method)
                self.assertEqual(system["callback_url"].rpartition("/")[2], system["id"])
                client = self.signed_in(system)
                self.assert_robots_are_let_in(client)
                shown = vault.get("oauth-clients", client["id"])
                self.assertEqual((shown["state"], shown["token"]["is_bound"], shown["token"]["token_type"]),
                                 ("active", True, "OAuth"))

    def test_plaintext_signs_in_and_shows_robots_no_secret(self):
        #
        client = self.signed_in(target_system("PLAINTEXT"))
        answer = vault.reader_of(client).header_for(client, at("/api"))
        self.assertEqual((answer.status, answer.json["type"]), (409, "/problems/token_is_bound"), answer)

    def test_nothing_secret_is_in_any_answer(self):
        #
        client = self.signed_in(target_system())
        robot = vault.reader_of(client)
        bare = robot.look_up(client)
        self.assertEqual((bare.status, bare.json["type"]), (409, "/problems/token_is_bound"), bare)
        self.assertIn("authorization header", bare.json["detail"])
        given = robot.header_for(client, at("/api")).body.decode()
        self.assertNotIn(provider.about["consumer_secret"], given)
        self.assertNotIn("oauth_token_secret", given)

    def test_the_answer_counts_in_the_browser_that_left_alone(self):
        #
        made = vault.authorize(vault.client(target_system()))
        victim, attacker = browser(), browser()
        back = attacker.submit(attacker.open(made["url"]), is_callback)
        before = len(seen("/access"))
        victim.open(back.url)
        self.failed(made, "wrong_browser")
        self.assertEqual(len(seen("/access")), before, "nothing was traded in")

    def test_a_swapped_token_belongs_to_no_flow(self):
        #
        made = vault.authorize(vault.client(target_system()))
        person = browser()
        back = person.submit(person.open(made["url"]), is_callback)
        swapped = re.sub(r"oauth_token=[^&]+", "oauth_token=another-token", back.url)
        self.assertEqual(person.open(swapped).status, 400)
        self.assertEqual(vault.authorization(made)["state"], "started")
        person.open(back.url)
        self.completed(made)
        self.assertEqual(person.open(back.url).status, 400, "the verifier works once")

    def test_who_says_no_has_said_no(self):
        #
        made = vault.authorize(vault.client(target_system()))
        person = browser()
        page = person.submit(person.open(made["url"]), lambda url: url.startswith(at("/authorize")))
        last = person.open(page.url + "&deny=1")
        self.failed(made, "consent_refused")
        self.assertIn("did not succeed", last.text)

    def test_a_provider_of_the_old_protocol_sends_nobody_anywhere(self):
        #
        made = vault.authorize(vault.client(target_system()))
        person = browser()
        behave(without_confirmation=True)
        page = person.submit(person.open(made["url"]))
        self.assertTrue(page.url.startswith(server.origin), page.url)
        self.assertGreaterEqual(page.status, 400)
        behave()
        self.assertEqual(vault.authorization(made)["state"], "waiting")
        person.submit(person.open(made["url"]))
        self.completed(made)

    def test_a_clock_that_is_off_is_put_right_once_with_another_nonce(self):
        #
        made = vault.authorize(vault.client(target_system()))
        person = browser()
        before = {path: len(seen(path)) for path in ("/request", "/access")}
        behave(clock_ahead_s=1000)
        person.submit(person.open(made["url"]))
        self.completed(made)
        for path, count in before.items():
            first, second = seen(path)[count:]
            self.assertEqual((first["answer"], second["answer"]), (401, 200), path)
            self.assertNotEqual(nonce_of(first), nonce_of(second))

    def test_signed_requests_follow_no_redirect(self):
        #
        made = vault.authorize(vault.client(target_system()))
        person = browser()
        behave(redirect=at("/elsewhere"))
        page = person.submit(person.open(made["url"]))
        self.assertGreaterEqual(page.status, 400)
        self.assertEqual(seen("/elsewhere"), [])

    def test_tokens_are_revoked_here_and_clients_deleted(self):
        client = self.signed_in(target_system())
        robot = vault.reader_of(client)
        vault.expect(200, vault.http.post(f"{API}/oauth-clients/{client['id']}/revoke-tokens", {}))
        answer = robot.header_for(client, at("/api"))
        self.assertEqual((answer.status, answer.json["type"]), (424, "/problems/needs_sign_in"), answer)
        self.assertEqual(vault.delete("oauth-clients", client["id"]).status, 200)
        self.assertEqual(robot.header_for(client, at("/api")).status, 404)


class OutOfBand(Case):
    def test_the_verifier_is_typed(self):
        #
        for method in ("HMAC-SHA1", "HMAC-SHA256", "RSA-SHA1", "PLAINTEXT"):
            with self.subTest(method):
                client = vault.client(target_system(method, callback="oob"))
                made = vault.authorize(client)
                self.assertTrue(made["out_of_band"])
                person = browser()
                link = person.open(made["url"])
                shown = urllib.parse.parse_qs(person.submit(link).body)
                code = shown["oauth_verifier"][0]
                wrong = vault.enter_verifier(made, "\u00e9")
                self.assertEqual((wrong.status, wrong.json["field"]), (400, "/verifier"), wrong)
                vault.expect(200, vault.enter_verifier(made, code))
                self.completed(made)
                if method != "PLAINTEXT":
                    self.assert_robots_are_let_in(client)


class Settings(Case):
    def test_what_cannot_be_signed_with_is_refused_where_it_is_entered(self):
        system = target_system()
        for changes, field in (({"signature_method": "HMAC-MD5"}, "/signature_method"),
                               ({"signature_method": 7}, "/signature_method")):
            answer = vault.update("target-systems", system["id"], changes)
            self.assertEqual((answer.status, answer.json["field"]), (400, field), answer)
        without = target_system("RSA-SHA1", client_keys=[])
        self.assertEqual(without["missing"], ["client_key"])

    def test_the_secret_that_is_newer_signs_at_once(self):
        client = self.signed_in(target_system())
        vault.expect(200, vault.update("target-systems", client["target_system"], {
            "consumer_secrets": [{"value": secrets.token_hex(16)}]}))
        robot = vault.reader_of(client)
        answer = vault.expect(200, robot.header_for(client, at("/api")))
        self.assertEqual(self.send(answer["headers"]).status, 401, "the provider does not know that one")
        vault.expect(200, vault.update("target-systems", client["target_system"], {
            "consumer_secrets": [{"value": provider.about["consumer_secret"]}]}))
        answer = vault.expect(200, robot.header_for(client, at("/api")))
        self.assertEqual(self.send(answer["headers"]).status, 200)

    def test_tokens_that_were_made_by_hand_are_imported(self):
        #
        made = made_by_hand()
        client = vault.client(target_system())
        path = f"{API}/oauth-clients/{client['id']}/import-tokens"
        for tokens, field in (({"access_token": made["oauth_token"]}, "/token_secret"),
                              ({"access_token": "a b\u00e9", "token_secret": "s"}, "/access_token"),
                              ({"refresh_token": "r", "token_secret": "s"}, "/refresh_token")):
            answer = vault.http.post(path, tokens)
            self.assertEqual((answer.status, answer.json["field"]), (400, field), answer)
        vault.expect(200, vault.http.post(path, {"access_token": made["oauth_token"], "token_secret": made["oauth_token_secret"]}))
        self.assert_robots_are_let_in(client)
        other = vault.client_at(at("/access"), world=world, grant="authorization_code",
                                endpoint_parameters={"token_endpoint": at("/access"),
                                                     "authorization_endpoint": at("/authorize")})
        answer = vault.http.post(f"{API}/oauth-clients/{other['id']}/import-tokens",
                                 {"access_token": "a", "token_secret": "s"})
        self.assertEqual((answer.status, answer.json["field"]), (400, "/token_secret"), answer)

    def test_what_cannot_be_signed_is_refused_before_anything_is_handed_out(self):
        #
        client = self.signed_in(target_system())
        robot = vault.reader_of(client)
        api = at("/api")
        for question, field in (((api, "get"), "/method"), ((api + "?oauth_token=a", "GET"), "/url")):
            answer = robot.header_for(client, *question)
            self.assertEqual((answer.status, answer.json["field"]), (400, field), answer)
        answer = robot.header_for(client, api, "POST", form_parameters=[{"name": "oauth_nonce", "value": "1"}])
        self.assertEqual((answer.status, answer.json["field"]), (400, "/form_parameters"), answer)
        self.assertEqual(vault.audit_events(action="token.handed_out", actor_id=robot.id)["items"], [])


if __name__ == "__main__":
    unittest.main()
