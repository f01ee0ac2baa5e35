"""Basic Engine Robots from the command line: their inputs, a launch, the report and the switch."""
import json
import os
import unittest

import harness
from command_line import CONFLICT, NOT_AUTHORIZED, USAGE, CommandLine

QUICK = True
PROJECT = "Old robots"


def setUpModule():
    global world, server, oidc
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    oidc = world.oidc_provider()
    server = harness.Strongroom(world).start()


class BasicEngine(CommandLine):
    @classmethod
    def setUpClass(cls):
        cls.use(world, server)

    def setUp(self):
        self.in_project = ("--project", PROJECT)
        if PROJECT in [one["name"] for one in self.listed("project", "list")]:
            self.runner = self.admin | {"STRONGROOM_KEY_FILE": str(world.directory / "runner.key")}
            return
        self.set_up(PROJECT, oidc.about["token_endpoint"], oidc.registered("basic")["client_secret"])
        self.done("oauth-client", "update", "label", *self.in_project, "--target-system", "System",
                  "--allow-basic-engine-robots", "true")
        self.done("robot", "create", "Legacy", *self.in_project, "--path", "old", "--kind", "basic_engine")
        self.done("robot", "create", "Machine", *self.in_project, "--path", "old", "--kind", "runner")
        self.runner = self.admin | {"STRONGROOM_KEY_FILE": str(world.directory / "runner.key")}
        self.done("robot", "key", "create", "Machine", *self.in_project, "--write-to", world.directory / "runner.key")

    def test_inputs_are_set_shown_and_ended(self):
        set_one = self.made("robot", "inputs", "old/Legacy", *self.in_project, "--set", "mail=label")["items"]
        self.assertEqual([(one["name"], one["label"], one["may_be_delivered"]) for one in set_one], [("mail", "label", True)])
        self.assertIn("mail", self.done("robot", "inputs", "old/Legacy", *self.in_project).stdout)
        self.done("robot", "inputs", "old/Legacy", *self.in_project, "--none")
        self.assertEqual(self.listed("robot", "inputs", "old/Legacy", *self.in_project), [])
        for wrong in ("label", "=label", "mail="):
            self.run_as(self.admin, "robot", "inputs", "old/Legacy", *self.in_project, "--set", wrong, code=USAGE)
        self.run_as(self.admin, "robot", "inputs", "robot", *self.in_project, "--set", "mail=label", code=CONFLICT)

    def test_a_launch_says_first_where_the_tokens_go(self):
        self.done("robot", "inputs", "old/Legacy", *self.in_project, "--set", "mail=label")
        said = self.run_as(self.runner, "launch", "old/Legacy", code=USAGE)
        self.assertIn("--write-to", said.stderr)
        self.run_as(self.runner, "launch", "old/Legacy", "--print", "--write-to", "x", code=USAGE)
        printed = json.loads(self.run_as(self.runner, "launch", "old/Legacy", "--print").stdout)
        token = printed["inputs"][0]["access_token"]
        file = world.directory / "inputs.json"
        written = self.run_as(self.runner, "launch", "old/Legacy", "--write-to", file)
        self.assertNotIn(token, written.stdout + written.stderr)
        self.assertEqual(os.stat(file).st_mode & 0o777, 0o600)
        self.assertEqual(json.loads(file.read_text())["inputs"][0]["access_token"], token)
        self.run_as(self.runner, "launch", "old/Legacy", "--write-to", file, code=CONFLICT)  # nothing is overwritten
        self.run_as(self.admin, "launch", "old/Legacy", "--print", code=NOT_AUTHORIZED)

    def test_the_report_names_the_clients_and_who_takes_them(self):
        self.done("robot", "inputs", "old/Legacy", *self.in_project, "--set", "mail=label")
        report = self.done("access", "basic-engine", *self.in_project, "--output", "table").stdout
        self.assertRegex(report, r"label +Old robots +System +old/Legacy")
        self.assertEqual(len(self.listed("access", "basic-engine", *self.in_project)), 1)

    def test_the_switch_forbids_it_at_once(self):
        self.done("robot", "inputs", "old/Legacy", *self.in_project, "--set", "mail=label")
        self.done("settings", "update", "--forbid-basic-engine-robots", "true")
        self.assertTrue(self.made("settings", "show")["basic_engine_robots_forbidden"])
        refused = self.run_as(self.runner, "launch", "old/Legacy", "--print", code=NOT_AUTHORIZED)
        self.assertIn("Basic Engine Robots", refused.stderr)
        self.done("settings", "update", "--forbid-basic-engine-robots", "false")
        self.run_as(self.runner, "launch", "old/Legacy", "--print")


if __name__ == "__main__":
    unittest.main()
