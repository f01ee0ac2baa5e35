"""API keys in the console, driven in a real browser: made, shown once, used, seen by who manages them, revoked.

What is clicked is in console/tests/own_keys.mjs.
"""
import unittest

import browser
import harness
import session
from vault import API


def setUpModule():
    global lines
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    server = harness.Strongroom(world).start()
    administrator = session.first_administrator(server)
    answer = administrator.request("POST", f"{API}/projects", {"name": "Finance"})
    if answer.status != 201:
        raise harness.HarnessError(f"adding a project: {answer}")
    lines = list(browser.Script(
        world, "own_keys", server, user=administrator.user, password=administrator.password,
        user_id=administrator.members["user"]["id"], project="Finance").lines())


class ConsoleApiKeys(unittest.TestCase):
    def test_everything_on_the_way_holds(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} checks failed:", *wrong]))

    def test_it_keeps_the_policy_and_was_told_to_its_end(self):
        self.assertEqual(lines[-1], {"measure": "own keys", "csp": 0})


if __name__ == "__main__":
    unittest.main()
