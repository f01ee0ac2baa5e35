"""Whether a token really works: introspection where there is one, a call of the vendor's otherwise."""
import base64
import contextlib
import json
import sqlite3
import unittest
import urllib.parse
import uuid

import harness
import plain_browser
import vendor as vendors
from vault import API, Vault


def setUpModule():
    global world, provider, people, vendor, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    provider = world.oidc_provider()
    people = world.sign_in_provider()
    vendor = vendors.Vendor(world)
    unittest.addModuleCleanup(vendor.close)
    entries = world.directory / "catalogue"
    entries.mkdir()
    for entry in (vendor.entry("calls"), vendor.entry("introspects", introspects=True)):
        (entries / f"{entry['id']}.json").write_text(json.dumps(entry))
    server = harness.Strongroom(world, env={"STRONGROOM_CATALOGUE__DIRECTORY": str(entries)}).start()
    vault = Vault(server)


def verify(client):
    return vault.expect(200, vault.http.post(f"{API}/oauth-clients/{client['id']}/verify"))


def last(client):
    return vault.expect(200, vault.http.get(f"{API}/oauth-clients/{client['id']}/verification"))["verification"]


def refused(client):
    return vault.http.post(f"{API}/oauth-clients/{client['id']}/verify").json["type"].removeprefix("/problems/")


