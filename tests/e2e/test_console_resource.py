"""Adding a target system from a resource's address in the console, in a real browser.

What is clicked is in console/tests/resource.mjs.
"""
import json
import unittest

import browser
import harness
import session


def setUpModule():
    global lines, asked
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    mcp = world.mcp_server()
    plain = world.hostile_resource()
    address = plain.about["origin"] + "/plain"
    plain.client.post("/_test/say", {
        "path": "/.well-known/oauth-protected-resource/plain", "status": 200, "headers": {"Content-Type": "application/json"},
        "body": json.dumps({"resource": address, "authorization_servers": [mcp.about["plain_issuer"]]})})
    server = harness.Strongroom(world).start()
    administrator = session.first_administrator(server)
    lines = list(browser.Script(
        world, "resource", server, user=administrator.user, password=administrator.password, ca=world.ca_pem,
        resource=mcp.about["resource"], issuer=mcp.about["issuer"], plain=address).lines())
    asked = mcp.client.get("/_test/asked").json


class ConsoleResource(unittest.TestCase):
    def test_a_person_adds_it_from_its_address(self):
        #
        self.assertTrue(lines)
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} failed:", *wrong]))

    def test_nobody_was_asked_for_a_token(self):
        #
        self.assertEqual(asked, [])


if __name__ == "__main__":
    unittest.main()
