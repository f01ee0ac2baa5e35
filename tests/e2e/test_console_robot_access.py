"""Rules of robot access in a strict project, in a real browser: what counts no more is seen, updated and taken away.

What is clicked is in console/tests/robot_access.mjs.
"""
import unittest

import browser
import harness
import session
from vault import API, Vault


def setUpModule():
    global lines, server, vault, readers, project
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    administrator = session.first_administrator(server)
    vault = Vault(server)
    project = vault.create("projects", {"name": "Strict project", "robot_access": "strict"})
    system = vault.target_system(hostile.about["token"] + "good", "id", "secret", world=world, project=project["id"])
    readers = {}
    for what in ("edited", "changed", "lacking", "sound"):
        client = vault.create("oauth-clients", {"project": project["id"], "label": f"{what} client", "target_system": system["id"]})
        robot = vault.robot(f"{what} robot", project=project["id"])
        vault.grant(client, robot)
        readers[what] = (client, robot)
        report(robot, "r1")
    vault.expect(200, readers["sound"][1].look_up_id(readers["sound"][0]["id"]))
    report(readers["changed"][1], "r2")
    vault.expect(200, vault.retrieve(readers["changed"][0]))
    vault.expect(404, readers["changed"][1].look_up_id(readers["changed"][0]["id"]))
    report(readers["lacking"][1], "r1", "snippet", "library")
    vault.expect(200, vault.update("oauth-clients", readers["edited"][0]["id"], {"label": "edited by somebody"}))
    labels = {what: f"{what} client" for what in readers} | {"edited": "edited by somebody"}
    lines = list(browser.Script(
        world, "robot_access", server, user=administrator.user, password=administrator.password, project=project["id"],
        clients=labels, robot=readers["lacking"][1].id, used=readers["sound"][0]["id"],
        shut=readers["changed"][0]["id"]).lines())


def report(robot, revision, *missing):
    vault.expect(200, vault.http.request("PUT", f"{API}/robots/{robot.id}",
                                         {"revision": revision, "missing_dependencies": list(missing)}))


class ConsoleRobotAccess(unittest.TestCase):
    def test_every_story_holds(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} checks failed:", *wrong]))

    def test_what_was_taken_away_lets_nobody_in(self):
        for what, (client, robot) in readers.items():
            with self.subTest(what=what):
                self.assertEqual(robot.look_up_id(client["id"]).status, 404)
        self.assertEqual(vault.list("robot-access", project=project["id"])["total"], 0)

    def test_what_was_updated_was_written_down(self):
        updated = vault.audit_events(action="robot_access.updated")
        self.assertEqual(updated["total"], 2)

    def test_there_was_something_to_see(self):
        self.assertGreater(len(lines), 40)


if __name__ == "__main__":
    unittest.main()
