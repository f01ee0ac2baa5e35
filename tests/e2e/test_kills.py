"""The kill switch: what was stopped gives nothing any more, whatever else works or does not."""
import re
import threading
import unittest

import command_line
import harness
from vault import API, Vault

QUICK = True


def setUpModule():
    global world, server, vault, hostile
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def good_client(**more):
    return vault.client_at(hostile.about["token"] + "good", world=world, **more)


def kill(at=None, **what):
    return (at or vault).create("kills", {"reason": "It leaked."} | what)


def lift(made):
    return vault.delete("kills", made["id"])


def denials(client):
    return [one["event"]["reason"] for one in
            vault.audit_events(action="lookup.denied", page_size=50)["items"]
            if one["event"].get("subject_id") == client["id"]]


class Stopped(unittest.TestCase):
    def test_every_kind_of_thing_is_as_if_it_were_not_there(self):
        # A-271, E6, E29
        project = vault.create("projects", {"name": vault.name("stopped")})
        client = vault.create("oauth-clients", {
            "project": project["id"], "label": "nightly",
            "target_system": vault.target_system(
                hostile.about["token"] + "good", "id", "secret", world=world,
                project=project["id"])["id"]})
        client["question"] = {"project": project["name"], "label": "nightly",
                              "target_system": client["target_system_name"]}
        robot = vault.robot(project=project["id"])
        vault.grant(client, robot)
        unknown = robot.look_up(client, label="no such label")
        for what in ({"robot": robot.id}, {"oauth_client": client["id"]},
                     {"target_system": client["target_system"]}, {"project": project["id"]},
                     {"service_provider": "generic"}):
            with self.subTest(what=what):
                self.assertEqual(robot.look_up(client).status, 200)
                made = kill(**what, revoke_upstream=False)
                self.assertTrue(made["durable"])
                answer = robot.look_up(client)
                self.assertEqual(answer.status, 404, answer)
                self.assertEqual(len(answer.body), len(unknown.body))
                self.assertEqual(denials(client)[0], "killed")
                if "robot" not in what:
                    self.assertEqual(vault.get("oauth-clients", client["id"])["killed_by"],
                                     made["id"])
                    self.assertEqual(vault.retrieve(client).json["type"], "/problems/killed")
                told = vault.http.post(f"{API}/oauth-clients/{client['id']}/test-look-up",
                                       {"robot": robot.id})
                self.assertEqual(told.json["reason"], "killed")
                self.assertEqual(lift(made).status, 204)
                self.assertIsNone(vault.get("oauth-clients", client["id"])["killed_by"])
        self.assertEqual(robot.look_up(client).status, 200)

    def test_a_look_up_that_waits_for_its_provider_gets_nothing(self):
        client = vault.client_at(hostile.about["token"] + "hold", world=world)
        robot = vault.reader_of(client)
        answers = []
        waiting = threading.Thread(target=lambda: answers.append(robot.look_up(client)))
        waiting.start()
        harness.wait_until(lambda: hostile.waiting() == 1, "the token request")
        kill(oauth_client=client["id"])
        hostile.release()
        waiting.join()
        self.assertEqual(answers[0].status, 404, answers[0])

    def test_its_tokens_are_taken_away(self):
        client = good_client()
        robot = vault.reader_of(client)
        self.assertEqual(robot.look_up(client).status, 200)
        made = kill(oauth_client=client["id"])
        self.assertEqual(made["revocation"], "queued")
        harness.wait_until(lambda: vault.get("oauth-clients", client["id"])["token"] is None,
                           "the withdrawal")
        self.assertIsNotNone(vault.get("oauth-clients", client["id"])["revocation"])

    def test_outlives_a_restart(self):
        own = harness.Strongroom(world, name="restarted").start()
        its = Vault(own)
        client = its.client_at(hostile.about["token"] + "good", world=world)
        robot = its.reader_of(client)
        made = kill(its, oauth_client=client["id"], revoke_upstream=False)
        self.assertEqual(own.stop(), 0)
        own.start()
        its.reconnect()
        robot.http = own.client(robot.key)
        self.assertEqual(robot.look_up(client).status, 404)
        self.assertEqual(its.list("kills")["items"], [made])
        own.stop()

    def test_who_may_see_it_may_not_lift_it(self):
        client = good_client()
        made = kill(oauth_client=client["id"], revoke_upstream=False)
        key = vault.create("api-keys", {"name": "killer", "permissions": ["view", "kill"]})["key"]
        by_key = server.client(key)
        self.assertEqual(by_key.get(f"{API}/kills/{made['id']}").status, 200)
        self.assertEqual(by_key.request("DELETE", f"{API}/kills/{made['id']}").status, 403)
        self.assertEqual(lift(made).status, 204)
        actions = {one["event"]["action"] for one in vault.audit_events(page_size=20)["items"]}
        self.assertLessEqual({"kill.set", "kill.lifted"}, actions)

    def test_names_one_thing_and_a_reason(self):
        client = good_client()
        for body, field in (({"reason": "x"}, "/oauth_client"),
                            ({"oauth_client": client["id"]}, "/reason"),
                            ({"oauth_client": client["id"], "reason": ""}, "/reason"),
                            ({"oauth_client": client["id"], "reason": "x" * 1001}, "/reason"),
                            ({"service_provider": "none", "reason": "x"}, "/service_provider"),
                            ({"robot": client["id"], "reason": "x"}, "/robot"),
                            ({"robot": client["id"], "project": client["project"], "reason": "x"},
                             "/project")):
            with self.subTest(body=body):
                answer = vault.http.post(f"{API}/kills", body)
                self.assertEqual((answer.status, answer.json["field"]), (400, field), answer)


class Commands(command_line.CommandLine):
    @classmethod
    def setUpClass(cls):
        cls.use(world, server)

    def test_stop_list_and_lift(self):
        client = good_client()
        robot = vault.reader_of(client)
        made = self.made("kill", "robot", robot.members["name"], "--reason", "gone",
                         "--keep-tokens")
        self.assertEqual((made["subject"], made["revocation"]), (robot.id, "off"))
        self.assertEqual(robot.look_up(client).status, 404)
        self.assertIn("gone", self.done("kill", "list").stdout)
        self.done("kill", "lift", made["id"])
        self.assertEqual(robot.look_up(client).status, 200)


class Metrics(unittest.TestCase):
    def test_say_how_many_there_are(self):
        before = int(re.search(r"^strongroom_kills (\d+)", server.metrics(), re.M)[1])
        made = kill(oauth_client=good_client()["id"], revoke_upstream=False)
        self.assertIn(f"\nstrongroom_kills {before + 1}\n", server.metrics())
        self.assertIn("\nstrongroom_kills_not_durable 0\n", server.metrics())
        lift(made)


if __name__ == "__main__":
    unittest.main()
