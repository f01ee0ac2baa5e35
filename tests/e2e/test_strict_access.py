"""Robot access in strict projects: what was changed lets nobody in until somebody says that it may."""
import unittest

import command_line
import harness
from vault import API, Vault

QUICK = True
UPDATE = API + "/robot-access/update-to-latest"


def setUpModule():
    global world, server, vault, hostile
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


class Readers:
    """A client in a project of its own, and a robot that may read it."""

    def __init__(self, robot_access, issuer=None):
        self.project = vault.create("projects", {"name": vault.name("project"),
                                                 "robot_access": robot_access})
        self.system = vault.target_system(
            hostile.about["token"] + "good", "id", "secret", world=world,
            project=self.project["id"]) if issuer is None else vault.create(
                "target-systems", vault.issuer_system(issuer, world=world,
                                                      project=self.project["id"]))
        self.client = vault.create("oauth-clients", {
            "project": self.project["id"], "label": "nightly",
            "target_system": self.system["id"]})
        self.robot = vault.robot(project=self.project["id"])
        self.rule = vault.grant(self.client, self.robot)

    def looked_up(self):
        return self.robot.look_up_id(self.client["id"]).status

    def report(self, revision, *missing):
        return vault.expect(200, vault.http.request(
            "PUT", f"{API}/robots/{self.robot.id}",
            {"revision": revision, "missing_dependencies": list(missing)}))

    def reason(self):
        rule = vault.get("robot-access", self.rule["id"])
        assert rule["valid"] == (rule["invalid_reason"] == ""), rule
        return rule["invalid_reason"]

    def update(self, **query):
        return vault.expect(200, vault.http.request(
            "POST", UPDATE, {}, query={"project": self.project["id"]} | query))


