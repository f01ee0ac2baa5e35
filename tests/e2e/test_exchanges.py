"""The flight recorder: what the provider was asked for a client, and said, and what it would be
asked: enough to help, and nothing secret."""
import json
import unittest

import harness
from command_line import CommandLine
from vault import API, Vault

QUICK = True
SECRET = "canary-consumer-secret"


def setUpModule():
    global world, hostile, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    vault = Vault(server)
    CommandLine.use(world, server)


def last(client, status=200):
    return vault.expect(status, vault.http.get(f"{API}/oauth-clients/{client['id']}/last-exchange"))


def kept(client):
    return vault.expect(200, vault.http.get(f"{API}/oauth-clients/{client['id']}/exchanges"))["items"]


def dry_run(client, status=200, **query):
    return vault.expect(status, vault.http.post(f"{API}/oauth-clients/{client['id']}/dry-run", query=query))


class Exchanges(CommandLine):
    def client(self, *behaviours, **more):
        more = {"scopes": ["read", "write"]} | more
        endpoint = hostile.script(self.id(), *behaviours) + "?tracking=canary-query"
        return vault.client_at(endpoint, "key", SECRET, world=world, **more)

    def test_there_is_none_before_the_first_and_each_replaces_the_one_before(self):
        client = self.client("error-401-client", "good?access_token=canary-token")
        last(client, 404)
        self.assertEqual(vault.retrieve(client).status, 424)
        refused = last(client)
        self.assertEqual((refused["cause"], refused["failed_hop"], refused["who_must_act"]),
                         ("invalid_client", "oauth", "target_system_owner"))
        self.assertEqual(refused["answer"]["status"], 401)
        self.assertEqual(refused["answer"]["oauth_error"], "invalid_client")
        self.assertEqual(refused["answer"]["content_type"], "application/json")
        self.assertTrue(refused["message"] and refused["where"])
        self.assertEqual(vault.retrieve(client).status, 200)
        granted = last(client)
        self.assertEqual((granted["cause"], granted["message"], granted["failed_hop"]), ("", "", ""))
        self.assertEqual(granted["answer"]["status"], 200)
        self.assertGreater(granted["answer"]["body_bytes"], 20)
        self.assertEqual(granted["answer"]["clock_skew_s"], 0)
        self.assertGreaterEqual(granted["at"], refused["at"])

    def test_it_shows_how_it_was_asked_and_nothing_secret(self):
        #
        client = self.client("good?access_token=canary-token",
                             client_authentication="client_secret_post")
        self.assertEqual(vault.retrieve(client).status, 200)
        seen = last(client)
        request = seen["request"]
        system = vault.get("target-systems", client["target_system"])
        self.assertEqual(request["credential"],
                         {"id": system["consumer_secrets"][0]["id"], "kind": "secret"})
        self.assertEqual(request["client_authentication"], "client_secret_post")
        self.assertEqual(request["method"], "POST")
        self.assertEqual({one["name"]: one["value"] for one in request["parameters"]},
                         {"grant_type": "client_credentials", "scope": "read write",
                          "client_id": None, "client_secret": None})
        self.assertTrue(request["url"].endswith(self.id()), request)
        self.assertNotIn("canary", json.dumps(seen))
        for database in server.data.glob("state.db*"):
            self.assertNotIn(b"canary-token", database.read_bytes())

    def test_it_shows_the_connection(self):
        client = self.client("good")
        self.assertEqual(vault.retrieve(client).status, 200)
        connection = last(client)["connection"]
        self.assertRegex(connection["tls_protocol"], r"^TLSv1\.[23]$")
        self.assertEqual(connection["http_version"], "1.1")
        nowhere = vault.client_at("https://127.0.0.1:1/token", world=world)
        self.assertEqual(vault.retrieve(nowhere).status, 503)
        seen = last(nowhere)
        self.assertEqual((seen["answer"], seen["cause"], seen["failed_hop"]),
                         (None, "unreachable", "tcp"))
        self.assertEqual(seen["connection"]["certificate_subject"], "")

    def test_look_ups_leave_one_too(self):
        client = self.client("good")
        self.assertEqual(vault.reader_of(client).look_up(client).status, 200)
        self.assertEqual(last(client)["cause"], "")

    def test_it_goes_with_its_client(self):
        client = self.client("good")
        self.assertEqual(vault.retrieve(client).status, 200)
        vault.delete("oauth-clients", client["id"])
        last(client, 404)
        vault.http.post(f"{API}/oauth-clients/{client['id']}/restore")
        last(client, 404)

    def test_the_recorder_keeps_the_last_twenty(self):
        client = self.client(*["error-401-client", "good"] * 12)
        self.assertEqual(kept(client), [])
        sent = 0
        while sent < 24:
            vault.retrieve(client)
            sent += 1
        seen = kept(client)
        self.assertEqual(len(seen), 20)
        self.assertEqual(seen[0], last(client))
        self.assertEqual([one["cause"] for one in seen], ["", "invalid_client"] * 10)
        self.assertEqual(sorted((one["at"] for one in seen), reverse=True), [one["at"] for one in seen])
        self.assertTrue(all(one["duration_ms"] >= 0 for one in seen))
        self.assertNotIn("canary", json.dumps(seen))

    def test_a_dry_run_says_what_is_sent_next(self):
        #
        client = self.client("good")
        planned = dry_run(client)["requests"]
        self.assertEqual(kept(client), [])
        self.assertEqual([one for one in hostile.requests() if self.id() in one["path"]], [])
        self.assertNotIn("canary", json.dumps(planned))
        self.assertEqual(vault.retrieve(client).status, 200)
        sent = last(client)["request"]
        self.assertEqual({name: planned[0][name] for name in sent}, sent)
        self.assertEqual(planned[0]["headers"][-1], {"name": "Authorization", "value": None})
        self.assertEqual(planned[0]["policy"]["allowed_addresses"], ["127.0.0.1"])
        self.assertTrue(planned[0]["policy"]["own_ca"])

    def test_a_dry_run_of_what_cannot_be_sent_says_why(self):
        client = self.client("good")
        self.assertEqual(dry_run(client, 400, resource="https://files.example")["type"].rpartition("/")[2],
                         "unknown_resource")
        self.assertEqual(vault.update("oauth-clients", client["id"], {"disabled": True}).status, 200)
        dry_run(client, 409)

    def test_the_command_line_shows_the_recorder_and_a_dry_run(self):
        client = self.client("error-503")
        self.assertEqual(vault.retrieve(client).status, 503)
        exchanges = ("oauth-client", "exchanges", client["id"])
        self.assertEqual(self.listed(*exchanges), kept(client))
        shown = self.done(*exchanges, "--output", "table").stdout.splitlines()
        self.assertIn("CAUSE", shown[0])
        self.assertIn("provider_unavailable", shown[1])
        dry = ("oauth-client", "dry-run", client["id"])
        self.assertEqual(self.made(*dry), dry_run(client))
        self.assertIn("requests.0.method: POST", self.done(*dry, "--output", "table").stdout)
        self.assertEqual(len(kept(client)), 1)

    def test_the_command_line_shows_it(self):
        client = self.client("error-503")
        self.assertEqual(vault.retrieve(client).status, 503)
        words = ("oauth-client", "last-exchange", client["id"])
        self.assertEqual(self.made(*words)["cause"], "provider_unavailable")
        self.assertIn("503", self.done(*words, "--output", "table").stdout)


if __name__ == "__main__":
    unittest.main()
