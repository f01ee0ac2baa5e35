"""Robot keys that are good only under some circumstances, and what is known of their use."""
import datetime
import signal
import unittest

import harness
from vault import API, Robot, Vault

QUICK = True


def setUpModule():
    global world, server, vault, hostile
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def client_and_reader():
    client = vault.client_at(hostile.about["token"] + "good", world=world)
    return client, vault.reader_of(client)


def restricted(robot, **restrictions):
    """The same robot with another key."""
    made = vault.expect(201, vault.http.post(f"{API}/robots/{robot.id}/keys",
                                             {"restrictions": restrictions}))
    return Robot(vault, robot.members, made)


def key_of(robot):
    keys = vault.list(f"robots/{robot.id}/keys")["items"]
    return next(key for key in keys if key["id"] == robot.key_id)


def without_request_id(answer):
    return answer.json | {"request_id": None}


class Restrictions(unittest.TestCase):
    def refused_as_if_it_had_no_access(self, robot, client, **restrictions):
        stranger = vault.robot()
        expected = stranger.look_up(client)
        narrowed = restricted(robot, **restrictions)
        answer = narrowed.look_up(client)
        self.assertEqual(answer.status, 404, answer)
        self.assertEqual(without_request_id(answer), without_request_id(expected))
        self.assertEqual(sorted(answer.headers), sorted(expected.headers))
        denied = vault.audit_events(action="lookup.denied", actor_id=robot.id)["items"][0]["event"]
        self.assertEqual((denied["reason"], denied["key_id"]),
                         ("key_restricted", narrowed.key_id))
        vault.revoke_key(narrowed)

    def test_a_key_that_does_not_fit_is_answered_like_a_robot_without_access(self):
        client, robot = client_and_reader()
        other, _ = client_and_reader()
        today = datetime.datetime.now(datetime.timezone.utc)
        never = {"from": f"{today:%H:%M}", "to": f"{today - datetime.timedelta(minutes=1):%H:%M}",
                 "days": [f"{today + datetime.timedelta(days=3):%a}".lower()]}
        for restrictions in ({"addresses": ["10.0.0.0/8", "2001:db8::/32"]},
                             {"oauth_clients": [other["id"]]},
                             {"times": never}):
            with self.subTest(restrictions=restrictions):
                self.refused_as_if_it_had_no_access(robot, client, **restrictions)

    def test_a_key_that_fits_gets_the_token(self):
        client, robot = client_and_reader()
        narrowed = restricted(robot, addresses=["127.0.0.0/8"], oauth_clients=[client["id"]],
                              max_uses=5, times={"from": "00:00", "to": "24:00",
                                                 "zone": "Europe/Berlin"})
        self.assertEqual(narrowed.look_up(client).status, 200)
        shown = key_of(narrowed)
        self.assertEqual(shown["restrictions"]["times"]["zone"], "Europe/Berlin")
        self.assertEqual((shown["uses"], shown["last_used_from"]), (1, "127.0.0.1"))

    def test_uses_outlive_a_kill_and_are_never_more_than_was_audited(self):
        client, robot = client_and_reader()
        narrowed = restricted(robot, max_uses=3)
        for _ in range(2):
            self.assertEqual(narrowed.look_up(client).status, 200)
        server.restart(signal.SIGKILL)
        vault.reconnect()
        narrowed.http = server.client(narrowed.key)
        self.assertEqual(key_of(narrowed)["uses"], 2)
        self.assertEqual([narrowed.look_up(client).status for _ in range(3)], [200, 404, 404])
        handed_out = vault.audit_events(action="token.handed_out", actor_id=robot.id)
        self.assertEqual(handed_out["total"], 3)

    def test_what_is_wrong_is_named(self):
        _, robot = client_and_reader()
        for restrictions, field in (({"addresses": ["10.0.0.1/8"]}, "addresses/0"),
                                    ({"max_uses": 0}, "max_uses"),
                                    ({"max_uses": "7"}, "max_uses"),
                                    ({"times": {"from": "08:00"}}, "times/to"),
                                    ({"times": {"from": "08:00", "to": "18:00",
                                                "zone": "../../etc/passwd"}}, "times/zone"),
                                    ({"oauth_clients": [robot.id]}, "oauth_clients/0"),
                                    ({"colour": "red"}, "colour")):
            with self.subTest(field=field):
                answer = vault.http.post(f"{API}/robots/{robot.id}/keys",
                                         {"restrictions": restrictions})
                self.assertEqual((answer.status, answer.json["field"]),
                                 (400, "/restrictions/" + field), answer)


class LastUse(unittest.TestCase):
    def test_is_shown_at_once_and_outlives_a_restart(self):
        client, robot = client_and_reader()
        self.assertIsNone(key_of(robot)["last_used_at"])
        self.assertEqual(robot.look_up(client).status, 200)
        before = key_of(robot)
        self.assertEqual(before["last_used_from"], "127.0.0.1")
        server.restart()
        vault.reconnect()
        self.assertEqual(key_of(robot)["last_used_at"], before["last_used_at"])


if __name__ == "__main__":
    unittest.main()
