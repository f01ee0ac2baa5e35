"""tools/practice: a provider beside the server, and both ways to a token without an account anywhere."""
import socket
import unittest

import harness
import plain_browser
import session
from vault import API, Vault

SYSTEMS = ["Practice: client credentials", "Practice: signing in"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class PracticeServer(harness.Strongroom):
    """Strongroom as ./dev serve --practice starts it."""

    def __init__(self, world):
        super().__init__(world, name="practice")
        self.port = free_port()

    def command(self):
        return ["/usr/bin/python3", harness.TOP / "tools/practice", harness.BINARY, self.data, "--practice-port", self.port,
                "--listen", "127.0.0.1:0", "--management", "127.0.0.1:0"]

    def start(self):
        super().start()
        self.process.wait_for_line(self.process.output, lambda line: "practice provider at" in line)
        return self

    def provider_listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def setUpModule():
    global world, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    server = PracticeServer(world).start()
    vault = Vault(server)


class Practising(unittest.TestCase):
    def systems(self):
        return {one["name"]: one for one in vault.list("target-systems", tag="practice")["items"]}

    def test_1_it_is_set_up_and_leaves_no_key_behind(self):
        systems = self.systems()
        self.assertEqual(sorted(systems), SYSTEMS)
        self.assertEqual([one["missing"] for one in systems.values()], [[], []])
        keys = [key for key in vault.list("api-keys")["items"] if key["name"] == "practice"]
        self.assertTrue(keys and all(key["revoked_at"] for key in keys), keys)
        administrator = session.first_administrator(server)
        self.assertTrue(administrator.members["server"]["practice"])

    def test_2_a_robot_gets_a_token_for_itself(self):
        client = vault.client(self.systems()[SYSTEMS[0]])
        found = vault.reader_of(client).look_up(client)
        self.assertEqual((found.status, found.json["scope"]), (200, "api:read"))

    def test_3_somebody_signs_in_and_a_robot_gets_a_token(self):
        client = vault.client(self.systems()[SYSTEMS[1]])
        made = vault.authorize(client)
        last = plain_browser.Browser(server.ca_file).sign_in(made["url"], "ann")
        self.assertIn("You can close this tab", last.text)
        vault.expect(200, vault.confirm(made))
        self.assertTrue(vault.get("oauth-clients", client["id"])["refresh"]["has_refresh_token"])
        self.assertEqual(vault.reader_of(client).look_up(client).status, 200)

    def test_4_it_ends_with_the_server_and_is_there_again_after_it(self):
        self.assertTrue(server.provider_listens())
        before = {name: one["id"] for name, one in self.systems().items()}
        self.assertEqual(server.stop(), 0)
        self.assertFalse(server.provider_listens())
        # It listens elsewhere now, so its callback has changed; the provider was told.
        server.start()
        vault.reconnect()
        self.assertEqual({name: one["id"] for name, one in self.systems().items()}, before)
        self.test_2_a_robot_gets_a_token_for_itself()
        self.test_3_somebody_signs_in_and_a_robot_gets_a_token()

    def test_5_what_was_removed_is_set_up_anew(self):
        for one in self.systems().values():
            self.assertEqual(vault.delete("target-systems", one["id"]).status, 200)
        self.assertEqual(vault.list("target-systems", tag="practice")["total"], 0)
        server.restart()
        vault.reconnect()
        self.assertEqual(sorted(self.systems()), SYSTEMS)
        self.assertEqual(vault.http.get(f"{API}/target-systems", query={"tag": "practice"}).json["total"], 2)
