"""Service providers of an organisation's own in the console, driven in a real browser; what is clicked is in console/tests/own_providers.mjs."""
import unittest

import browser
import harness
import own_provider
import session
from command_line import file_with
from vault import Vault


def setUpModule():
    global lines, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    server = harness.Strongroom(world).start()
    administrator = session.first_administrator(server)
    vault = Vault(server)
    picked = file_with(world, "picked.json", own_provider.text("picked", "https://id.own.example/token"))
    script = browser.Script(world, "own_providers", server, user=administrator.user, password=administrator.password,
                            text=own_provider.text("typed", "https://id.own.example/token"), file=str(picked))
    lines = list(script.lines(patience=120))


class ConsoleOwnProviders(unittest.TestCase):
    def test_every_story_holds(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} checks failed:", *wrong]))

    def test_it_keeps_the_policy_and_was_told_to_its_end(self):
        self.assertEqual(lines[-1], {"measure": "own-providers", "csp": 0})

    def test_a_file_is_stored_letter_by_letter(self):
        stored = vault.http.get("/api/v1/service-providers/picked/file")
        self.assertEqual(stored.body.decode(), own_provider.text("picked", "https://id.own.example/token"))


if __name__ == "__main__":
    unittest.main()
