"""The audit log in a real browser: searched, exported, a leaked token traced, a canary touched.

What is clicked is in console/tests/audit.mjs.
"""
import unittest

import browser
import harness
import session
from person import Person
from vault import API, Vault


def setUpModule():
    global lines, vault, robot
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    administrator = session.first_administrator(server)
    vault = Vault(server)
    client, canary = (vault.client_at(hostile.about["token"] + "good", world=world) for _ in range(2))
    robot, watched = vault.robot("Leaky robot"), vault.robot("Watched robot")
    vault.grant(client, robot)
    vault.grant(canary, watched)
    token = vault.expect(200, robot.look_up(client))["access_token"]
    spare = vault.robot("Needle in the haystack")
    lines = []
    script = browser.Script(
        world, "audit", server, user=administrator.user, password=administrator.password, reader=reader(server), token=token,
        client=client["label"], robot="Leaky robot", canary=canary["id"], spare=spare.members["name"])
    for line in script.lines():
        lines.append(line)
        if line.get("ready") == "canary":
            vault.expect(200, watched.look_up_id(canary["id"]))  # answered as ever: nothing shows that it is one


def reader(server):
    """Somebody who may read one project's part of the trail."""
    group = vault.create("groups", {"name": "Auditors of one"})
    vault.create(f"groups/{group['id']}/roles", {"role": "Auditor", "project": vault.project["name"]})
    made = vault.create("users", {"name": "auditor"})
    vault.expect(204, vault.http.request("PUT", f"{API}/groups/{group['id']}/members/{made['id']}"))
    one = Person(server)
    vault.expect(200, one.sign_in("auditor", made["initial_password"]))
    vault.expect(200, one.change_password(made["initial_password"]))
    return {"user": "auditor", "password": Person.PASSWORD}


class ConsoleAudit(unittest.TestCase):
    def test_every_story_holds(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} checks failed:", *wrong]))

    def test_the_robot_that_leaked_is_stopped(self):
        self.assertEqual([kill["subject"] for kill in vault.list("kills")["items"]], [robot.id])

    def test_each_step_was_written_down(self):
        for action in ("audit.exported", "audit.token_traced", "canary.touched", "kill.set"):
            with self.subTest(action=action):
                self.assertGreater(vault.audit_events(action=action)["total"], 0)

    def test_there_was_something_to_see(self):
        self.assertGreater(len(lines), 40)


if __name__ == "__main__":
    unittest.main()
