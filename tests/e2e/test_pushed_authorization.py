"""What a sign-in asks for goes to the server directly, and the browser carries a reference (RFC 9126)."""
import unittest
import urllib.parse

import harness
import plain_browser
from vault import Vault


def setUpModule():
    global world, taken, required, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    taken = world.sign_in_provider("taken")
    required = world.sign_in_provider("required")
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def browser():
    return plain_browser.Browser(server.ca_file, world.pki / "ca.pem")


def seen(provider):
    return provider.client.get("/_test/pushed").json


class Pushing(unittest.TestCase):
    def setUp(self):
        self.addCleanup(taken.client.post, "/_test/pushed", {"status": 0})
        self.addCleanup(required.client.post, "/_test/pushed", {"status": 0})

    def signed_in(self, provider):
        client = vault.client(vault.sign_in_system(provider, world=world))
        made = vault.authorize(client)
        browser().sign_in(made["url"], "ann")
        vault.expect(200, vault.confirm(made))
        return vault.reader_of(client).look_up(client)

    def at_the_provider(self, provider):
        """Where a browser is sent that presses Continue."""
        client = vault.client(vault.sign_in_system(provider, world=world))
        made = vault.authorize(client)
        one = browser()
        page = one.submit(one.open(made["url"]), stop=lambda url: url.startswith(provider.about["issuer"]))
        return made, page

    def test_the_browser_carries_a_reference_and_nothing_else(self):
        #
        for provider in (taken, required):
            with self.subTest(issuer=provider.about["issuer"]):
                before = seen(provider)
                _, page = self.at_the_provider(provider)
                query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page.url).query))
                self.assertEqual(set(query), {"client_id", "request_uri"})
                after = seen(provider)
                self.assertEqual(after["pushed"], before["pushed"] + 1)
                self.assertEqual(after["plain"], before["plain"])

    def test_a_robot_gets_the_token_of_a_sign_in_that_was_pushed(self):
        #
        for provider in (taken, required):
            with self.subTest(issuer=provider.about["issuer"]):
                before = seen(provider)
                found = self.signed_in(provider)
                self.assertEqual(found.status, 200)
                api = provider.client.get("/api", headers={"Authorization": "Bearer " + found.json["access_token"]})
                self.assertEqual((api.status, api.json["sub"]), (200, "ann"))
                self.assertEqual(seen(provider)["plain"], before["plain"])

    def test_a_server_that_insists_gets_no_plain_request_when_pushing_fails(self):
        #
        required.client.post("/_test/pushed", {"status": 503})
        before = seen(required)
        made, page = self.at_the_provider(required)
        self.assertFalse(page.url.startswith(required.about["issuer"]))
        self.assertGreaterEqual(page.status, 400)
        self.assertEqual(seen(required)["plain"], before["plain"])
        # The link was not used up: once the server is back, the same link works.
        self.assertEqual(vault.authorization(made)["state"], "waiting")
        required.client.post("/_test/pushed", {"status": 0})
        self.assertEqual(browser().sign_in(made["url"], "ann").status, 200)

    def test_where_nobody_insists_a_sign_in_goes_on_without(self):
        #
        taken.client.post("/_test/pushed", {"status": 503})
        before = seen(taken)
        self.assertEqual(self.signed_in(taken).status, 200)
        self.assertEqual(seen(taken)["plain"], before["plain"] + 1)

    def test_what_the_server_refuses_is_not_said_again_through_the_browser(self):
        #
        system = vault.sign_in_system(taken, world=world)
        vault.expect(200, vault.update("target-systems", system["id"], {"consumer_secret": "wrong"}))
        made = vault.authorize(vault.client(system))
        before = seen(taken)
        one = browser()
        page = one.submit(one.open(made["url"]), stop=lambda url: url.startswith(taken.about["issuer"]))
        self.assertGreaterEqual(page.status, 400)
        self.assertEqual(seen(taken)["plain"], before["plain"])
        self.assertGreater(seen(taken)["pushed"], before["pushed"])


if __name__ == "__main__":
    unittest.main()
