"""Tokens that are revoked here are revoked at the provider, however long that takes."""
import base64
import concurrent.futures
import hashlib
import json
import signal
import unittest
import urllib.parse

import harness
import plain_browser
import vendor as vendors
from vault import API, Vault

# What an entry says, and the request that a vendor gets by it.
WAYS = {
    "json": ("/revoke/json/{client_id}", {
        "client_authentication": "client_secret_basic", "tokens": "access_token",
        "request": {"method": "DELETE", "token_in": "json", "token_parameter": "access_token", "without_hint": True,
                    "success_statuses": [204]}}),
    "query": ("/revoke/query", {
        "client_authentication": "none",
        "request": {"method": "DELETE", "token_in": "query", "token_parameter": "access_token",
                    "success_statuses": [204]}}),
    "path": ("/revoke/path/{token}", {
        "client_authentication": "none",
        "request": {"method": "DELETE", "token_in": "path", "success_statuses": [204]}}),
    "bearer": ("/revoke/bearer", {
        "client_authentication": "none",
        "request": {"token_in": "bearer", "success": [{"member": "ok", "equals": True}]}}),
    "form": ("/revoke/form", {
        "client_authentication": "none",
        "request": {"token_parameter": "access_token", "without_hint": True, "success_statuses": [204, 404]}}),
    "refresh": ("/revoke/form", {"tokens": "refresh_token"}),
}


def setUpModule():
    global world, provider, hostile, vendor, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    provider = world.sign_in_provider()
    hostile = world.hostile()
    vendor = vendors.Vendor(world)
    unittest.addModuleCleanup(vendor.close)
    entries = world.directory / "catalogue"
    entries.mkdir()
    for name, (endpoint, rules) in WAYS.items():
        (entries / f"{name}.json").write_text(json.dumps(vendor.entry(name, rules, endpoint)))
    server = harness.Strongroom(world, env={"STRONGROOM_CATALOGUE__DIRECTORY": str(entries)}).start()
    vault = Vault(server)


def challenge(verifier):
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def revoke(client):
    return vault.http.post(f"{API}/oauth-clients/{client['id']}/revoke-tokens")


def client_now(client):
    return vault.get("oauth-clients", client["id"])


def state_of(client):
    return client_now(client)["revocation"]["state"]


def actions_on(client):
    events = [one["event"] for one in vault.audit_events(subject_id=client["id"])["items"]]
    return [event["action"] for event in events if "revo" in event["action"]]


class AtARealProvider(unittest.TestCase):
    def setUp(self):
        self.system = vault.sign_in_system(provider, world=world)
        self.client = vault.client(self.system)
        self.robot = vault.reader_of(self.client)

    def sign_in(self):
        made = vault.authorize(self.client)
        plain_browser.Browser(server.ca_file, world.pki / "ca.pem").sign_in(made["url"], "ann")
        if vault.authorization(made)["state"] == "confirmation_needed":
            vault.expect(200, vault.confirm(made))
        self.assertEqual(client_now(self.client)["state"], "active")

    @staticmethod
    def accepted(token):
        return provider.client.get("/api", headers={"Authorization": "Bearer " + token}).status

    def test_the_provider_takes_none_of_the_tokens_any_more(self):
        #
        self.sign_in()
        token = self.robot.look_up(self.client).json["access_token"]
        self.assertEqual(self.accepted(token), 200)
        revoked = vault.expect(200, revoke(self.client))
        self.assertEqual(revoked["revocation"]["state"], "confirmed")
        self.assertEqual((revoked["state"], revoked["token"]), ("needs_sign_in", None))
        self.assertFalse(revoked["refresh"]["has_refresh_token"])
        self.assertEqual(self.accepted(token), 401)
        refused = self.robot.look_up(self.client)
        self.assertEqual((refused.status, refused.json["type"]), (424, "/problems/needs_sign_in"))
        self.assertEqual(sorted(actions_on(self.client)),
                         ["oauth_client.tokens_revoked", "revocation.confirmed", "revocation.confirmed"])
        self.assertEqual(vault.expect(200, revoke(self.client))["revocation"]["state"], "confirmed")
        self.sign_in()
        self.assertEqual(self.robot.look_up(self.client).status, 200)

    def test_the_old_refresh_token_is_refused_as_well(self):
        #
        keys = {"redirect_uris": ["https://127.0.0.1/nowhere"], "response_types": ["code"],
                "grant_types": ["authorization_code", "refresh_token"], "scope": "openid offline_access",
                "token_endpoint_auth_method": "client_secret_basic"}
        registered = vault.expect(201, provider.client.post("/reg", keys))
        token = self.refresh_token_by_hand(registered)
        system = vault.create("target-systems", {
            "name": vault.name("target system"), "project": vault.project["id"],
            "service_provider": "issuer", "grant": "authorization_code",
            "issuer": provider.about["issuer"], "consumer_key": registered["client_id"],
            "consumer_secret": registered["client_secret"], "scopes": ["openid", "offline_access"],
            "trusted_ca_pem": world.ca_pem, "allowed_addresses": ["127.0.0.0/8"]})
        client = vault.client(system)
        path = f"{API}/oauth-clients/{client['id']}/import-tokens"
        vault.expect(200, vault.http.post(path, {"refresh_token": token}))
        self.assertEqual(vault.expect(200, revoke(client))["revocation"]["state"], "confirmed")
        def refresh(with_token):
            return self.token_request(registered, {"grant_type": "refresh_token",
                                                   "refresh_token": with_token})
        self.assertEqual(refresh(self.refresh_token_by_hand(registered)).status, 200)
        answer = refresh(token)
        self.assertEqual((answer.status, answer.json["error"]), (400, "invalid_grant"))

    @staticmethod
    def token_request(registered, form):
        basic = base64.b64encode(
            f"{registered['client_id']}:{registered['client_secret']}".encode()).decode()
        return provider.client.request(
            "POST", "/token", raw=urllib.parse.urlencode(form).encode(),
            headers={"Authorization": "Basic " + basic,
                     "Content-Type": "application/x-www-form-urlencoded"})

    def refresh_token_by_hand(self, registered):
        """Signs in at the provider without Strongroom, as whoever moves here did elsewhere."""
        verifier = "v" * 43
        asked = urllib.parse.urlencode({
            "client_id": registered["client_id"], "response_type": "code", "prompt": "consent",
            "redirect_uri": "https://127.0.0.1/nowhere", "scope": "openid offline_access",
            "code_challenge": challenge(verifier), "code_challenge_method": "S256"})

        def back(url):
            return url.startswith("https://127.0.0.1/nowhere")
        browser = plain_browser.Browser(world.pki / "ca.pem")
        page = browser.open(f"{provider.about['authorization_endpoint']}?{asked}", stop=back)
        page = browser.go_on(page, "bob", stop=back)
        code = urllib.parse.parse_qs(urllib.parse.urlsplit(page.url).query)["code"][0]
        return self.token_request(registered, {
            "grant_type": "authorization_code", "code": code, "code_verifier": verifier,
            "redirect_uri": "https://127.0.0.1/nowhere"}).json["refresh_token"]


