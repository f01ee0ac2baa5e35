"""One's own account in the console, driven in a real browser: password, sessions, rights.

The way through it is console/tests/account.mjs.
"""
import unittest

import browser
import harness
import session


def setUpModule():
    global lines
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    server = harness.Strongroom(world).start()
    administrator = session.first_administrator(server)
    lines = list(browser.Script(world, "account", server, user=administrator.user, password=administrator.password).lines())


class ConsoleAccount(unittest.TestCase):
    def test_everything_on_the_way_holds(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} checks failed:", *wrong]))

    def test_it_keeps_the_policy_and_there_was_something_to_see(self):
        measured = next(line for line in lines if line.get("measure") == "account")
        self.assertEqual(measured["csp"], 0)
        self.assertGreater(len(lines), 40)


if __name__ == "__main__":
    unittest.main()
