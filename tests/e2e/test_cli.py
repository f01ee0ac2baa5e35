"""The command line: the same API from the other side, and secrets never in an argument."""
import json
import os
import unittest

import harness
from vault import Vault

QUICK = True
# The documented exit codes.
DONE, FAILED, USAGE, NOT_FOUND, NOT_AUTHORIZED, UPSTREAM, CONFLICT = 0, 1, 2, 3, 4, 6, 7


def setUpModule():
    global world, server, oidc, hostile
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    oidc = world.oidc_provider()
    hostile = world.hostile()
    server = harness.Strongroom(world).start()


def file_with(name, text):
    path = world.directory / name
    path.write_text(text)
    path.chmod(0o600)
    return path


class CommandLine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        key = file_with("admin.key", server.admin_key() + "\n")
        cls.admin = {"STRONGROOM_URL": server.origin, "STRONGROOM_CA_FILE": str(server.ca_file),
                     "STRONGROOM_KEY_FILE": str(key)}

    def run_as(self, env, *words, code=DONE, **more):
        done = world.run(*words, env=env, **more)
        self.assertEqual(done.returncode, code, f"{words}: {done.stdout}{done.stderr}")
        return done

    def made(self, *words, **more):
        return json.loads(self.run_as(self.admin, *words, "--output", "json", **more).stdout)

    def set_up(self, project, endpoint, secret, key="basic"):
        """A client with a robot that may read it; answers the robot's environment."""
        self.made("project", "create", project)
        system = self.made("target-system", "create", "System", "--project", project,
                           "--provider", "generic", "--token-endpoint", endpoint,
                           "--consumer-key", key, "--consumer-secret-file", "-",
                           "--trusted-ca-file", world.pki / "ca.pem",
                           "--allow-address", "127.0.0.1/32", stdin=secret + "\n")
        self.assertEqual(system["consumer_key"], key)
        self.made("oauth-client", "create", "label", "--project", project,
                  "--target-system", "System")
        self.made("robot", "create", "robot", "--project", project, "--path", "a/b")
        key_file = world.directory / f"{project}.key"
        self.run_as(self.admin, "robot", "key", "create", "robot", "--project", project,
                    "--write-to", key_file)
        self.assertEqual(os.stat(key_file).st_mode & 0o777, 0o600)
        self.run_as(self.admin, "access", "grant", "--robot", "robot", "--oauth-client", "label",
                    "--project", project, "--target-system", "System")
        return self.admin | {"STRONGROOM_KEY_FILE": str(key_file)}

    def test_a_token_comes_out_bare(self):
        robot = self.set_up("Bare", oidc.about["token_endpoint"],
                            oidc.registered("basic")["client_secret"])
        question = ("--project", "Bare", "--target-system", "System", "--label", "label")
        token = self.run_as(robot, "token", *question).stdout
        self.assertRegex(token, r"\A[\w-]+\n\Z")
        called = oidc.client.get("/api", headers={"Authorization": f"Bearer {token.strip()}"})
        self.assertEqual(called.status, 200)
        found = json.loads(self.run_as(robot, "lookup", *question, "--output", "json").stdout)
        self.assertEqual(found["access_token"], token.strip())

    def test_exit_codes_tell_what_went_wrong(self):
        robot = self.set_up("Codes", hostile.about["token"] + "error-400-client", "s")
        question = ["--project", "Codes", "--target-system", "System", "--label", "label"]
        self.run_as(robot, "token", *question, code=UPSTREAM)
        self.run_as(robot, "token", *question[:-1], "other", code=NOT_FOUND)
        wrong = robot | {"STRONGROOM_KEY_FILE": str(file_with("wrong.key", "srk_robot_x\n"))}
        self.run_as(wrong, "token", *question, code=NOT_AUTHORIZED)
        self.run_as(self.admin, "project", "create", "Codes", code=CONFLICT)
        self.run_as(self.admin, "no-such-command", code=USAGE)
        self.run_as(self.admin, "project", "create", code=USAGE)

    def test_a_secret_is_no_argument(self):
        self.run_as(self.admin, "target-system", "create", "Argument", "--provider", "generic",
                    "--consumer-secret", "in-argv", code=USAGE)

    def test_a_table_for_people_and_json_for_programs(self):
        self.made("project", "create", "Listed")
        self.assertIn("NAME", self.run_as(self.admin, "project", "list", "--output", "table").stdout)
        listed = self.made("project", "list")
        self.assertIn("Listed", [one["name"] for one in listed["items"]])

    def test_an_api_key_is_made_beside_a_running_server_and_without_one(self):
        alone = harness.Strongroom(world, name="alone").start()
        Vault(alone)  # through the server's socket
        alone.stop()
        key = alone.admin_key()  # with the directory's lock
        alone.start()
        self.assertEqual(alone.client(key).get("/api/v1/whoami").status, 200)
        alone.stop()


if __name__ == "__main__":
    unittest.main()
