"""Who gets a token, and who gets nothing: neither a token nor a hint."""
import concurrent.futures
import re
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
        # A-272, E10
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
        told = vault.http.request("DELETE", f"/api/v1/robot-access/{rule['id']}",
                                  query={"dry_run": "true"})
        self.assertEqual((told.status, told.json["affected"]["robots"]), (200, 1))
        self.assertEqual(robot.look_up(client).status, 200)
        self.assertEqual(vault.delete("robot-access", rule["id"]).status, 200)
        self.assertEqual(robot.look_up(client).status, 404)

    def test_two_keys_live_at_a_time(self):
        client = good_client()
        robot = vault.reader_of(client)
        second = vault.robot_key(robot.id)
        self.assertEqual(server.client(second["key"]).get(LOOKUP, query=client["question"]).status,
                         200)
        third = vault.http.post(f"/api/v1/robots/{robot.id}/keys", {})
        self.assertEqual(third.status, 409, third)


class WrongKeys(unittest.TestCase):
    """On a server of its own: an address that shows many bad keys is slowed down for a while."""

    def test_are_slowed_down_and_a_right_one_is_not(self):
        own = harness.Strongroom(world, name="guessed").start()
        guessed = Vault(own)
        client = guessed.client_at(hostile.about["token"] + "good", world=world)
        robot = guessed.reader_of(client)
        wrong = own.client("srk_robot_" + "0" * 49)
        answers = [wrong.get(LOOKUP, query=client["question"]) for _ in range(30)]
        statuses = [answer.status for answer in answers]
        self.assertEqual(statuses[:15], [401] * 15)
        self.assertEqual(statuses[-1], 429)
        self.assertGreaterEqual(int(answers[-1].headers["Retry-After"]), 1)
        self.assertEqual(wrong.get(LOOKUP).status, 429)  # a bad query with a bad key is no way out
        self.assertEqual(robot.look_up(client).status, 200)
        self.assertEqual(guessed.http.get("/api/v1/whoami").status, 200)
        throttled = re.search(r"^strongroom_http_throttled_total (\d+)", own.metrics(), re.M)
        self.assertGreaterEqual(int(throttled[1]), 2)
        own.stop()


class UnderLoad(unittest.TestCase):
    """On a server of its own: an address that shows many bad keys is slowed down for a while."""

    def setUp(self):
        self.own = harness.Strongroom(world, name=self.id().rpartition(".")[2]).start()
        self.addCleanup(self.own.stop)
        self.vault = Vault(self.own)

    def client(self):
        return self.vault.client_at(hostile.about["token"] + "good", world=world)

    def statuses_after(self, robot, client, stop):
        """Statuses of the look-ups that began after `stop` was answered, while many are asking."""
        stopped = threading.Event()
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            asking = [pool.submit(self.late_answers, self.own, robot, client, stopped)
                      for _ in range(6)]
            answer = stop()
            stopped.set()
            self.assertIn(answer.status, (200, 204), answer)
            return {status for one in asking for status in one.result()}

    def test_after_a_revoke_is_answered_no_lookup_succeeds(self):
        #
        client = self.client()
        for round_number in range(10):
            robot = self.vault.reader_of(client)
            robot.look_up(client)
            statuses = self.statuses_after(robot, client, lambda: self.vault.revoke_key(robot))
            self.assertLessEqual(statuses, {401, 429}, f"round {round_number}")

    def test_one_call_stops_a_client_a_target_system_or_a_project(self):
        # A-274, E6, E29
        here = self.vault
        stops = {
            "disable the client": lambda client: here.update("oauth-clients", client["id"],
                                                             {"disabled": True}),
            "delete the client": lambda client: here.delete("oauth-clients", client["id"]),
            "delete its target system": lambda client: here.delete("target-systems",
                                                                   client["target_system"]),
            "delete its project": lambda client: here.delete("projects", client["project"]),
        }
        for what, stop in stops.items():
            for round_number in range(3):
                with self.subTest(what=what, round=round_number):
                    here.project = here.create("projects", {"name": here.name("stopped")})
                    client = self.client()
                    robot = here.reader_of(client)
                    self.assertEqual(robot.look_up(client).status, 200)
                    statuses = self.statuses_after(robot, client, lambda: stop(client))
                    self.assertLessEqual(statuses, {401, 404})
                    self.assertIn(robot.look_up_id(client["id"]).status, (401, 404))

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


class ForwardedHeaders(unittest.TestCase):
    """No proxy is configured whose word would count, so nobody's does (test_trusted_proxies.py has some)."""

    CLAIMS = ({"X-Forwarded-For": "203.0.113.7"}, {"Forwarded": "for=203.0.113.7;host=evil.example"},
              {"X-Real-IP": "203.0.113.7", "X-Forwarded-Host": "evil.example",
               "X-Forwarded-Proto": "http"})

    def setUp(self):
        own = harness.Strongroom(world, name=self.id().rpartition(".")[2]).start()
        self.addCleanup(own.stop)
        self.own, self.vault = own, Vault(own)

    def test_the_audit_trail_has_the_address_that_really_asked(self):
        #
        client = self.vault.client_at(hostile.about["token"] + "good", world=world)
        robot = self.vault.reader_of(client)
        for claim in self.CLAIMS:
            answer = robot.http.get(LOOKUP, query=client["question"], headers=claim)
            self.assertEqual(answer.status, 200, answer)
            made = self.vault.http.post("/api/v1/projects", {"name": self.vault.name("by")},
                                        headers=claim)
            self.assertEqual(made.status, 201, made)
            self.assertNotIn("evil.example", str(made.headers))
        for action in ("token.handed_out", "project.created"):
            events = [one["event"] for one in self.vault.audit_events(action=action)["items"]]
            self.assertGreaterEqual(len(events), len(self.CLAIMS))
            self.assertEqual({event["peer"] for event in events if event.get("actor_id")},
                             {"127.0.0.1"})

    def test_wrong_keys_are_slowed_down_whoever_they_claim_to_be(self):
        #
        wrong = self.own.client("srk_user_" + "0" * 49)
        statuses = [wrong.get("/api/v1/projects",
                              headers={"X-Forwarded-For": f"203.0.113.{number}",
                                       "Forwarded": f"for=198.51.100.{number}"}).status
                    for number in range(60)]
        self.assertEqual(set(statuses[:20]), {401})
        self.assertIn(429, statuses)


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
