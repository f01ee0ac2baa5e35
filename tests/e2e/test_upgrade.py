"""Data of every released version opens in this one, with nothing lost."""
import json
import shutil
import unittest

import harness

FIXTURES = harness.TOP / "tests/fixtures"


def setUpModule():
    global world
    world = harness.World()
    unittest.addModuleCleanup(world.close)


class Upgrade(unittest.TestCase):
    def test_kept_data_still_gives_its_token(self):
        kept = sorted(FIXTURES.glob("data-*/"))
        self.assertTrue(kept, "no data directory was kept: see tests/make_fixture.py")
        for fixture in kept:
            with self.subTest(version=fixture.name):
                data = world.directory / fixture.name
                shutil.copytree(fixture, data)
                data.chmod(0o700)
                (data / "root.key").chmod(0o600)
                expected = json.loads((data / "expected.json").read_text())
                server = harness.Strongroom(world, data=data, name=fixture.name).start()
                answer = server.client(expected["robot_key"]).get(
                    "/api/v1/lookup/oauth-clients", query=expected["question"])
                self.assertEqual(answer.status, 200, answer)
                for member in ("access_token", "expires_at"):
                    self.assertEqual(answer.json[member], expected[member])
                self.assertEqual(world.run("audit", "verify", "--data", data).returncode, 0)
                self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    unittest.main()