class Strict(unittest.TestCase):
    def setUp(self):
        self.begin(Readers("strict"))

    def begin(self, at):
        self.at = at
        self.at.report("r1")
        self.assertEqual(self.at.looked_up(), 200)

    def check_shut_out(self, reason):
        self.assertEqual(self.at.looked_up(), 404)
        self.assertEqual(self.at.reason(), reason)
        told = vault.http.post(f"{API}/oauth-clients/{self.at.client['id']}/test-look-up",
                               {"robot": self.at.robot.id})
        self.assertEqual(told.json["reason"], "access_invalid")

    def test_another_revision_shuts_out_until_updated(self):
        self.assertEqual(self.at.report("r1")["invalidated"], 0)
        self.assertEqual(self.at.looked_up(), 200)
        self.assertEqual(self.at.report("r2")["invalidated"], 1)
        self.check_shut_out("robot_changed")
        previewed = self.at.update(dry_run="true")
        self.assertEqual((previewed["changed"], previewed["rules"][0]["id"]),
                         (1, self.at.rule["id"]))
        self.assertEqual(self.at.looked_up(), 404)
        self.assertEqual(self.at.update()["changed"], 1)
        self.assertEqual((self.at.looked_up(), self.at.reason()), (200, ""))

    def test_a_missing_dependency_has_to_be_put_back_first(self):
        self.at.report("r1", "snippet")
        self.check_shut_out("dependency_missing")
        done = self.at.update()
        self.assertEqual((done["changed"], done["blocked"]), (0, 1))
        self.assertEqual(self.at.looked_up(), 404)
        self.at.report("r1")
        self.assertEqual(self.at.update()["changed"], 1)
        self.assertEqual(self.at.looked_up(), 200)

    def test_a_person_who_edits_the_client_or_its_target_system_shuts_out(self):
        changed = vault.update("oauth-clients", self.at.client["id"], {"label": "daily"})
        self.assertEqual(changed.status, 200)
        self.check_shut_out("client_edited")
        self.at.update()
        changed = vault.update("target-systems", self.at.system["id"], {"scopes": ["read"]})
        self.assertEqual(changed.status, 200)
        self.check_shut_out("target_system_edited")

    def test_rules_of_secrets_are_invalid_with_the_others_and_say_why(self):
        secret = vault.create("secrets", {"project": self.at.project["id"], "target_system": self.at.system["id"],
                                          "label": "batch user", "kind": "password", "value": "a-value"})
        rule = vault.grant_secret(secret, self.at.robot)
        self.assertEqual((rule["valid"], rule["invalid_reason"]), (True, ""))
        self.assertEqual(self.at.robot.look_secret_up_id(secret["id"]).status, 200)
        self.assertEqual(self.at.report("r2")["invalidated"], 2, "the client's rule and the secret's")
        self.assertEqual(self.at.robot.look_secret_up_id(secret["id"]).status, 404)
        invalid = vault.list("secret-access", project=self.at.project["id"], valid="false")["items"]
        self.assertEqual([(one["id"], one["valid"], one["invalid_reason"]) for one in invalid],
                         [(rule["id"], False, "robot_changed")])
        changed = vault.expect(200, vault.http.post(f"{API}/secret-access/update-to-latest", {"ids": [rule["id"]]}))
        self.assertEqual((changed["changed"], changed["blocked"]), (1, 0))
        self.assertEqual(self.at.robot.look_secret_up_id(secret["id"]).status, 200)
        told = [one["event"] for one in vault.audit_events(action="secret_access.invalidated")["items"]
                if one["event"]["subject_id"] == rule["id"]]
        self.assertEqual([one["reason"] for one in told], ["robot_changed"])

    def test_a_person_who_edits_the_robot_shuts_it_out(self):
        self.assertEqual(vault.update("robots", self.at.robot.id, {"path": "elsewhere"}).status, 200)
        self.check_shut_out("robot_changed")
        self.at.update()
        self.assertEqual(self.at.looked_up(), 200)

    def of_the_system(self, what, **more):
        return vault.expect(200, vault.http.post(
            f"{API}/target-systems/{self.at.system['id']}/{what}", **more))

    def test_a_person_who_reads_the_issuer_again_shuts_out_if_something_changed(self):
        self.begin(Readers("strict", hostile.issuer(
            "strict-reads", "good", "good", "good?methods=client_secret_post")))
        self.of_the_system("discover")
        self.assertEqual(self.at.reason(), "")
        self.of_the_system("discover")
        self.check_shut_out("target_system_edited")

    def test_a_person_who_approves_where_secrets_go_shuts_out(self):
        moved = hostile.script("strict-moved", "good")
        self.begin(Readers("strict", hostile.issuer(
            "strict-moves", "good", f"good?token={moved}")))
        held = self.of_the_system("discover")
        self.assertIsNotNone(held["pending_metadata"])
        self.assertEqual((self.at.looked_up(), self.at.reason()), (200, ""))
        path = f"{API}/target-systems/{self.at.system['id']}"
        self.of_the_system("approve-destination",
                           headers={"If-Match": vault.http.get(path).headers["ETag"]})
        self.check_shut_out("target_system_edited")

    def test_retrievals_rotation_and_switches_do_not(self):
        self.assertEqual(vault.retrieve(self.at.client).status, 200)
        changed = vault.update("target-systems", self.at.system["id"],
                               {"consumer_secrets": [{"value": "another"}]})
        self.assertEqual(changed.status, 200)
        for switch in (True, False):
            vault.update("oauth-clients", self.at.client["id"], {"disabled": switch})
        self.assertEqual((self.at.looked_up(), self.at.reason()), (200, ""))

    def test_a_robot_that_was_gone_is_let_in_by_a_person_only(self):
        self.assertEqual(vault.delete("robots", self.at.robot.id).status, 200)
        self.assertEqual(vault.http.post(f"{API}/robots/{self.at.robot.id}/restore").status, 200)
        self.check_shut_out("robot_gone")
        self.at.update()
        self.assertEqual(self.at.looked_up(), 200)

    def test_outlives_a_restart(self):
        self.at.report("r2")
        self.assertEqual(server.stop(), 0)
        server.start()
        vault.reconnect()
        self.at.robot.http = server.client(self.at.robot.key)
        self.check_shut_out("robot_changed")


