"""Users, groups and roles, driven in a real browser: what one person gives is what the other finds.

The way through them is console/tests/people.mjs.
"""
import unittest

import browser
import harness
import session
from vault import API


def setUpModule():
    global lines
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    server = harness.Strongroom(world).start()
    administrator = session.first_administrator(server)
    for name in ("Finance", "Payroll"):
        answer = administrator.request("POST", f"{API}/projects", {"name": name})
        if answer.status != 201:
            raise harness.HarnessError(f"adding a project: {answer}")
    lines = list(browser.Script(
        world, "people", server, user=administrator.user, password=administrator.password,
        user_id=administrator.members["user"]["id"], project="Finance", foreign="Payroll").lines())


class ConsolePeople(unittest.TestCase):
    def test_everything_on_the_way_holds(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} checks failed:", *wrong]))

    def test_it_keeps_the_policy_and_shuts_nobody_out(self):
        measured = next(line for line in lines if line.get("measure") == "people")
        self.assertEqual((measured["csp"], measured["axe"]), (0, 0))


if __name__ == "__main__":
    unittest.main()
