"""A token leaked: who had it? And canaries: who asked for what nobody has a reason to ask for?"""
import unittest

import harness
from vault import API, Vault


def setUpModule():
    global world, hostile
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()


def trace(server, *words, token):
    return world.run("audit", "trace-token", *words, stdin=token)


def alarms(http):
    """What of /attention is about canaries."""
    return [item for item in http.get(f"{API}/attention").json["items"] if item["kind"] == "canary_touched"]


class Leaks(unittest.TestCase):
    def test_a_leaked_token_leads_to_client_robot_time_and_address(self):
        # E6
        server = harness.Strongroom(world, name="leaked").start()
        vault = Vault(server)
        client = vault.client_at(hostile.about["token"] + "good", world=world)
        robot, other = vault.reader_of(client), vault.reader_of(client)
        answer = robot.look_up(client)
        token = answer.json["access_token"]
        self.assertEqual(vault.retrieve(client).status, 200)  # it is rotated away
        newer = other.look_up(client).json["access_token"]
        self.assertNotEqual(token, newer)

        found = vault.http.post(f"{API}/audit-events/trace-token", {"token": token})
        self.assertEqual(found.status, 200, found)
        self.assertTrue(found.json["found"])
        self.assertTrue(found.json["retrieved_at"])
        [hand_out] = found.json["hand_outs"]
        self.assertEqual(hand_out["oauth_client"], {"id": client["id"], "name": client["label"]})
        self.assertEqual(hand_out["robot"], {"id": robot.id, "name": robot.members["name"]})
        self.assertEqual((hand_out["user"], hand_out["secret"]), (None, None))
        self.assertEqual((hand_out["peer"], hand_out["request_id"], hand_out["action"]),
                         ("127.0.0.1", answer.headers["X-Request-Id"], "token.handed_out"))
        unknown = vault.http.post(f"{API}/audit-events/trace-token", {"token": "never-seen"}).json
        self.assertEqual((unknown["found"], unknown["hand_outs"], unknown["retrieved_at"]), (False, [], None))
        # That somebody looked for it is in the trail, the token is not.
        asked = vault.audit_events(action="audit.token_traced")["items"]
        self.assertEqual(asked[-1]["event"]["fingerprint"], found.json["fingerprint"])
        self.assertNotIn(token, str(vault.audit_events(page_size=1000)))
        self.assertNotIn(token, server.log)
        limited = vault.create("api-keys", {"name": "viewer", "permissions": ["view"]})
        refused = server.client(limited["key"]).post(f"{API}/audit-events/trace-token", {"token": token})
        self.assertEqual((refused.status, refused.json["permission"]), (403, "read_audit"))
        empty = vault.http.post(f"{API}/audit-events/trace-token", {})
        self.assertEqual((empty.status, empty.json["field"]), (400, "/token"))

        # On the command line, from standard input; and on the host, without the server.
        key_file = world.directory / "leak.key"
        key_file.write_text(vault.key)
        by_api = trace(server, "--url", server.origin, "--ca-file", server.ca_file, "--key-file", key_file,
                       "--output", "table", token=token + "\n")
        self.assertEqual(by_api.returncode, 0, by_api.stderr)
        for word in (client["label"], robot.members["name"], "127.0.0.1", answer.headers["X-Request-Id"]):
            self.assertIn(word, by_api.stdout)
        busy = trace(server, "--data", server.data, token=token)
        self.assertNotEqual(busy.returncode, 0)
        server.stop()
        offline = trace(server, "--data", server.data, token=token)
        self.assertEqual(offline.returncode, 0, offline.stderr)
        self.assertEqual(offline.stdout, by_api.stdout)
        self.assertIn("Not found", trace(server, "--data", server.data, token="never-seen").stdout)

    def test_a_canary_that_is_asked_for_is_an_alarm_and_answered_as_usual(self):
        server = harness.Strongroom(world, name="canary").start()
        vault = Vault(server)
        client = vault.client_at(hostile.about["token"] + "good", world=world)
        reader, stranger = vault.reader_of(client), vault.robot()
        self.assertEqual(vault.update("oauth-clients", client["id"], {"is_canary": True}).status, 200)
        self.assertTrue(vault.get("oauth-clients", client["id"])["is_canary"])
        self.assertEqual(alarms(vault.http), [])

        answer = reader.look_up(client)
        self.assertEqual(answer.status, 200)
        handed_out = vault.audit_events(action="token.handed_out")["items"][0]
        touched = vault.audit_events(action="canary.touched")["items"][0]
        self.assertEqual(touched["sequence"], handed_out["sequence"] + 1)  # in the same commit
        self.assertEqual(touched["event"]["actor_id"], reader.id)
        self.assertEqual(touched["event"]["request_id"], answer.headers["X-Request-Id"])
        self.assertEqual(touched["event"]["fingerprint"], handed_out["event"]["fingerprint"])
        # Who may not read it gets the same 404 as ever, and is an alarm too, each time.
        for _ in range(3):
            self.assertEqual(stranger.look_up(client).status, 404)
        self.assertEqual(vault.http.post(f"{API}/oauth-clients/{client['id']}/extract").status, 200)
        events = [one["event"] for one in vault.audit_events(action="canary.touched")["items"]]
        self.assertEqual([event["outcome"] for event in events], ["success"] + 3 * ["denied"] + ["success"])
        self.assertEqual(events[0]["actor_kind"], "user")
        self.assertIn("strongroom_canary_touched_total 5", server.metrics())
        self.assertEqual(server.log.count("A canary was asked for."), 5)
        [item] = alarms(vault.http)
        self.assertEqual((item["kind"], item["count"], item["subject"]),
                         ("canary_touched", 5, {"id": client["id"], "name": client["label"]}))
        viewer = vault.create("api-keys", {"name": "viewer", "permissions": ["view"]})
        self.assertEqual(alarms(server.client(viewer["key"])), [])
        # It is a client as before when somebody says so.
        self.assertEqual(vault.update("oauth-clients", client["id"], {"is_canary": False}).status, 200)
        self.assertEqual(reader.look_up(client).status, 200)
        self.assertEqual(vault.audit_events(action="canary.touched")["total"], 5)
        self.assertEqual(alarms(vault.http), [])
        server.stop()

    def test_a_canary_without_a_token_is_an_alarm_too(self):
        server = harness.Strongroom(world, name="empty-canary").start()
        vault = Vault(server)
        system = vault.target_system(hostile.about["token"] + "error-500", "id", "secret", world=world)
        client = vault.client(system, is_canary=True)
        self.assertNotEqual(vault.reader_of(client).look_up(client).status, 200)
        event = vault.audit_events(action="canary.touched")["items"][0]["event"]
        self.assertEqual((event["outcome"], event["subject_id"]), ("failure", client["id"]))
        server.stop()


class Denials(unittest.TestCase):
    def test_of_one_robot_for_the_same_reason_collapse_and_none_is_lost(self):
        #
        server = harness.Strongroom(world, name="collapsed").start()
        vault = Vault(server)
        client = vault.client_at(hostile.about["token"] + "good", world=world)
        stranger = vault.robot()
        for _ in range(30):
            self.assertEqual(stranger.look_up(client).status, 404)
        events = vault.audit_events(action="lookup.denied", actor_id=stranger.id)
        self.assertEqual(events["total"], 1)  # the first, at once
        self.assertNotIn("count", events["items"][0]["event"])
        server.restart()  # writes what was counted
        vault.reconnect()
        events = [one["event"] for one in
                  vault.audit_events(action="lookup.denied", actor_id=stranger.id)["items"]]
        self.assertEqual([event.get("count", 1) for event in events], [29, 1])
        self.assertEqual(events[0]["subject_id"], client["id"])
        self.assertEqual(events[0]["reason"], "no_access")
        self.assertEqual(world.run("audit", "verify", "--data", server.data).returncode, 0)
        server.stop()


if __name__ == "__main__":
    unittest.main()