class AtAProviderThatIsNotThere(unittest.TestCase):
    def setUp(self):
        self.lane = vault.name("revoke").replace(" ", "-")
        self.endpoint = hostile.script(self.lane, "error-503?Retry_After=1")

    def client_with_token(self):
        client = vault.client_at(hostile.about["token"] + "good", world=world, endpoint_parameters={
            "token_endpoint": hostile.about["token"] + "good", "revocation_endpoint": self.endpoint})
        robot = vault.reader_of(client)
        return client, robot, robot.look_up(client).json["access_token"]

    def asked(self):
        return hostile.requests(urllib.parse.urlsplit(self.endpoint).path)

    def test_it_is_asked_again_until_it_says_yes_also_by_another_process(self):
        #
        client, robot, token = self.client_with_token()
        answer = vault.expect(200, revoke(client))
        self.assertEqual(answer["revocation"]["state"], "pending")
        self.assertEqual(answer["revocation"]["failure"]["cause"], "provider_unavailable")
        self.assertEqual((answer["state"], answer["token"]), ("needs_retrieval", None))
        self.assertIn(f"token={token}&token_type_hint=access_token", self.asked()[0]["body"])
        harness.wait_until(lambda: len(self.asked()) >= 2, "another try")
        server.restart(signal.SIGKILL)
        vault.reconnect()
        self.assertEqual(state_of(client), "pending")
        hostile.script(self.lane, "revoked")
        harness.wait_until(lambda: state_of(client) == "confirmed", "the confirmation")
        self.assertIn(f"token={token}&", self.asked()[-1]["body"])
        self.assertEqual(sorted(actions_on(client)),
                         ["oauth_client.tokens_revoked", "revocation.confirmed"])
        robot.http = server.client(robot.key)
        self.assertNotEqual(robot.look_up(client).json["access_token"], token)
        self.assertNotIn(token, server.log)

    def test_a_server_that_is_killed_while_it_asks_asks_again(self):
        #
        hostile.script(self.lane, "hold")
        client, _robot, token = self.client_with_token()
        already = hostile.waiting()
        with self.assertRaises(Exception):
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                asking = pool.submit(server.client(vault.key).post,
                                     f"{API}/oauth-clients/{client['id']}/revoke-tokens")
                harness.wait_until(lambda: hostile.waiting() > already, "the request")
                server.stop(signal.SIGKILL)
                asking.result()
        hostile.script(self.lane, "revoked")
        hostile.release()
        server.start()
        vault.reconnect()
        self.assertIsNone(client_now(client)["token"])
        harness.wait_until(lambda: state_of(client) == "confirmed", "the confirmation")
        self.assertEqual([token in one["body"] for one in self.asked()], [True, True])

    def test_where_nobody_can_be_asked_the_answer_says_so(self):
        #
        client = vault.client_at(hostile.about["token"] + "good", world=world)
        robot = vault.reader_of(client)
        token = robot.look_up(client).json["access_token"]
        answer = vault.expect(200, revoke(client))
        self.assertEqual(answer["revocation"]["state"], "not_supported")
        self.assertEqual(vault.expect(409, vault.http.post(
            f"{API}/oauth-clients/{vault.client(self.system())['id']}/revoke-tokens"))["type"],
            "/problems/no_tokens")
        self.assertNotEqual(robot.look_up(client).json["access_token"], token)
        microsoft = vault.get("service-providers", "microsoft")
        self.assertEqual(microsoft["revocation"]["endpoint"], "")
        self.assertIn("Enterprise applications", microsoft["revocation"]["by_hand"])

    def test_a_deletion_says_that_it_revokes_nothing_as_long_as_it_can_be_undone(self):
        client, _robot, _token = self.client_with_token()
        path = f"{API}/oauth-clients/{client['id']}"
        told = vault.http.request("DELETE", path, query={"dry_run": "true"})
        self.assertIn("/revoke-tokens", json.dumps(told.json))
        vault.expect(200, vault.http.request("DELETE", path))
        self.assertEqual(revoke(client).status, 404)
        vault.expect(200, vault.http.post(f"{path}/restore"))
        self.assertEqual(self.asked(), [])
        self.assertEqual(vault.expect(200, revoke(client))["revocation"]["state"], "pending")

    @staticmethod
    def system():
        return vault.target_system(hostile.about["token"] + "good", "id", "secret", world=world)

    def test_the_command_line_revokes_and_shows_what_came_of_it(self):
        #
        hostile.script(self.lane, "revoked")
        client, _robot, _token = self.client_with_token()
        key = world.directory / "admin.key"
        key.write_text(vault.key)
        said = world.run("oauth-client", "revoke", client["id"], "--url", server.origin, "--ca-file",
                         server.ca_file, "--key-file", key, "--output", "json")
        self.assertEqual(said.returncode, 0, said.stderr)
        self.assertEqual(json.loads(said.stdout)["revocation"]["state"], "confirmed")
        self.assertEqual(len(self.asked()), 1)


