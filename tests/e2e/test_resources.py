"""Tokens for single resources (RFC 8707), at a server that issues each for its audience."""
import base64
import json
import unittest

import command_line
import harness
from vault import API, Vault

QUICK = True

ORDERS = "https://api.example/orders"
BILLS = "urn:example:bills"


def setUpModule():
    global world, provider, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    provider = world.oidc_provider()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def system(**more):
    known = next(one for one in provider.about["clients"] if one["client_id"] == "basic")
    return vault.target_system(provider.about["token_endpoint"], "basic", known["client_secret"],
                               world=world, scopes=["api:read"],
                               **({"resources": [ORDERS, BILLS]} | more))


def audience(answer):
    assert answer.status == 200, answer.body
    payload = answer.json["access_token"].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["aud"]


class Resources(unittest.TestCase):
    def test_each_has_a_real_token_for_it_and_for_nothing_else(self):
        #
        client = vault.client(system())
        robot = vault.reader_of(client)
        for _ in range(2):
            for resource in (ORDERS, BILLS):
                answer = robot.look_up(client, resource=resource)
                self.assertEqual(audience(answer), resource)
                self.assertEqual(answer.json["resource"], resource)
        plain = robot.look_up(client)
        self.assertEqual(plain.status, 200)
        self.assertNotIn("resource", plain.json)
        self.assertNotIn(".", plain.json["access_token"])  # opaque: for no resource
        by_id = robot.http.get(f"{API}/lookup/oauth-clients/{client['id']}", query={"resource": BILLS})
        self.assertEqual(audience(by_id), BILLS)

    def test_they_outlive_a_restart(self):
        client = vault.client(system())
        robot = vault.reader_of(client)
        before = robot.look_up(client, resource=ORDERS).json["access_token"]
        server.stop()
        server.start()
        vault.reconnect()
        robot.http = server.client(robot.key)
        self.assertEqual(robot.look_up(client, resource=ORDERS).json["access_token"], before)

    def test_what_is_not_listed_is_refused_by_name(self):
        #
        client = vault.client(system())
        robot = vault.reader_of(client)
        for wrong in ("https://elsewhere.example", ORDERS + "/", "no uri"):
            answer = robot.look_up(client, resource=wrong)
            self.assertEqual((answer.status, answer.json["type"], answer.json["field"]),
                             (400, "/problems/unknown_resource", "resource"))
        self.assertEqual(robot.look_up(client, resource="").status, 400)

    def test_a_person_sees_each_and_may_have_one_retrieved(self):
        client = vault.client(system())
        answer = vault.http.request("POST", f"{API}/oauth-clients/{client['id']}/retrieve-tokens",
                                    query={"resource": ORDERS})
        self.assertEqual(answer.status, 200, answer.body)
        seen = answer.json["resource_tokens"]
        self.assertEqual([one["resource"] for one in seen], [ORDERS])
        self.assertIsNotNone(seen[0]["token"]["expires_at"])
        self.assertIsNone(seen[0]["failure"])
        self.assertEqual(answer.json["state"], "needs_retrieval")
        refused = vault.http.request("POST", f"{API}/oauth-clients/{client['id']}/retrieve-tokens",
                                     query={"resource": "urn:example:other"})
        self.assertEqual((refused.status, refused.json["type"]), (400, "/problems/unknown_resource"))
        unknown = vault.http.request("POST", f"{API}/oauth-clients/{client['id']}/retrieve-tokens",
                                     query={"resources": ORDERS})
        self.assertEqual((unknown.status, unknown.json["field"]), (400, "resources"))

    def test_the_trail_says_which_resource_a_token_was_for(self):
        client = vault.client(system())
        robot = vault.reader_of(client)
        self.assertEqual(robot.look_up(client, resource=BILLS).status, 200)
        for action in ("token.handed_out", "tokens.retrieved"):
            page = vault.audit_events(action=action, subject_id=client["id"])
            self.assertEqual([one["event"]["resource"] for one in page["items"]], [BILLS])


class ByHand(command_line.CommandLine):
    @classmethod
    def setUpClass(cls):
        cls.use(world, server)

    def test_resources_are_listed_and_asked_for(self):
        known = next(one for one in provider.about["clients"] if one["client_id"] == "basic")
        robot = self.set_up("By hand", provider.about["token_endpoint"], known["client_secret"])
        changed = self.made("target-system", "update", "System", "--project", "By hand",
                            "--resource", ORDERS, "--resource", BILLS)
        self.assertEqual(changed["resources"], [ORDERS, BILLS])
        self.made("oauth-client", "retrieve-tokens", "label", "--project", "By hand",
                  "--target-system", "System", "--resource", BILLS)
        looked_up = json.loads(self.run_as(robot, "lookup", *self.question("By hand"), "--resource",
                                           ORDERS, "--output", "json").stdout)
        self.assertEqual(looked_up["resource"], ORDERS)
        self.run_as(robot, "token", *self.question("By hand"), "--resource", "urn:example:other",
                    code=command_line.FAILED)


if __name__ == "__main__":
    unittest.main()