class Default(unittest.TestCase):
    def test_access_survives_changes(self):
        at = Readers("default")
        at.report("r1")
        at.report("r2", "snippet")
        vault.update("oauth-clients", at.client["id"], {"label": "daily"})
        vault.update("target-systems", at.system["id"], {"scopes": ["read"]})
        self.assertEqual((at.looked_up(), at.reason()), (200, ""))


class Many(unittest.TestCase):
    def listed(self, at, **query):
        return [one["id"] for one in
                vault.list("robot-access", project=at.project["id"], **query)["items"]]

    def test_unused_and_invalid_ones_are_found_and_deleted_together(self):
        at = Readers("strict")
        at.report("r1")
        other = vault.grant(at.client, path_pattern="elsewhere/**")
        self.assertIsNone(vault.get("robot-access", at.rule["id"])["last_used_at"])

        def is_used_later():
            at.looked_up()
            return vault.get("robot-access", at.rule["id"])["last_used_at"] > other["created_at"]
        harness.wait_until(is_used_later, "a use in another second")
        used = vault.get("robot-access", at.rule["id"])["last_used_at"]
        self.assertIsNone(vault.get("robot-access", other["id"])["last_used_at"])
        self.assertEqual(self.listed(at, unused_since=used), [other["id"]])
        at.report("r2")
        self.assertEqual(self.listed(at, valid="false"), [at.rule["id"]])
        self.assertEqual(self.listed(at, valid="true"), [other["id"]])
        path, query = API + "/robot-access", {"project": at.project["id"]}
        refused = vault.http.request("DELETE", path, query=query)
        self.assertEqual((refused.status, refused.json["field"]), (400, "valid"))
        told = vault.http.request("DELETE", path, query=query | {"valid": "false",
                                                                 "dry_run": "true"})
        self.assertEqual(told.json["changed"], 1)
        self.assertEqual(len(self.listed(at)), 2)
        done = vault.http.request("DELETE", path, query=query | {"valid": "false"})
        self.assertEqual(done.json["changed"], 1)
        self.assertEqual(self.listed(at), [other["id"]])

    def test_who_may_not_grant_updates_nothing(self):
        at = Readers("strict")
        at.report("r1")
        at.report("r2")
        key = vault.create("api-keys", {"name": "runner", "permissions": ["view", "run_robots"]})
        runner = server.client(key["key"])
        self.assertEqual(runner.request("PUT", f"{API}/robots/{at.robot.id}",
                                        {"revision": "r3"}).status, 200)
        self.assertEqual(runner.post(UPDATE, {"ids": [at.rule["id"]]}).status, 403)
        self.assertEqual(at.looked_up(), 404)


class Commands(command_line.CommandLine):
    @classmethod
    def setUpClass(cls):
        cls.use(world, server)

    def test_report_list_and_update(self):
        at = Readers("strict")
        robot = ("robot", "report", at.robot.id, "--revision")
        self.assertEqual(self.made(*robot, "r1")["invalidated"], 0)
        self.assertEqual(self.made(*robot, "r1", "--missing", "snippet")["invalidated"], 1)
        invalid = ("access", "list", "--project", at.project["name"], "--valid", "false")
        self.assertEqual([one["id"] for one in self.listed(*invalid)], [at.rule["id"]])
        self.made(*robot, "r1")
        update = ("access", "update", "--project", at.project["name"])
        self.assertEqual(self.made(*update)["changed"], 1)
        self.assertEqual(at.looked_up(), 404)
        self.assertEqual(self.made(*update, "--id", at.rule["id"], "--yes")["changed"], 1)
        self.assertEqual(at.looked_up(), 200)


if __name__ == "__main__":
    unittest.main()