class AsVendorsWantIt(unittest.TestCase):
    def client_at(self, way):
        client = vault.client(vendor.system(vault, way))
        token = vault.reader_of(client).look_up(client).json["access_token"]
        self.assertIn(token, vendor.living)
        return client, token

    def revoked(self, way):
        """Method, path, authorization and body of the request, and the token that is gone."""
        client, token = self.client_at(way)
        before = len(vendor.requests)
        self.assertEqual(vault.expect(200, revoke(client))["revocation"]["state"], "confirmed")
        self.assertNotIn(token, vendor.living)
        self.assertEqual(len(vendor.requests), before + 1)
        exchanges = vault.http.get(f"{API}/oauth-clients/{client['id']}/exchanges")
        self.assertNotIn(token, server.log + exchanges.body.decode())
        return vendor.requests[-1], token

    def test_the_token_is_taken_back_wherever_it_has_to_stand(self):
        #
        (method, path, authorization, body), token = self.revoked("json")
        self.assertEqual((method, path), ("DELETE", f"/revoke/json/{vendors.CLIENT}"))
        self.assertTrue(authorization.startswith("Basic "))
        self.assertEqual(json.loads(body), {"access_token": token})
        (method, path, authorization, body), token = self.revoked("query")
        self.assertEqual((method, path, authorization, body),
                         ("DELETE", f"/revoke/query?access_token={token}", "", ""))
        (method, path, authorization, body), token = self.revoked("path")
        self.assertEqual((method, path, authorization, body), ("DELETE", f"/revoke/path/{token}", "", ""))
        (method, path, authorization, body), token = self.revoked("bearer")
        self.assertEqual((method, path, authorization, body), ("POST", "/revoke/bearer", f"Bearer {token}", ""))
        (method, path, authorization, body), token = self.revoked("form")
        self.assertEqual((method, path, authorization, body), ("POST", "/revoke/form", "", f"access_token={token}"))

    def test_a_token_that_is_gone_already_is_confirmed_where_the_vendor_says_so(self):
        #
        for way, state in (("form", "confirmed"), ("bearer", "confirmed"), ("path", "pending")):
            with self.subTest(way):
                client, token = self.client_at(way)
                vendor.living.pop(token)
                self.assertEqual(vault.expect(200, revoke(client))["revocation"]["state"], state)

    def test_where_only_the_other_token_can_be_named_nothing_is_sent_and_the_answer_says_so(self):
        #
        client, _token = self.client_at("refresh")
        before = len(vendor.requests)
        self.assertEqual(vault.expect(200, revoke(client))["revocation"]["state"], "not_supported")
        self.assertEqual(len(vendor.requests), before)


if __name__ == "__main__":
    unittest.main()
