"""Basic Engine Robots in a real browser: their inputs, who takes a client, and the switch of the server.

What is clicked is in console/tests/basic_engine.mjs.
"""
import unittest

import browser
import harness
import session
from vault import API, Vault


def setUpModule():
    global lines, vault, robot, runner
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    administrator = session.first_administrator(server)
    vault = Vault(server)
    system = vault.target_system(hostile.about["token"] + "good", "id", "secret", world=world)
    vault.client(system, "Ticked mail", allow_basic_engine_robots=True)
    files = vault.client(system, "Files without box")
    robot = vault.create("robots", {"project": vault.project["id"], "path": "old", "name": "Legacy", "kind": "basic_engine"})
    runner = vault.robot("Machine", "machines", kind="runner", serves=["old"])
    lines = list(browser.Script(
        world, "basic_engine", server, user=administrator.user, password=administrator.password,
        project=vault.project["id"], robot=robot["id"], mail="Ticked mail", files="Files without box",
        files_id=files["id"]).lines())


class ConsoleBasicEngine(unittest.TestCase):
    def test_every_story_holds(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} checks failed:", *wrong]))

    def test_what_was_clicked_together_is_delivered(self):
        answer = runner.http.post(f"{API}/runner/launches", {"robot": "old/Legacy"})
        self.assertEqual((answer.status, [one["name"] for one in answer.json["inputs"]]), (200, ["files"]))

    def test_the_switch_was_written_down(self):
        events = vault.audit_events(action="server.setting_changed")["items"]
        self.assertEqual([one["event"]["reason"] for one in events], ["off", "on"])

    def test_there_was_something_to_see(self):
        self.assertGreater(len(lines), 40)


if __name__ == "__main__":
    unittest.main()