def revoke_there(target, path, client_id, secret, token):
    """As somebody at the provider would, without Strongroom."""
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    answer = target.client.request("POST", path, raw=urllib.parse.urlencode({"token": token}).encode(),
                                   headers={"Authorization": "Basic " + basic,
                                            "Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == 200, answer


def client_at_the_provider(vault, **more):
    """A client that gets its tokens itself, and what it is registered as."""
    registered = vault.expect(201, provider.client.post("/reg", {
        "grant_types": ["client_credentials"], "response_types": [], "redirect_uris": [],
        "token_endpoint_auth_method": "client_secret_basic", "scope": "api:read"}))
    system = vault.create("target-systems", vault.issuer_system(
        provider.about["issuer"], world=world, grant="client_credentials", scopes=["api:read"],
        consumer_key=registered["client_id"], consumer_secret=registered["client_secret"], **more))
    return vault.client(system), registered


class ByTheClock(unittest.TestCase):
    def test_a_token_that_died_at_the_provider_is_replaced_before_anybody_asks(self):
        #
        here = harness.Strongroom(world, name="by-the-clock").start()
        self.addCleanup(here.stop)
        there = Vault(here)
        client, registered = client_at_the_provider(there, verify_every_hours=1)
        robot = there.reader_of(client)
        token = robot.look_up(client).json["access_token"]
        revoke_there(provider, "/token/revocation", registered["client_id"], registered["client_secret"], token)

        def planned():
            with contextlib.closing(sqlite3.connect(here.data / "state.db")) as database:
                return database.execute("SELECT due_at FROM token_verifications WHERE due_at IS NOT NULL").fetchall()
        harness.wait_until(planned, "a time at which it is due")
        here.stop()
        # Hours in which the server did not run.
        with contextlib.closing(sqlite3.connect(here.data / "state.db")) as database:
            database.execute("UPDATE token_verifications SET due_at = 1")
            database.commit()
        here.start()
        there.reconnect()
        path = f"{API}/oauth-clients/{client['id']}/verification"

        def tried():
            return there.expect(200, there.http.get(path))["verification"]
        found = harness.wait_until(tried, "the schedule to try the token")
        self.assertEqual((found["outcome"], found["way"], found["renewal"]), ("refused", "introspection", "renewed"))
        self.assertGreater(found["next_at"], found["at"])
        robot.http = here.client(robot.key)
        self.assertNotEqual(robot.look_up(client).json["access_token"], token)
        happened = [one["event"] for one in there.audit_events(action="oauth_client.updated")["items"]
                    if one["event"].get("fields") == ["verification"]]
        self.assertEqual([(one["reason"], one["actor_kind"]) for one in happened], [("refused", "server")])
        self.assertIn('strongroom_scheduled_verifications_total{result="refused"} 1', here.metrics())

    def test_is_for_providers_that_can_be_asked(self):
        #
        system = vault.plain_system()
        refused = vault.update("target-systems", system["id"], {"verify_every_hours": 24})
        self.assertEqual((refused.status, refused.json["field"]), (400, "/verify_every_hours"), refused)


class ByIntrospection(unittest.TestCase):
    def test_an_inactive_token_is_used_no_more_and_another_one_comes(self):
        #
        client, registered = client_at_the_provider(vault)
        robot = vault.reader_of(client)
        token = robot.look_up(client).json["access_token"]
        found = verify(client)
        self.assertEqual((found["outcome"], found["way"], found["renewal"]), ("works", "introspection", "not_tried"))
        self.assertIsNotNone(found["expires_at"])
        self.assertEqual(robot.look_up(client).json["access_token"], token)
        revoke_there(provider, "/token/revocation", registered["client_id"], registered["client_secret"], token)
        found = verify(client)
        self.assertEqual((found["outcome"], found["renewal"]), ("refused", "renewed"))
        self.assertEqual(last(client), found)
        another = robot.look_up(client).json["access_token"]
        self.assertNotEqual(another, token)
        self.assertEqual(provider.client.get("/api", headers={"Authorization": "Bearer " + another}).status, 200)
        self.assertNotIn(token, server.log)

    def test_a_grant_that_ended_at_the_provider_needs_a_sign_in(self):
        #
        client = vault.client(vault.sign_in_system(people, world=world))
        robot = vault.reader_of(client)
        made = vault.authorize(client)
        plain_browser.Browser(server.ca_file, world.pki / "ca.pem").sign_in(made["url"], "ann")
        if vault.authorization(made)["state"] == "confirmation_needed":
            vault.expect(200, vault.confirm(made))
        self.assertEqual(verify(client)["outcome"], "works")
        self.assertEqual(people.client.post("/_test/revoke", {"login": "ann"}).status, 200)
        found = verify(client)
        self.assertEqual((found["outcome"], found["renewal"]), ("refused", "failed"))
        now = vault.get("oauth-clients", client["id"])
        self.assertEqual((now["state"], now["failure"]["cause"], now["token"]),
                         ("needs_sign_in", "sign_in_ended", None))
        self.assertEqual(robot.look_up(client).status, 424)

    def test_glewlwyd_says_that_a_token_is_active(self):
        #
        target = world.glewlwyd()
        signed_in = target.client.post("/api/auth/", target.about["administrator"])
        client_id = f"robot-{uuid.uuid4()}"
        vault.expect(200, target.client.post("/api/client/", {
            "client_id": client_id, "name": client_id, "confidential": True, "enabled": True,
            "scope": [target.about["scope"]], "redirect_uri": ["https://127.0.0.1/unused"],
            "authorization_type": ["client_credentials"], "token_endpoint_auth_method": ["client_secret_basic"],
            "client_secret": "a-secret-of-glewlwyd"}, headers={"Cookie": signed_in.headers["Set-Cookie"].split(";")[0]}))
        client = vault.client(vault.create("target-systems", vault.issuer_system(
            target.about["issuer"], world=world, grant="client_credentials", scopes=[target.about["scope"]],
            client_authentication="client_secret_basic", consumer_key=client_id,
            consumer_secret="a-secret-of-glewlwyd")))
        vault.expect(200, vault.retrieve(client))
        found = verify(client)
        self.assertEqual((found["outcome"], found["way"]), ("works", "introspection"))


class AtAVendor(unittest.TestCase):
    def setUp(self):
        vendor.fails_with, vendor.redirects_to, vendor.says_lifetime = None, None, True
        vendor.client_id = vendors.CLIENT

    def client_of(self, entry):
        client = vault.client(vendor.system(vault, entry))
        robot = vault.reader_of(client)
        return client, robot, robot.look_up(client).json["access_token"]

    def hand_outs(self, client):
        events = [one["event"] for one in vault.audit_events(subject_id=client["id"])["items"]]
        return [event["action"] for event in events].count("token.handed_out")

    def test_a_call_says_that_it_works_and_whose_it_is_and_is_no_hand_out(self):
        #
        client, _robot, token = self.client_of("calls")
        before = self.hand_outs(client)
        self.assertIsNone(last(client))
        found = verify(client)
        self.assertEqual((found["outcome"], found["way"], found["account"]), ("works", "call", "ann@vendor.example"))
        method, path, authorization, _body = vendor.asked("/me")[-1]
        self.assertEqual((method, path, authorization), ("GET", "/me", "Bearer " + token))
        self.assertEqual(self.hand_outs(client), before)
        events = [one["event"] for one in vault.audit_events(subject_id=client["id"])["items"]]
        self.assertIn(("oauth_client.updated", "works"), [(one["action"], one.get("reason")) for one in events])
        self.assertEqual(last(client)["account"], "ann@vendor.example")
        self.assertNotIn("said by the provider", json.dumps(found) + server.log)
        self.assertNotIn(token, server.log)

    def test_a_token_that_the_vendor_took_back_is_replaced_once(self):
        client, robot, token = self.client_of("calls")
        vendor.living.pop(token)
        found = verify(client)
        self.assertEqual((found["outcome"], found["renewal"]), ("refused", "renewed"))
        self.assertIn(robot.look_up(client).json["access_token"], vendor.living)

    def test_where_it_cannot_be_said_the_answer_says_why_and_nothing_changes(self):
        #
        client, robot, token = self.client_of("calls")
        for status, cause, who in ((503, "provider_unavailable", "nobody"), (404, "endpoint_not_found", None),
                                   (429, "rate_limited", "nobody")):
            with self.subTest(status):
                vendor.fails_with = status
                found = verify(client)
                self.assertEqual((found["outcome"], found["failure"]["cause"]), ("unknown", cause))
                self.assertNotEqual(found["failure"]["who_must_act"], "")
                if who:
                    self.assertEqual(found["failure"]["who_must_act"], who)
        vendor.fails_with, vendor.redirects_to = None, f"{vendor.named}/stolen"
        self.assertEqual(verify(client)["failure"]["cause"], "redirected")
        self.assertEqual(vendor.asked("/stolen"), [])
        self.assertEqual(robot.look_up(client).json["access_token"], token)

    def test_when_a_token_ends_is_learned_where_nobody_said_it(self):
        #
        vendor.says_lifetime = False
        client, robot, token = self.client_of("introspects")
        self.assertIsNone(vault.get("oauth-clients", client["id"])["token"]["expires_at"])
        self.assertEqual(verify(client)["outcome"], "works")
        ends = vault.get("oauth-clients", client["id"])["token"]["expires_at"]
        self.assertIsNotNone(ends)
        looked_up = robot.look_up(client).json
        self.assertEqual((looked_up["access_token"], looked_up["expires_at"]), (token, ends))

    def test_an_answer_about_another_client_is_none(self):
        #
        client, robot, token = self.client_of("introspects")
        vendor.client_id = "somebody-else"
        found = verify(client)
        self.assertEqual((found["outcome"], found["failure"]["cause"]), ("unknown", "malformed_answer"))
        self.assertEqual(robot.look_up(client).json["access_token"], token)

    def test_without_a_way_or_a_token_nothing_is_asked(self):
        client = vault.client(vendor.system(vault, "calls"))
        before = len(vendor.requests)
        self.assertEqual(refused(client), "no_living_token")
        generic = vault.client_at(provider.about["token_endpoint"], "basic-1", "secret", world=world)
        self.assertIn(refused(generic), ("no_verification", "no_living_token"))
        self.assertEqual(len(vendor.requests), before)


if __name__ == "__main__":
    unittest.main()
