"""From the first sign-in on an empty server to a robot's first token, by what the console's pages offer alone.

What is clicked is in console/tests/first_steps.mjs. The robot runs the line that the console shows.
"""
import shutil
import unittest

import browser
import harness
import session

STEPS = 7


def setUpModule():
    global first_password, lines, robot_directory, server
    lines = []
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    machines = world.oidc_provider()
    server = harness.Strongroom(world).start()
    robot_directory = world.directory / "robot"
    robot_directory.mkdir()
    shutil.copy(server.ca_file, robot_directory / "strongroom-ca.crt")
    first_password = session.first_password(server)
    lines.extend(browser.Script(
        world, "first_steps", server, password=first_password, directory=str(robot_directory),
        provider={"token_endpoint": machines.about["token_endpoint"], "consumer_key": "basic",
                  "consumer_secret": machines.registered("basic")["client_secret"], "scope": "api:read",
                  "ca": world.ca_pem}).lines())


class FirstSteps(unittest.TestCase):
    def test_somebody_new_gets_a_robot_its_token(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} failed:", *wrong]))

    def test_every_step_was_made(self):
        self.assertEqual(lines[-1], {"measure": "first steps", "steps": STEPS})

    def test_neither_the_password_nor_the_key_is_in_the_log(self):
        key = (robot_directory / "robot.key").read_text().strip()
        for secret in (key, first_password):
            self.assertTrue(secret)
            self.assertNotIn(secret, server.log)


if __name__ == "__main__":
    unittest.main()
