"""How robots sign in, set up in a real browser: keys with limits, identities, runners.

What is clicked is in console/tests/robot_sign_in.mjs.
"""
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
    vault = Vault(server)
    client = vault.client_at(hostile.about["token"] + "good", world=world, name="Invoices API")
    robot = vault.reader_of(client)
    lines = list(browser.Script(
        world, "robot_sign_in", server, user=administrator.user, password=administrator.password,
        robot=robot.id, label=client["label"]).lines())


class ConsoleRobotSignIn(unittest.TestCase):
    def test_every_story_holds(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} checks failed:", *wrong]))

    def test_there_was_something_to_see(self):
        self.assertGreater(len(lines), 15)


if __name__ == "__main__":
    unittest.main()
