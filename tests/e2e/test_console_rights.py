"""What the console offers people with rights in one project alone, in a real browser.

What is clicked is in console/tests/rights.mjs.
"""
import unittest

import browser
import harness
import session
from person import Person
from vault import API, Vault


def setUpModule():
    global lines
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    administrator = session.first_administrator(server)
    vault = Vault(server)
    places = [place(vault, hostile, world, name) for name in ("Mine", "Other")]
    watchers = group(vault, "Watchers", ("Viewer", "Mine project"), ("Viewer", "Other project"))
    managers = group(vault, "Managers", ("Project administrator", "Mine project"))
    operators = group(vault, "Operators", ("Operator", "Mine project"))
    manager = user(server, vault, "manager", watchers, managers)
    user(server, vault, "operator", operators)
    user(server, vault, "nobody")
    lines = list(browser.Script(
        world, "rights", server, mine=places[0], other=places[1], managers=managers, manager=manager,
        people={name: {"user": name, "password": Person.PASSWORD} for name in ("manager", "operator", "nobody")},
        admin={"user": administrator.user, "password": administrator.password}).lines())


def place(vault, hostile, world, name):
    """A project with one of each, all named after it."""
    project = vault.create("projects", {"name": f"{name} project"})
    system = vault.target_system(hostile.about["token"] + "good", "id", "secret", world=world, project=project["id"], name=f"{name} system")
    client = vault.create("oauth-clients", {"project": project["id"], "label": f"{name} client", "target_system": system["id"]})
    robot = vault.robot(f"{name} robot", project=project["id"])
    vault.grant(client, robot)
    return {"project": {"id": project["id"], "name": project["name"]}, "system": {"id": system["id"], "name": system["name"]},
            "client": {"id": client["id"], "name": client["label"]}, "robot": {"id": robot.id, "name": f"{name} robot"}}


def group(vault, name, *roles):
    made = vault.create("groups", {"name": name})
    for role, project in roles:
        vault.create(f"groups/{made['id']}/roles", {"role": role, "project": project})
    return made["id"]


def user(server, vault, name, *groups):
    """One who has signed in and chosen a password; answers the user's id."""
    made = vault.create("users", {"name": name})
    for one in groups:
        vault.expect(204, vault.http.request("PUT", f"{API}/groups/{one}/members/{made['id']}"))
    person = Person(server)
    vault.expect(200, person.sign_in(name, made["initial_password"]))
    vault.expect(200, person.change_password(made["initial_password"]))
    return made["id"]


class ConsoleRights(unittest.TestCase):
    def test_people_are_offered_what_they_may_and_nothing_else(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} checks failed:", *wrong]))

    def test_there_was_something_to_see(self):
        self.assertGreater(len(lines), 60)


if __name__ == "__main__":
    unittest.main()
