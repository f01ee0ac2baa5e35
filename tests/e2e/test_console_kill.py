"""The kill switch wherever something is shown, driven in a real browser. The way through it is console/tests/kill.mjs."""
import unittest

import browser
import harness
import session
from vault import Vault


def setUpModule():
    global lines, vault, robot, client
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    administrator = session.first_administrator(server)
    vault = Vault(server)
    project = vault.create("projects", {"name": "Finance project"})
    system = vault.target_system(hostile.about["token"] + "good", "id", "secret", world=world, project=project["id"], name="Invoices API")
    client = vault.create("oauth-clients", {"project": project["id"], "label": "nightly client", "target_system": system["id"]})
    robot = vault.robot("Invoice reader", project=project["id"])
    vault.grant(client, robot)
    vault.expect(200, vault.retrieve(client))
    lines = list(browser.Script(
        world, "kill", server, user=administrator.user, password=administrator.password, client=client["id"],
        client_name="nightly client", robot=robot.id, robot_name="Invoice reader", system=system["id"], system_name="Invoices API",
        project=project["id"], project_name="Finance project").lines())


class ConsoleKill(unittest.TestCase):
    def test_every_story_holds(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} checks failed:", *wrong]))

    def test_what_was_lifted_goes_on(self):
        vault.expect(200, robot.look_up_id(client["id"]))

    def test_each_kill_and_each_lift_was_written_down(self):
        for action in ("kill.set", "kill.lifted"):
            with self.subTest(action=action):
                self.assertEqual(vault.audit_events(action=action)["total"], 5)

    def test_there_was_something_to_see(self):
        self.assertGreater(len(lines), 50)


if __name__ == "__main__":
    unittest.main()
