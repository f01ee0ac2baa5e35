"""Commands that change things, take them away, and bring them back."""
import json
import unittest

import harness
from command_line import CONFLICT, NOT_AUTHORIZED, NOT_FOUND, CommandLine, file_with

QUICK = True


def setUpModule():
    global world, hostile, server
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    server = harness.Strongroom(world).start()


class Commands(CommandLine):
    @classmethod
    def setUpClass(cls):
        cls.use(world, server)

    def with_robot(self, project):
        """A client that a robot may read; answers the robot's environment and where the client is."""
        robot = self.set_up(project, hostile.about["token"] + "good", "s")
        self.run_as(robot, "token", *self.question(project))
        return robot, ("label", "--project", project, "--target-system", "System")

    def token(self, robot, project, code=0):
        return self.run_as(robot, "token", *self.question(project), code=code).stdout

    def test_a_deleted_client_is_gone_for_robots_until_it_is_restored(self):
        robot, client = self.with_robot("Deleting")
        asked = self.done("oauth-client", "delete", *client)
        self.assertIn("Nothing was deleted", asked.stderr)
        self.token(robot, "Deleting")
        self.done("oauth-client", "delete", *client, "--yes")
        self.token(robot, "Deleting", code=NOT_FOUND)
        self.done("oauth-client", "show", *client, code=NOT_FOUND)
        self.assertEqual([one["label"] for one in self.listed(
            "oauth-client", "list", "--project", "Deleting", "--deleted")], ["label"])
        self.done("oauth-client", "restore", *client)
        self.assertTrue(self.token(robot, "Deleting"))

    def test_every_noun_is_deleted_and_restored(self):
        self.with_robot("Nouns")
        inside = ("--project", "Nouns")
        for noun, name in (("robot", ("a/b/robot", *inside)), ("target-system", ("System", *inside)),
                           ("project", ("Nouns",))):
            with self.subTest(noun=noun):
                self.done(noun, "delete", *name, "--yes")
                self.done(noun, "show", *name, code=NOT_FOUND)
                self.done(noun, "restore", *name)
                self.done(noun, "show", *name)

    def test_a_disabled_client_is_gone_for_robots_until_it_is_enabled(self):
        robot, client = self.with_robot("Disabling")
        self.assertEqual(self.made("oauth-client", "disable", *client)["state"], "disabled")
        self.token(robot, "Disabling", code=NOT_FOUND)
        self.assertEqual(self.made("oauth-client", "enable", *client)["state"], "active")
        self.assertTrue(self.token(robot, "Disabling"))

    def test_a_draft_is_invisible_until_it_is_finished(self):
        robot, _ = self.with_robot("Drafting")
        draft = ("draft", "--project", "Drafting", "--target-system", "System")
        self.assertEqual(self.made("oauth-client", "create", *draft, "--draft")["state"], "draft")
        self.done("access", "grant", "--robot", "robot", "--oauth-client", *draft)
        question = self.question("Drafting")[:-1]
        self.run_as(robot, "token", *question, "draft", code=NOT_FOUND)
        self.assertEqual(self.made("oauth-client", "finish", *draft)["state"], "needs_retrieval")
        self.run_as(robot, "token", *question, "draft")

    def test_a_rule_is_listed_and_revoked(self):
        robot, client = self.with_robot("Ruling")
        rules = self.listed("access", "list", "--project", "Ruling")
        self.assertEqual(len(rules), 1)
        table = self.done("access", "list", "--project", "Ruling", "--output", "table").stdout
        self.assertIn(rules[0]["id"], table)
        revoked = self.done("access", "revoke", rules[0]["id"], "--output", "table").stdout
        self.assertIn("strongroom access grant", revoked)
        self.assertNotIn("/api/v1", revoked)
        self.token(robot, "Ruling", code=NOT_FOUND)
        self.assertEqual(self.listed("access", "list", "--project", "Ruling"), [])
        self.done("access", "grant", "--path", "a/**", "--oauth-client", *client)
        self.assertTrue(self.token(robot, "Ruling"))

    def test_a_robots_key_is_listed_and_revoked(self):
        robot, _ = self.with_robot("Keys")
        keys = self.listed("robot", "key", "list", "robot", "--project", "Keys")
        self.assertEqual([key["revoked_at"] for key in keys], [None])
        self.done("robot", "key", "revoke", "robot", keys[0]["id"], "--project", "Keys")
        self.token(robot, "Keys", code=NOT_AUTHORIZED)
        second = self.made("robot", "key", "create", "robot", "--project", "Keys")["key"]
        self.assertTrue(self.token(robot | {"STRONGROOM_KEY_FILE": str(
            file_with(world, "second.key", second))}, "Keys"))

    def test_the_audit_trail_is_listed_by_action_outcome_and_project(self):
        robot, client = self.with_robot("Audited")
        self.done("oauth-client", "disable", *client)
        self.token(robot, "Audited", code=NOT_FOUND)
        for action, outcome in (("token.handed_out", "success"), ("lookup.denied", "denied")):
            with self.subTest(action=action):
                found = self.listed("audit", "list", "--project", "Audited", "--action", action,
                                    "--outcome", outcome, "--page-size", "200")
                self.assertEqual({one["event"]["action"] for one in found}, {action})
        table = self.done("audit", "list", "--output", "table").stdout
        self.assertIn("ACTION", table)
        self.assertIn("lookup.denied", table)

    def test_an_api_key_is_listed_and_revoked(self):
        other = file_with(world, "other.key", server.admin_key("ada"))
        as_ada = self.admin | {"STRONGROOM_KEY_FILE": str(other)}
        self.run_as(as_ada, "whoami")
        mine = next(key for key in self.listed("api-key", "list") if key["user_name"] == "ada")
        self.done("api-key", "revoke", mine["id"])
        self.run_as(as_ada, "whoami", code=NOT_AUTHORIZED)
        self.assertIn("ada", self.done("api-key", "list", "--output", "table").stdout)

    def test_a_changed_destination_waits_until_somebody_approves_it(self):
        robot, client = self.with_robot("Moving")
        system = ("System", "--project", "Moving")
        elsewhere = hostile.about["token"] + "good?moved"
        changed = self.made("target-system", "update", *system, "--token-endpoint", elsewhere)
        self.assertTrue(changed["destination_held"])
        self.done("oauth-client", "retrieve-tokens", *client, code=CONFLICT)
        approved = self.made("target-system", "approve-destination", *system)
        self.assertFalse(approved["destination_held"])
        self.done("oauth-client", "retrieve-tokens", *client)
        self.assertTrue(self.token(robot, "Moving"))

    def test_robots_of_one_name_are_told_apart_by_their_paths(self):
        _, client = self.with_robot("Paths")
        inside = ("--project", "Paths")
        for path in ("finance/x", "finance/y"):
            self.made("robot", "create", "r1", *inside, "--path", path)
        self.made("robot", "create", "r1", *inside)
        said = self.done("robot", "show", "r1", *inside, code=CONFLICT).stderr
        for full in ("finance/x/r1 in Paths", "finance/y/r1 in Paths", "/r1 in Paths"):
            self.assertIn(full, said)
        self.assertEqual(self.made("robot", "show", "/r1", *inside)["path"], "")
        shown = self.made("robot", "show", "Finance/X/R1")
        self.assertEqual(shown["path"], "finance/x")
        self.done("robot", "update", "finance/x/r1", *inside, "--kind", "basic_engine")
        self.made("robot", "key", "create", "finance/x/r1", *inside)
        self.assertEqual(len(self.listed("robot", "key", "list", "finance/x/r1", *inside)), 1)
        self.assertEqual(self.listed("robot", "key", "list", "finance/y/r1", *inside), [])
        rule = self.made("access", "grant", "--robot", "finance/x/r1", "--oauth-client", *client)
        self.assertIn(shown["id"], json.dumps(rule))
        self.done("robot", "delete", "finance/x/r1", *inside, "--yes")
        self.done("robot", "show", "finance/x/r1", *inside, code=NOT_FOUND)
        self.assertEqual(self.made("robot", "restore", "finance/x/r1", *inside)["id"], shown["id"])


if __name__ == "__main__":
    unittest.main()
