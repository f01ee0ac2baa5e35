"""Robots' keys and identities, and who may read what, from the command line."""
import unittest

import harness
from command_line import FAILED, NOT_FOUND, USAGE, CommandLine
from vault import Vault

QUICK = True


def setUpModule():
    global world, server, oidc
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    oidc = world.oidc_provider()
    server = harness.Strongroom(world).start()


class Robots(CommandLine):
    @classmethod
    def setUpClass(cls):
        cls.use(world, server)

    def prepared(self, project):
        """A client that can be read; answers the environment of its robot."""
        return self.set_up(project, oidc.about["token_endpoint"], oidc.registered("basic")["client_secret"])

    def key(self, project, name, *restrictions):
        file = world.directory / f"{project}-{name}.key"
        self.done("robot", "key", "create", "robot", "--project", project, "--write-to", file, *restrictions)
        return self.admin | {"STRONGROOM_KEY_FILE": str(file)}

    def test_a_key_is_restricted_when_it_is_made(self):
        self.prepared("Restricted")
        question = self.question("Restricted")
        here = self.key("Restricted", "here", "--from-address", "127.0.0.0/8", "--max-uses", "1",
                        "--only-client", "label", "--from", "00:00", "--to", "23:59", "--zone", "+00:00")
        listed = self.made("robot", "key", "list", "robot", "--project", "Restricted")["items"]
        found = next(one["restrictions"] for one in listed if one["restrictions"])
        self.assertEqual((found["addresses"], found["max_uses"]), (["127.0.0.0/8"], 1))
        self.assertEqual((found["times"]["from"], found["times"]["to"]), ("00:00", "23:59"))
        self.assertEqual(len(found["oauth_clients"]), 1)
        self.run_as(here, "token", *question)
        self.run_as(here, "token", *question, code=NOT_FOUND)  # it was good for one

    def test_a_key_for_elsewhere_opens_nothing_here(self):
        robot = self.prepared("Elsewhere")
        self.run_as(robot, "token", *self.question("Elsewhere"))
        there = self.key("Elsewhere", "there", "--from-address", "192.0.2.0/24")
        self.run_as(there, "token", *self.question("Elsewhere"), code=NOT_FOUND)

    def test_restrictions_that_cannot_be_are_said(self):
        self.prepared("Wrong")
        create = ("robot", "key", "create", "robot", "--project", "Wrong")
        for words in (("--from", "08:00"), ("--day", "mon"), ("--zone", "UTC"), ("--day", "someday"), ("--max-uses", "x")):
            self.run_as(self.admin, *create, *words, code=USAGE)
        self.run_as(self.admin, *create, "--only-client", "nothing", code=NOT_FOUND)
        wrong = self.run_as(self.admin, *create, "--from-address", "10.0.0.0/99", code=FAILED)
        self.assertIn("/restrictions/addresses", wrong.stderr)
        self.assertEqual(len(self.made("robot", "key", "list", "robot", "--project", "Wrong")["items"]), 1)

    def test_identities_are_added_listed_and_removed(self):
        self.made("project", "create", "Identities")
        self.made("robot", "create", "collector", "--project", "Identities", "--path", "a")
        of = ("a/collector", "--project", "Identities")
        token = self.made("robot", "identity", "add", *of, "--issuer", "https://issuer.example", "--audience", "strongroom",
                          "--claim", "sub=repo:example/robots", "--claim", "/kubernetes.io/namespace=robots",
                          "--from-address", "127.0.0.1")
        self.assertEqual(token["identity"]["claims"],
                         {"/sub": "repo:example/robots", "/kubernetes.io/namespace": "robots"})
        self.assertEqual(token["restrictions"]["addresses"], ["127.0.0.1"])
        shown = self.made("robot", "identity", "add", *of, "--ca-sha256", "ab" * 32, "--subject", "CN=collector")
        self.assertEqual(shown["identity"]["kind"], "certificate")
        table = self.done("robot", "identity", "list", *of, "--output", "table").stdout
        self.assertIn("https://issuer.example", table)
        self.done("robot", "identity", "remove", "a/collector", token["id"], "--project", "Identities")
        left = [one["id"] for one in self.made("robot", "identity", "list", *of)["items"] if not one["revoked_at"]]
        self.assertEqual(left, [shown["id"]])
        self.run_as(self.admin, "robot", "identity", "add", *of, code=USAGE)
        self.run_as(self.admin, "robot", "identity", "add", *of, "--issuer", "https://issuer.example", "--claim", "sub",
                    code=USAGE)

    def test_who_reads_what_in_both_directions(self):
        self.prepared("Both")
        self.made("robot", "create", "other", "--project", "Both", "--path", "a/c")
        at = ("--project", "Both", "--target-system", "System")
        pattern = self.made("access", "grant", "--oauth-client", "label", "--path", "a/**", *at)
        self.assertEqual(self.made("access", "show", pattern["id"])["path_pattern"], "a/**")
        self.assertEqual(self.made("access", "who-can-read", "label", *at)["total"], 2)
        self.assertEqual(self.made("access", "what-can-read", "a/b/robot", "--project", "Both")["total"], 2)
        [by_pattern] = self.listed("access", "what-can-read", "other", "--project", "Both")
        self.assertEqual(by_pattern["id"], pattern["id"])
        self.run_as(self.admin, "access", "what-can-read", "nobody", "--project", "Both", code=NOT_FOUND)

    def test_rules_that_are_invalid_or_unused_go_together(self):
        self.prepared("Strict")
        vault = Vault(server)
        project = vault.find("projects", "Strict")["id"]
        self.assertEqual(vault.update("projects", project, {"robot_access": "strict"}).status, 200)
        report = ("robot", "report", "robot", "--project", "Strict", "--revision")
        for revision in ("1", "2"):
            self.done(*report, revision)
        invalid = self.made("access", "list", "--valid", "false", "--project", "Strict")
        self.assertEqual([one["invalid_reason"] for one in invalid["items"]], ["robot_changed"])
        tried = self.made("access", "update-to-latest", "--project", "Strict", "--robot", "robot")
        self.assertEqual((tried["dry_run"], tried["changed"]), (True, 1))
        tried = self.made("access", "clean-up", "--valid", "false", "--project", "Strict")
        self.assertEqual((tried["dry_run"], tried["changed"]), (True, 1))
        self.made("access", "clean-up", "--valid", "false", "--project", "Strict", "--yes")
        self.assertEqual(self.made("access", "list", "--project", "Strict")["total"], 0)
        # All that is valid and used is nothing to clean up.
        self.run_as(self.admin, "access", "clean-up", "--project", "Strict", "--yes", code=FAILED)


if __name__ == "__main__":
    unittest.main()
