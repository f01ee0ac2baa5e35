"""Single sign-on in the console, in a real browser: set up, tested, and used.

What is clicked is in console/tests/single_sign_on.mjs.
"""
import unittest

import browser
import harness
import session
from vault import LOOPBACK


def setUpModule():
    global lines
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    provider = world.sign_in_provider()
    server = harness.Strongroom(world).start()
    administrator = session.first_administrator(server)
    registered = provider.client.post("/reg", {
        "redirect_uris": [f"{server.origin}/sign-in/single-sign-on/callback"],
        "grant_types": ["authorization_code"], "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_basic", "scope": "openid profile email"}).json
    settings = {"issuer": provider.about["issuer"], "client_id": registered["client_id"],
                "client_secret": registered["client_secret"], "ca_pem": world.ca_pem, "address": LOOPBACK}
    script = browser.Script(world, "single_sign_on", server, browser.Trusted(provider),
                            user=administrator.user, password=administrator.password, provider=settings)
    lines = list(script.lines())


class ConsoleSingleSignOn(unittest.TestCase):
    def test_an_administrator_sets_it_up_and_somebody_signs_in_with_it(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} checks failed:", *wrong]))

    def test_there_was_something_to_see(self):
        self.assertGreater(len(lines), 15)


if __name__ == "__main__":
    unittest.main()
