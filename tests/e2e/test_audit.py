"""The audit trail: every hand-out and denial, in a chain that shows tampering."""
import json
import contextlib
import sqlite3
import unittest

import harness
from vault import API, Vault

QUICK = True


def setUpModule():
    global world, hostile
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()


def verify(server):
    return world.run("audit", "verify", "--data", server.data)


class Trail(unittest.TestCase):
    def test_hand_outs_and_denials_are_counted_exactly(self):
        #
        server = harness.Strongroom(world, name="counted").start()
        vault = Vault(server)
        client = vault.client_at(hostile.about["token"] + "good", world=world)
        stranger, robot = vault.robot(), vault.reader_of(client)
        granted = sum(robot.look_up(client).status == 200 for _ in range(25))
        denied = sum(stranger.look_up(client).status == 404 for _ in range(5))
        self.assertEqual((granted, denied), (25, 5))

        handed_out = vault.audit_events(action="token.handed_out", subject_id=client["id"])
        self.assertEqual(handed_out["total"], 25)
        newest = handed_out["items"][0]["event"]
        self.assertEqual(newest["outcome"], "success")
        self.assertIn(robot.id, json.dumps(newest))
        self.assertIn(robot.key_id, json.dumps(newest))
        # Which token it was: the same fingerprint as in the event of its retrieval.
        retrieved = vault.audit_events(action="tokens.retrieved", subject_id=client["id"])["items"]
        self.assertRegex(newest["fingerprint"], r"^[0-9a-f]{32}$")
        self.assertEqual([newest["fingerprint"]], [one["event"]["fingerprint"] for one in retrieved])
        refused = vault.audit_events(outcome="denied", actor_id=stranger.id)
        self.assertEqual(refused["total"], 1)  # the others are counted: test_audit_leaks.py
        verdict = verify(server)  # beside the running server
        self.assertEqual(verdict.returncode, 0, verdict.stderr)
        server.stop()

    def test_changes_are_recorded_with_who_and_what(self):
        server = harness.Strongroom(world, name="changes").start()
        vault = Vault(server)
        client = vault.client_at(hostile.about["token"] + "good", world=world)
        robot = vault.reader_of(client)
        vault.revoke_key(robot)
        vault.update("oauth-clients", client["id"], {"disabled": True})

        def recorded():
            events = [one["event"] for one in vault.audit_events(page_size=1000)["items"]]
            return {"robot_key.revoked", "oauth_client.disabled"} <= {e["action"] for e in events} and events
        events = harness.wait_until(recorded, "the changes to be in the chain")
        actions = {event["action"] for event in events}
        self.assertLessEqual({"target_system.created", "oauth_client.created", "robot.created",
                              "robot_key.created", "robot_access.granted"}, actions)
        for event in events:  # who, what, from where, in which request
            with self.subTest(action=event["action"]):
                self.assertLessEqual({"id", "at", "outcome", "actor_kind"}, event.keys())
                if event["actor_kind"] in ("robot", "user"):
                    self.assertLessEqual({"actor_id", "key_id", "request_id", "peer"}, event.keys())
        server.stop()

    def test_a_retrieval_names_the_person_who_asked_for_it(self):
        server = harness.Strongroom(world, name="retrieved").start()
        vault = Vault(server)
        client = vault.client_at(hostile.about["token"] + "good", world=world)
        asked = vault.retrieve(client)
        self.assertEqual(asked.status, 200, asked)
        me = vault.http.get(f"{API}/whoami").json
        event = vault.audit_events(action="tokens.retrieved")["items"][0]["event"]
        self.assertEqual((event["actor_kind"], event["actor_id"], event["key_id"], event["request_id"]),
                         ("user", me["user"]["id"], me["api_key"]["id"],
                          asked.headers["X-Request-Id"]))
        self.assertEqual((event["peer"], event["subject_name"]), ("127.0.0.1", client["label"]))
        server.stop()

    def test_what_a_person_was_refused_is_recorded_with_the_permission_that_is_missing(self):
        server = harness.Strongroom(world, name="refused").start()
        vault = Vault(server)
        key = vault.create("api-keys", {"name": "viewer", "permissions": ["view"]})
        client = vault.client_at(hostile.about["token"] + "good", world=world)
        viewer = server.client(key["key"])
        requests = [("POST", "/projects", {"name": "No"}, "manage_projects", None),
                    ("POST", f"/oauth-clients/{client['id']}/retrieve-tokens", None, "retrieve",
                     client["id"]),
                    ("GET", "/audit-events", None, "read_audit", None),
                    ("GET", "/api-keys", None, "manage_api_keys", None)]
        for number, (method, path, body, permission, subject) in enumerate(requests, 1):
            with self.subTest(path=path):
                answer = viewer.request(method, API + path, body)
                self.assertEqual((answer.status, answer.json["permission"]), (403, permission))
                events = vault.audit_events(action="permission.denied", actor_id=key["user"])
                self.assertEqual(events["total"], number)
                event = events["items"][0]["event"]
                self.assertEqual((event["outcome"], event["key_id"], event["reason"],
                                  event["request_id"], event.get("subject_id")),
                                 ("denied", key["id"], permission, answer.headers["X-Request-Id"],
                                  subject))
        server.stop()

    def test_the_last_page_has_no_next_one(self):
        server = harness.Strongroom(world, name="paged").start()
        vault = Vault(server)
        for number in range(4):
            vault.create("projects", {"name": f"Paged {number}"})
        wanted = {"action": "project.created", "page_size": 2}
        total = vault.audit_events(**wanted)["total"]
        if total % 2:
            vault.create("projects", {"name": "One more"})
        seen, before = [], None
        while True:
            page = vault.audit_events(**wanted, **({"before": before} if before else {}))
            self.assertEqual(len(page["items"]), 2)  # the last one too
            seen += [one["sequence"] for one in page["items"]]
            before = page["next_before"]
            if before is None:
                break
            self.assertEqual(before, seen[-1])
        self.assertEqual(len(seen), page["total"])
        self.assertEqual(seen, sorted(set(seen), reverse=True))
        server.stop()

    def test_events_are_narrowed_to_a_time(self):
        server = harness.Strongroom(world, name="timed").start()
        vault = Vault(server)
        for number in range(5):
            vault.create("projects", {"name": f"Timed {number}"})
        everything = vault.audit_events(page_size=1000)
        edge = everything["items"][2]["event"]["at"]
        times = [one["event"]["at"] for one in everything["items"]]
        since, until = vault.audit_events(since=edge), vault.audit_events(until=edge, page_size=1)
        self.assertEqual(since["total"], sum(at >= edge for at in times))
        self.assertEqual(until["total"], sum(at < edge for at in times))
        self.assertEqual(vault.audit_events(since=edge, until=edge)["total"], 0)
        made = [one["event"]["at"] for one in everything["items"]
                if one["event"]["action"] == "project.created"]
        self.assertEqual(vault.audit_events(since=edge, action="project.created")["total"],
                         sum(at >= edge for at in made))
        answer = vault.http.get(f"{API}/audit-events", query={"since": "yesterday"})
        self.assertEqual((answer.status, answer.json["field"]), (400, "since"))
        server.stop()

    def test_a_changed_event_breaks_the_chain(self):
        server = harness.Strongroom(world, name="tampered").start()
        vault = Vault(server)
        client = vault.client_at(hostile.about["token"] + "good", world=world)
        robot = vault.reader_of(client)
        for _ in range(10):
            robot.look_up(client)
        server.stop()
        self.assertEqual(verify(server).returncode, 0)

        forged = ("0" if robot.id[0] != "0" else "1") + robot.id[1:]
        with contextlib.closing(sqlite3.connect(server.data / "audit.db")) as database:
            sequence, body = database.execute(
                "SELECT sequence, body FROM events WHERE instr(body, ?)", [robot.id]).fetchone()

            def write(text):
                database.execute("UPDATE events SET body = ? WHERE sequence = ?", [text, sequence])
                database.commit()
            write(body.replace(robot.id, forged))
            verdict = verify(server)
            self.assertNotEqual(verdict.returncode, 0)
            self.assertIn(str(sequence), verdict.stderr)
            write(body)
        self.assertEqual(verify(server).returncode, 0)


if __name__ == "__main__":
    unittest.main()
