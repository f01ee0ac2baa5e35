"""The second factor in the console, driven in a real browser: set up, signed in with, asked for again, lost and reset.

What is clicked is in console/tests/second_factor.mjs, which asks for the server to be stopped and started.
"""
import unittest
import urllib.parse

import browser
import harness
import session
from vault import API


def setUpModule():
    global lines
    lines = []
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    server = harness.Strongroom(world).start()
    server.listen = "127.0.0.1:" + str(urllib.parse.urlsplit(server.origin).port)  # the same after each start
    administrator = session.first_administrator(server)
    answer = administrator.request("POST", f"{API}/users", {"name": "ada"})
    if answer.status != 201:
        raise harness.HarnessError(f"adding a user: {answer}")
    other = session.Session(server, "ada", answer.json["initial_password"])
    other.change_password()
    script = browser.Script(world, "second_factor", server, user=administrator.user, password=administrator.password,
                            other={"id": answer.json["id"], "name": "ada", "password": other.password})
    please = {"stop": server.stop, "start": server.start}
    for line in script.lines(patience=120):
        if "please" in line:
            please[line["please"]]()
        else:
            lines.append(line)


class ConsoleSecondFactor(unittest.TestCase):
    def test_everything_on_the_way_holds(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} checks failed:", *wrong]))

    def test_it_keeps_the_policy_and_was_told_to_its_end(self):
        self.assertEqual(lines[-1], {"measure": "second factor", "csp": 0})


if __name__ == "__main__":
    unittest.main()
