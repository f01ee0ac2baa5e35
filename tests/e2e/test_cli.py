"""The command line: the same API from the other side, and secrets never in an argument."""
import base64
import json
import unittest

import harness
from command_line import CONFLICT, FAILED, NOT_AUTHORIZED, NOT_FOUND, UPSTREAM, USAGE, CommandLine, file_with
from vault import Vault

QUICK = True


def setUpModule():
    global world, server, oidc, hostile
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    oidc = world.oidc_provider()
    hostile = world.hostile()
    server = harness.Strongroom(world).start()


class Commands(CommandLine):
    @classmethod
    def setUpClass(cls):
        cls.use(world, server)

    def test_a_token_comes_out_bare(self):
        robot = self.set_up("Bare", oidc.about["token_endpoint"],
                            oidc.registered("basic")["client_secret"])
        question = self.question("Bare")
        token = self.run_as(robot, "token", *question).stdout
        self.assertRegex(token, r"\A[\w-]+\n\Z")
        called = oidc.client.get("/api", headers={"Authorization": f"Bearer {token.strip()}"})
        self.assertEqual(called.status, 200)
        found = json.loads(self.run_as(robot, "lookup", *question, "--output", "json").stdout)
        self.assertEqual(found["access_token"], token.strip())

    def test_a_token_comes_out_as_programs_take_it(self):
        robot = self.set_up("Formats", oidc.about["token_endpoint"],
                            oidc.registered("basic")["client_secret"])
        question = self.question("Formats")
        token = self.run_as(robot, "token", *question, "--format", "bearer").stdout.strip()
        header = self.run_as(robot, "token", *question, "--format", "header").stdout
        self.assertEqual(header, f"Authorization: Bearer {token}\n")
        user = ("--user", "ada@example.org")
        sasl = self.run_as(robot, "token", *question, "--format", "xoauth2", *user).stdout
        self.assertEqual(base64.b64decode(sasl).decode(),
                         f"user=ada@example.org\x01auth=Bearer {token}\x01\x01")
        sasl = self.run_as(robot, "token", *question, "--format", "oauthbearer", *user).stdout
        self.assertEqual(base64.b64decode(sasl).decode(),
                         f"n,a=ada@example.org,\x01auth=Bearer {token}\x01\x01")
        self.run_as(robot, "token", *question, "--format", "xoauth2", code=USAGE)
        self.run_as(robot, "token", *question, "--format", "basic", code=USAGE)

    def test_exit_codes_tell_what_went_wrong(self):
        robot = self.set_up("Codes", hostile.about["token"] + "error-400-client", "s")
        question = self.question("Codes")
        self.run_as(robot, "token", *question, code=UPSTREAM)
        self.run_as(robot, "token", *question[:-1], "other", code=NOT_FOUND)
        wrong = robot | {"STRONGROOM_KEY_FILE": str(file_with(world, "wrong.key", "srk_robot_x\n"))}
        self.run_as(wrong, "token", *question, code=NOT_AUTHORIZED)
        self.run_as(self.admin, "project", "create", "Codes", code=CONFLICT)
        self.run_as(self.admin, "no-such-command", code=USAGE)
        self.run_as(self.admin, "project", "create", code=USAGE)

    def test_a_look_up_without_names_is_not_sent(self):
        nowhere = self.admin | {"STRONGROOM_URL": "https://127.0.0.1:1"}
        for command in ("lookup", "token"):
            for words in ((), ("--project", "P"), self.question("P")[:4],
                          (*self.question("P"), "--id", "1")):
                with self.subTest(command=command, words=words):
                    said = self.run_as(nowhere, command, *words, code=USAGE).stderr
                    self.assertIn("--target-system", said)

    def test_a_secret_is_no_argument(self):
        self.run_as(self.admin, "target-system", "create", "Argument", "--provider", "generic",
                    "--consumer-secret", "in-argv", code=USAGE)

    def test_a_table_for_people_and_json_for_programs(self):
        self.made("project", "create", "Listed")
        self.assertIn("NAME", self.run_as(self.admin, "project", "list", "--output", "table").stdout)
        listed = self.made("project", "list")
        self.assertIn("Listed", [one["name"] for one in listed["items"]])

    def test_lists_are_sorted_and_narrowed(self):
        self.set_up("Narrowed", oidc.about["token_endpoint"], "s")
        robot = self.made("robot", "list", "--project", "Narrowed", "--sort", "path")["items"][0]
        for narrow in (["--oauth-client", "label"], ["--robot", "robot"]):
            rules = self.made("access", "list", "--project", "Narrowed", *narrow)
            self.assertEqual([rule["robot"] for rule in rules["items"]], [robot["id"]])
        self.run_as(self.admin, "access", "list", "--robot", "nobody", code=NOT_FOUND)
        newest_first = self.made("project", "list", "--sort=-created_at")["items"]
        self.assertEqual(newest_first[-1]["name"], "Default project")
        self.run_as(self.admin, "project", "list", "--sort", "colour", code=FAILED)
        events = self.made("audit", "list", "--before", "3", "--page-size", "1")["items"]
        self.assertEqual([event["sequence"] for event in events], [2])

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
