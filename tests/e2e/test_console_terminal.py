"""Signing in from a terminal with a real browser: what is clicked is in console/tests/terminal.mjs."""
import json
import os
import re
import unittest

import browser
import harness
import session
from command_line import DONE, NOT_AUTHORIZED


def login(world, server, name):
    """`strongroom login` with a home of its own, once it has said its code."""
    environment = world.environment() | {"XDG_CONFIG_HOME": str(world.directory / name)}
    (world.directory / name).mkdir()
    process = world.keep(harness.Process(
        name, [harness.BINARY, "login", "--url", server.origin, "--ca-file", server.ca_file],
        world.directory, env=environment))
    code = process.wait_for_line(process.errors, lambda line: re.search(r"code=([B-Z]{4}-[B-Z]{4})$", line.strip()))
    return process, code.group(1)


def setUpModule():
    global world, lines, approved, denied
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    server = harness.Strongroom(world).start()
    administrator = session.first_administrator(server)
    approved, code = login(world, server, "approved")
    denied, other = login(world, server, "denied")
    script = browser.Script(world, "terminal", server, user=administrator.user, password=administrator.password,
                            approved=code, denied=other, host=os.uname().nodename)
    lines = list(script.lines())


class ConsoleTerminal(unittest.TestCase):
    def test_a_person_compares_the_code_and_decides(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} checks failed:", *wrong]))
        self.assertGreater(len(lines), 20)

    def test_the_terminals_are_told(self):
        self.assertEqual(approved.child.wait(harness.PATIENCE_SECONDS), DONE, approved.tail())
        me = world.run("whoami", "--output", "json", env={"XDG_CONFIG_HOME": str(world.directory / "approved")})
        self.assertEqual(json.loads(me.stdout)["user"]["name"], "admin", me)
        self.assertEqual(denied.child.wait(harness.PATIENCE_SECONDS), NOT_AUTHORIZED, denied.tail())


if __name__ == "__main__":
    unittest.main()
