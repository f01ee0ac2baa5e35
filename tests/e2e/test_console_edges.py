"""The console at the edges: a server that goes away, two browsers, a revoked grant, no mouse, hostile names, other zones.

What is clicked is in console/tests/edges.mjs, which asks for the server to be stopped and started.
"""
import unittest
import urllib.parse

import browser
import harness
import session
from vault import Vault

LONGEST = 128
LABEL = "<script>alert(1)</script> \u05e9\u05dc\u05d5\u05dd \U0001f511 ".ljust(LONGEST, "w")
PROJECT, SYSTEM, ROBOT = "\u05e4\u05e8\u05d5\u05d9\u05e7\u05d8 <b>P</b>", "<img src=x> \u0646\u0638\u0627\u0645 \U0001f4e6", "\u05e8\u05d5\u05d1\u05d5\u05d8 <b onclick=x>"


def setUpModule():
    global lines
    lines = []
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    people, hostile = world.sign_in_provider(), world.hostile()
    server = harness.Strongroom(world).start()
    server.listen = "127.0.0.1:" + str(urllib.parse.urlsplit(server.origin).port)  # the same after each start
    administrator = session.first_administrator(server)
    vault = Vault(server)
    plain = vault.target_system(hostile.about["token"] + "good", "id", "secret", world=world, name="Plain")
    person = vault.sign_in_system(people, world=world, name="People")
    script = browser.Script(
        world, "edges", server, browser.Trusted(people), user=administrator.user, password=administrator.password,
        project=vault.project["name"], systems={"plain": plain["name"], "person": person["name"]},
        people={"origin": people.about["origin"], "ca": str(people.ca_file)},
        hostile=hostile_names(vault, hostile.about["token"] + "good", world))
    please = {"stop": server.stop, "start": server.start}
    for line in script.lines(patience=120):
        if "please" in line:
            please[line["please"]]()
        else:
            lines.append(line)


def hostile_names(vault, endpoint, world):
    """A client whose every name means harm, and a robot that reads it."""
    project = vault.create("projects", {"name": PROJECT})
    system = vault.target_system(endpoint, "id", "secret", world=world, name=SYSTEM, project=project["id"])
    client = vault.client(system, label=LABEL, project=project["id"])
    robot = vault.create("robots", {"project": project["id"], "path": "", "name": ROBOT})
    vault.create("robot-access", {"oauth_client": client["id"], "robot": robot["id"]})
    return {"id": client["id"], "label": LABEL, "project": PROJECT, "system": SYSTEM, "robot": ROBOT}


class Edges(unittest.TestCase):
    def test_every_story_ends_well(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} failed:", *wrong]))

    def test_all_of_them_were_told(self):
        self.assertEqual(lines[-1].get("measure"), "edges")


if __name__ == "__main__":
    unittest.main()
