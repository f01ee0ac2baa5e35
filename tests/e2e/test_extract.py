"""A person gets an access token: by key, with the permission, and written down."""
import unittest

import command_line
import harness
import session
from vault import API, Vault

QUICK = True


def setUpModule():
    global world, server, vault, hostile
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def good_client(**more):
    return vault.client_at(hostile.about["token"] + "good", world=world, **more)


def extract(client, http=None, **query):
    return (http or vault.http).request("POST", f"{API}/oauth-clients/{client['id']}/extract",
                                        query=query or None)


class Extract(unittest.TestCase):
    def test_gives_what_a_look_up_gives_and_is_written_down(self):
        client = good_client()
        answer = extract(client)
        self.assertEqual(answer.status, 200, answer)
        robot = vault.reader_of(client)
        self.assertEqual(answer.json["access_token"], robot.look_up(client).json["access_token"])
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertNotIn("refresh_token", answer.json)
        event = next(one["event"] for one in
                     vault.audit_events(action="token.extracted")["items"]
                     if one["event"]["subject_id"] == client["id"])
        self.assertEqual((event["actor_kind"], event["outcome"]), ("user", "success"))
        self.assertIn("fingerprint", event)

    def test_needs_its_permission(self):
        client = good_client()
        key = vault.create("api-keys", {"name": "no extract", "permissions": [
            "view", "configure", "retrieve", "grant_access"]})["key"]
        self.assertEqual(extract(client, server.client(key)).status, 403)

    def test_is_never_for_the_console(self):
        client = good_client()
        person = session.first_administrator(server)
        answer = person.request("POST", f"{API}/oauth-clients/{client['id']}/extract")
        self.assertEqual((answer.status, answer.json["type"]),
                         (403, "/problems/not_in_the_console"))

    def test_follows_the_rules_of_a_look_up(self):
        client = good_client()
        self.assertEqual(extract(client, min_ttl="999999").json["type"],
                         "/problems/min_ttl_not_met")
        self.assertEqual(extract(client, resource="https://other.example").status, 400)
        self.assertEqual(extract({"id": "00000000-0000-4000-8000-000000000000"}).status, 404)
        vault.update("oauth-clients", client["id"], {"disabled": True})
        self.assertEqual(extract(client).json["type"], "/problems/client_disabled")
        vault.update("oauth-clients", client["id"], {"disabled": False})
        made = vault.create("kills", {"oauth_client": client["id"], "reason": "x",
                                      "revoke_upstream": False})
        self.assertEqual(extract(client).json["type"], "/problems/killed")
        vault.delete("kills", made["id"])
        self.assertEqual(extract(client).status, 200)


class Commands(command_line.CommandLine):
    @classmethod
    def setUpClass(cls):
        cls.use(world, server)

    def test_print_the_token_alone(self):
        client = good_client()
        token = extract(client).json["access_token"]
        question = client["question"]
        by_name = self.done("token", "extract", "--project", question["project"],
                            "--target-system", question["target_system"],
                            "--label", question["label"])
        self.assertEqual(by_name.stdout, token + "\n")
        self.assertEqual(self.done("token", "extract", "--id", client["id"]).stdout, token + "\n")


if __name__ == "__main__":
    unittest.main()
