"""Who gets a token, and who gets nothing: neither a token nor a hint."""
import concurrent.futures
import threading
import unittest

import harness
from vault import LOOKUP, Vault

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


def without_request_id(answer):
    """The body but for what differs from one request to the next."""
    return {name: value for name, value in answer.json.items()
            if name not in ("instance", "request_id")}


class Denied(unittest.TestCase):
    def test_not_yours_and_not_there_are_the_same_answer(self):
        #
        mine, other = good_client(), good_client()
        robot = vault.reader_of(mine)
        question = other["question"]
        unknown = [
            robot.look_up(other),
            robot.look_up(other, label="no such label"),
            robot.look_up(other, target_system="no such system"),
            robot.look_up(other, project="no such project"),
            robot.look_up_id(other["id"]),
            robot.look_up_id("00000000-0000-4000-8000-000000000000"),
        ]
        for answer in unknown:
            self.assertEqual(answer.status, 404, answer)
            self.assertEqual(without_request_id(answer), without_request_id(unknown[0]))
            self.assertEqual(len(answer.body), len(unknown[0].body))
            self.assertNotIn(question["label"].encode(), answer.body)
            self.assertEqual(sorted(answer.headers), sorted(unknown[0].headers))

    def test_a_question_without_its_three_names_is_refused(self):
        #
        client = good_client()
        robot = vault.reader_of(client)
        for missing in ("project", "target_system", "label"):
            with self.subTest(missing=missing):
                query = {name: value for name, value in client["question"].items()
                         if name != missing}
                answer = robot.http.get(LOOKUP, query=query)
                self.assertEqual((answer.status, answer.json.get("field")), (400, missing))

    def test_a_key_that_is_none_is_not_told_what_is_there(self):
        client = good_client()
        robot = vault.reader_of(client)
        swapped = robot.key[:-1] + ("A" if robot.key[-1] != "A" else "B")
        keys = [None, "", "x", swapped, vault.key, robot.key + "A", robot.key[:-1],
                "srk_robot_" + "0" * 49]
        for key in keys:
            with self.subTest(key=key):
                answer = server.client(key).get(LOOKUP, query=client["question"])
                self.assertEqual(answer.status, 401, answer)
                self.assertIn("WWW-Authenticate", answer.headers)

    def test_a_robot_key_administers_nothing(self):
        robot = vault.reader_of(good_client())
        for path in ("/projects", "/target-systems", "/oauth-clients", "/robots", "/audit-events"):
            with self.subTest(path=path):
                self.assertIn(robot.http.get("/api/v1" + path).status, (401, 403))

    def test_labels_with_control_characters_are_refused(self):
        client = good_client()
        robot = vault.reader_of(client)
        for label in ("a\r\nX: y", "a\x00b", "a\x1b[31m", "\ud800".encode("utf-8", "surrogatepass")):
            with self.subTest(label=label):
                self.assertIn(robot.look_up(client, label=label).status, (400, 404))


class Revoked(unittest.TestCase):
    def test_a_revoked_key_is_no_key(self):
        client = good_client()
        robot = vault.reader_of(client)
        self.assertEqual(robot.look_up(client).status, 200)
        self.assertEqual(vault.revoke_key(robot).status, 204)
        self.assertEqual(robot.look_up(client).status, 401)

    def test_access_taken_away_is_gone(self):
        client = good_client()
        robot = vault.robot()
        rule = vault.grant(client, robot)
        self.assertEqual(robot.look_up(client).status, 200)
        self.assertEqual(vault.delete("robot-access", rule["id"]).status, 204)
        self.assertEqual(robot.look_up(client).status, 404)

    def test_two_keys_live_at_a_time(self):
        client = good_client()
        robot = vault.reader_of(client)
        second = vault.robot_key(robot.id)
        self.assertEqual(server.client(second["key"]).get(LOOKUP, query=client["question"]).status,
                         200)
        third = vault.http.post(f"/api/v1/robots/{robot.id}/keys", {})
        self.assertEqual(third.status, 409, third)


class UnderLoad(unittest.TestCase):
    """On a server of its own: an address that shows many bad keys is slowed down for a while."""

    def test_after_the_answer_no_lookup_succeeds(self):
        #
        own = harness.Strongroom(world, name="loaded").start()
        loaded = Vault(own)
        client = loaded.client_at(hostile.about["token"] + "good", world=world)
        for round_number in range(10):
            robot = loaded.reader_of(client)
            robot.look_up(client)
            revoked = threading.Event()
            with concurrent.futures.ThreadPoolExecutor(6) as pool:
                asking = [pool.submit(self.late_answers, own, robot, client, revoked)
                          for _ in range(6)]
                self.assertEqual(loaded.revoke_key(robot).status, 204)
                revoked.set()
                statuses = {status for one in asking for status in one.result()}
            self.assertLessEqual(statuses, {401, 429}, f"round {round_number}")
        own.stop()

    @staticmethod
    def late_answers(own, robot, client, revoked):
        """Statuses of the look-ups that began after the revoke was answered."""
        connection = own.client(robot.key)
        late = []
        while len(late) < 5:
            after = revoked.is_set()
            status = connection.get(LOOKUP, query=client["question"]).status
            if after:
                late.append(status)
        return late


class Patterns(unittest.TestCase):
    def test_a_pattern_covers_whole_segments_only(self):
        client = good_client()
        inside = vault.robot(path="payroll/monthly")
        beside = vault.robot(path="payroll2/monthly")
        vault.grant(client, path_pattern="payroll/**")
        self.assertEqual(inside.look_up(client).status, 200)
        self.assertEqual(beside.look_up(client).status, 404)

    def test_moving_a_robot_away_takes_its_access(self):
        client = good_client()
        robot = vault.robot(path="moving/here")
        vault.grant(client, path_pattern="moving/**")
        self.assertEqual(robot.look_up(client).status, 200)
        self.assertEqual(vault.update("robots", robot.id, {"path": "elsewhere"}).status, 200)
        self.assertEqual(robot.look_up(client).status, 404)


class Duplicates(unittest.TestCase):
    def test_a_duplicate_names_the_field_and_the_existing_object(self):
        client = good_client()
        name = vault.get("target-systems", client["target_system"])["name"]
        project = vault.create("projects", {"name": vault.name("Übersee")})
        refused = {
            "label": vault.http.post("/api/v1/oauth-clients", {
                "project": vault.project["id"], "target_system": client["target_system"],
                "label": client["label"].upper()}),
            "name": vault.http.post("/api/v1/projects", {"name": project["name"].upper()}),
        }
        self.assertIn(name, client["question"].values())
        for field, answer in refused.items():
            with self.subTest(field=field):
                self.assertEqual(answer.status, 409, answer)
                self.assertEqual(answer.json["field"], "/" + field)
        self.assertEqual(refused["label"].json["existing_id"], client["id"])
        self.assertEqual(refused["name"].json["existing_id"], project["id"])

    def test_a_changed_endpoint_stops_the_stored_secret(self):
        #
        client = good_client()
        robot = vault.reader_of(client)
        seen = len(hostile.requests("/token/good"))
        changed = vault.update("target-systems", client["target_system"], {
            "endpoint_parameters": {"token_endpoint": hostile.about["other_origin"] + "/stolen"}})
        self.assertEqual(changed.status, 200, changed)
        self.assertTrue(changed.json["destination_held"])
        answer = robot.look_up(client)
        self.assertNotEqual(answer.status, 200, answer)
        self.assertEqual(hostile.elsewhere(), [])
        self.assertEqual(len(hostile.requests("/token/good")), seen)


if __name__ == "__main__":
    unittest.main()
