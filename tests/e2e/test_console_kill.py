"""The kill switch in a client's page, driven in a real browser. The way through it is console/tests/kill.mjs."""
import unittest

import browser
import harness
import session
from vault import Vault


def setUpModule():
    global lines
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    administrator = session.first_administrator(server)
    client = Vault(server).client_at(hostile.about["token"] + "good", world=world)
    lines = list(browser.Script(world, "kill", server, user=administrator.user,
                                password=administrator.password, client=client["id"]).lines())


class ConsoleKill(unittest.TestCase):
    def test_everything_on_the_way_holds(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} checks failed:", *wrong]))

    def test_it_keeps_the_policy_and_shuts_nobody_out(self):
        measured = next(line for line in lines if line.get("measure") == "kill")
        self.assertEqual((measured["csp"], measured["axe"]), (0, 0))


if __name__ == "__main__":
    unittest.main()
