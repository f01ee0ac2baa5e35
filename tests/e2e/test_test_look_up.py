"""A person asks what a robot's look-up would come to: the hidden reason, and never the token."""
import unittest

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


def asked(client, robot, http=None):
    return (http or vault.http).post(f"{API}/oauth-clients/{client['id']}/test-look-up", {"robot": robot.id})


def said(client, robot):
    return vault.expect(200, asked(client, robot))


class TestLookUp(unittest.TestCase):
    def test_it_says_what_the_look_up_then_does(self):
        client = vault.client_at(hostile.about["token"] + "good", world=world)
        robot = vault.robot()
        self.assertEqual((said(client, robot)["allowed"], said(client, robot)["reason"]), (False, "no_access"))
        self.assertEqual(robot.look_up(client).status, 404)
        vault.grant(client, robot)
        self.assertEqual(said(client, robot)["reason"], "no_token")
        vault.expect(200, vault.retrieve(client))
        before = vault.audit_events(action="token.handed_out")["total"]
        outlook = said(client, robot)
        self.assertEqual((outlook["allowed"], outlook["reason"]), (True, ""))
        answer = vault.expect(200, robot.look_up(client))
        self.assertLessEqual(answer["expires_in"], outlook["seconds_left"])
        self.assertEqual(outlook["scopes"], answer["scope"].split())
        # Only the look-up itself was a hand-out.
        self.assertEqual(vault.audit_events(action="token.handed_out")["total"], before + 1)

    def test_the_token_is_not_in_the_answer(self):
        client = vault.client_at(hostile.about["token"] + "good", world=world)
        robot = vault.reader_of(client)
        token = vault.expect(200, robot.look_up(client))["access_token"]
        self.assertNotIn(token.encode(), asked(client, robot).body)

    def test_it_tells_what_robots_are_not_told(self):
        client = vault.client_at(hostile.about["token"] + "good", world=world)
        robot = vault.reader_of(client)
        vault.expect(200, vault.update("oauth-clients", client["id"], {"disabled": True}))
        self.assertEqual(said(client, robot)["reason"], "client_disabled")
        vault.expect(204, vault.revoke_key(robot))
        self.assertEqual(said(client, robot)["reason"], "no_key")
        draft = vault.client({"id": client["target_system"], "name": "x"}, draft=True)
        self.assertEqual(said(draft, vault.robot())["reason"], "client_draft")

    def test_what_is_not_there_is_said_so(self):
        client = vault.client_at(hostile.about["token"] + "good", world=world)
        nothing = "00000000-0000-4000-8000-000000000000"
        path = f"{API}/oauth-clients/{client['id']}/test-look-up"
        answer = vault.http.post(path, {"robot": nothing})
        self.assertEqual((answer.status, answer.json["field"]), (400, "/robot"))
        self.assertEqual(vault.http.post(path, {"robot": "no id"}).json["field"], "/robot")
        self.assertEqual(vault.http.post(path, {}).status, 400)
        robot = vault.robot()
        self.assertEqual(vault.http.post(f"{API}/oauth-clients/{nothing}/test-look-up", {"robot": robot.id}).status, 404)

    def test_it_needs_view(self):
        client = vault.client_at(hostile.about["token"] + "good", world=world)
        robot = vault.robot()
        key = vault.create("api-keys", {"name": "blind", "permissions": ["retrieve"]})["key"]
        answer = asked(client, robot, server.client(key))
        self.assertEqual((answer.status, answer.json["permission"]), (403, "view"))
        self.assertIn(asked(client, robot, robot.http).status, (401, 403))


class Denials(unittest.TestCase):
    def test_the_trail_has_robot_client_and_the_hidden_reason(self):
        client = vault.client_at(hostile.about["token"] + "good", world=world)
        robot = vault.robot()
        robot.look_up(client)
        robot.look_up(client, label="nothing of this name")
        unknown, denied = [item["event"] for item in
                           vault.audit_events(action="lookup.denied", actor_id=robot.id)["items"]]
        self.assertEqual((denied["actor_id"], denied["subject_id"], denied["subject_name"], denied["reason"]),
                         (robot.id, client["id"], client["label"], "no_access"))
        self.assertEqual(unknown["reason"], "unknown_client")
        self.assertNotIn("subject_id", unknown)
        asked = client["question"]
        self.assertEqual((unknown["asked_project"], unknown["asked_target_system"], unknown["asked_label"]),
                         (asked["project"], asked["target_system"], "nothing of this name"))


class Names(unittest.TestCase):
    def test_a_rule_and_a_robot_say_what_people_know_them_by(self):
        client = vault.client_at(hostile.about["token"] + "good", world=world)
        robot = vault.reader_of(client)
        vault.grant(client, path_pattern="sales/**")
        by_pattern, by_robot = sorted(vault.list("robot-access", oauth_client=client["id"])["items"],
                                      key=lambda rule: rule["path_pattern"] is None)
        for rule in (by_pattern, by_robot):
            self.assertEqual((rule["oauth_client_label"], rule["target_system_name"], rule["project_name"]),
                             (client["label"], client["question"]["target_system"], client["question"]["project"]))
        self.assertEqual((by_robot["robot_name"], by_robot["robot_path"]), (robot.members["name"], "finance/invoices"))
        self.assertEqual((by_pattern["robot_name"], by_pattern["robot_path"]), (None, None))
        self.assertEqual(vault.get("robots", robot.id)["live_keys"], 1)
        vault.expect(204, vault.revoke_key(robot))
        self.assertEqual(vault.get("robots", robot.id)["live_keys"], 0)


if __name__ == "__main__":
    unittest.main()
