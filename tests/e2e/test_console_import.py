"""Tokens that people bring along, in the console: one by one and from a file.

What is clicked is in console/tests/import.mjs, one story after the other.
"""
import unittest

import browser
import elsewhere
import harness
import session
from vault import LOOPBACK, Vault

MANY = 250


def setUpModule():
    global lines, log, vault
    lines = []
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    people, hostile = world.sign_in_provider(), world.hostile()
    server = harness.Strongroom(world).start()
    administrator = session.first_administrator(server)
    vault = Vault(server)
    mail, token = elsewhere.moved_here(vault, world, people, name="Mail")
    shop = vault.create("target-systems", {
        "name": "Shop <b>& friends", "project": vault.project["id"], "service_provider": "generic",
        "grant": "authorization_code", "consumer_key": "id", "consumer_secret": "secret",
        "trusted_ca_pem": world.ca_pem, "allowed_addresses": [LOOPBACK], "endpoint_parameters": {
            "token_endpoint": hostile.about["token"] + "renew",
            "authorization_endpoint": hostile.about["origin"] + "/authorize"}})
    vault.target_system(hostile.about["token"] + "good", "id", "secret", world=world, name="Nobody signs in")
    one, other = vault.client(mail, label="one"), vault.client(shop, label="other")
    vault.client(shop, label="there already")
    lines.extend(browser.Script(
        world, "import", server, user=administrator.user, password=administrator.password,
        project=vault.project["name"], systems={"mail": mail["name"], "shop": shop["name"]},
        one=one["id"], other=other["id"], token=token, many=MANY).lines())
    log = server.log


class ConsoleImport(unittest.TestCase):
    def test_every_story_ends_well(self):
        #
        self.assertTrue(lines)
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} failed:", *wrong]))

    def test_the_log_knows_of_no_token(self):
        #
        self.assertIn("Serving.", log)
        self.assertNotIn("canary-of-a-token", log)

    def test_all_of_a_file_is_there_afterwards_and_once(self):
        found = vault.list("oauth-clients", filter="many ", page_size=1000)
        self.assertEqual(found["total"], MANY)
        self.assertTrue(all(one["refresh"]["has_refresh_token"] for one in found["items"]))


if __name__ == "__main__":
    unittest.main()
