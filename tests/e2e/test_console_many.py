"""The console's list of OAuth clients with 20,000 of them: pages, order, filter, selection, export.

bench/fill.cc makes them, through the vault's own services. What is clicked is in console/tests/many_clients.mjs.
"""
import subprocess
import unittest

import browser
import harness
import session

CLIENTS = 20_000
FILL = harness.TOP / "build/release/bench/strongroom_fill"


def setUpModule():
    global lines
    lines = []
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    server = harness.Strongroom(world)
    fill(server.data, world)
    administrator = session.first_administrator(server.start())
    lines.extend(browser.Script(world, "many_clients", server, user=administrator.user,
                                password=administrator.password, clients=CLIENTS).lines())


def fill(data, world):
    if not FILL.exists():
        raise harness.HarnessError(f"{FILL} is not built: run ./dev test")
    subprocess.run([FILL, "--data", data, "--requests", world.directory / "requests", "--clients", str(CLIENTS),
                    "--token-bytes", "100"], check=True)


class ManyClients(unittest.TestCase):
    def test_every_story_ends_well(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} failed:", *wrong]))

    def test_all_of_them_were_told(self):
        self.assertEqual(lines[-1].get("measure"), "many clients")


if __name__ == "__main__":
    unittest.main()
