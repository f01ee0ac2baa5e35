"""Runners look up in the name of the robots under their paths, and of no other."""
import unittest

import harness
from vault import API, LOOKUP, Vault

QUICK = True


def setUpModule():
    global world, server, vault, hostile
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


class Runners(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.client = vault.client_at(hostile.about["token"] + "good", world=world)
        cls.robot = vault.robot("Reader", "finance/invoices")
        cls.elsewhere = vault.robot("Reader", "sales")
        for robot in (cls.robot, cls.elsewhere):
            vault.grant(cls.client, robot)
        cls.runner = vault.robot("Machine", "machines", kind="runner",
                                 serves=["finance/invoices", "hr"])

    def ask(self, name, asking=None):
        headers = {} if name is None else {"X-Strongroom-Robot": name}
        return (asking or self.runner).http.get(LOOKUP, query=self.client["question"],
                                                headers=headers)

    def test_the_robot_s_access_counts_and_the_trail_has_both(self):
        self.assertEqual(self.ask("finance/invoices/Reader").status, 200)
        self.assertEqual(self.ask("FINANCE/Invoices/reader").status, 200)  # names have no case
        event = vault.audit_events(action="token.handed_out", actor_id=self.robot.id)["items"][0]["event"]
        self.assertEqual((event["runner_id"], event["key_id"]), (self.runner.id, self.runner.key_id))
        stranger = vault.robot("Stranger", "finance/invoices")
        self.assertEqual(self.ask("finance/invoices/Stranger").status, 404)
        self.assertEqual(vault.audit_events(outcome="denied", actor_id=stranger.id)["items"][0]["event"]["reason"],
                         "no_access")

    def test_any_other_name_is_answered_like_one_that_nobody_has(self):
        expected = self.ask("finance/invoices/Nobody").json | {"request_id": None}
        for name, reason in (("sales/Reader", "not_under_runner"), ("machines/Machine", "not_under_runner"),
                             ("finance/invoices/../invoices/Reader", "unknown_robot"),
                             ("../sales/Reader", "unknown_robot"), ("finance//invoices/Reader", "unknown_robot"),
                             ("/finance/invoices/Reader", "unknown_robot"), ("Reader", "unknown_robot"),
                             ("finance/invoices/Reader/", "unknown_robot"), ("finance/*/Reader", "unknown_robot"),
                             ("finance/invoices/Reader,sales/Reader", "unknown_robot"),
                             ("x" * 5000, "unknown_robot")):
            with self.subTest(name=name[:60]):
                answer = self.ask(name)
                self.assertEqual((answer.status, answer.json | {"request_id": None}), (404, expected))
                events = vault.audit_events(action="lookup.denied", actor_id=self.runner.id)["items"]
                self.assertIn(reason, {one["event"]["reason"] for one in events})  # the first of its kind

    def test_a_path_that_only_begins_alike_is_not_under_it(self):
        twin = vault.robot("Reader", "finance/invoices2")
        vault.grant(self.client, twin)
        self.assertEqual(self.ask("finance/invoices2/Reader").status, 404)
        deep = vault.robot("Deep", "finance/invoices/2026")
        vault.grant(self.client, deep)
        self.assertEqual(self.ask("finance/invoices/2026/Deep").status, 200)

    def test_a_runner_names_somebody_and_others_name_nobody(self):
        answer = self.ask(None)
        self.assertEqual((answer.status, answer.json["type"]), (400, "/problems/robot_not_named"))
        self.assertEqual(self.ask("finance/invoices/Reader", self.elsewhere).status, 404)
        event = vault.audit_events(action="lookup.denied", actor_id=self.elsewhere.id)["items"][0]["event"]
        self.assertEqual(event["reason"], "not_a_runner")

    def test_access_of_a_runner_by_itself_gives_it_nothing(self):
        vault.grant(self.client, self.runner)
        self.assertEqual(self.ask(None).status, 400)
        self.assertEqual(self.ask("finance/invoices/Nobody").status, 404)

    def test_robots_of_other_projects_are_out_of_reach(self):
        project = vault.create("projects", {"name": vault.name("Other")})
        vault.create("robots", {"project": project["id"], "path": "hr", "name": "Hidden"})
        self.assertEqual(self.ask("hr/Hidden").status, 404)

    def test_what_it_runs_can_be_changed_and_outlives_a_restart(self):
        runner = vault.robot(vault.name("Machine"), "sales", kind="runner")
        self.assertEqual(runner.members["serves"], ["sales"])  # nothing was said
        self.assertEqual(self.ask("sales/Reader", runner).status, 200)
        changed = vault.update("robots", runner.id, {"serves": ["hr"]})
        self.assertEqual((changed.status, changed.json["serves"]), (200, ["hr"]))
        self.assertEqual(self.ask("sales/Reader", runner).status, 404)
        vault.expect(200, vault.update("robots", runner.id, {"serves": ["sales", "hr"]}))
        server.restart()
        vault.reconnect()
        for one in (runner, self.runner, self.elsewhere):
            one.http = server.client(one.key)
        self.assertEqual(self.ask("sales/Reader", runner).status, 200)
        vault.expect(200, vault.update("robots", runner.id, {"kind": "robot"}))
        self.assertEqual(self.ask("sales/Reader", runner).status, 404)

    def test_making_one_needs_the_right_to_give_access(self):
        key = vault.create("api-keys", {"name": vault.name("key"), "permissions": ["view", "configure"]})
        http = server.client(key["key"])
        wanted = {"project": vault.project["id"], "path": "hr", "name": vault.name("Machine")}
        self.assertEqual(http.post(f"{API}/robots", wanted | {"kind": "runner"}).status, 403)
        self.assertEqual(http.post(f"{API}/robots", wanted).status, 201)
        odd = vault.http.post(f"{API}/robots", wanted | {"kind": "runner", "serves": ["hr", "../x"]})
        self.assertEqual((odd.status, odd.json["field"]), (400, "/serves/1"))
        robot = vault.http.post(f"{API}/robots", wanted | {"serves": ["hr"]})
        self.assertEqual((robot.status, robot.json["field"]), (400, "/serves"))


if __name__ == "__main__":
    unittest.main()
