"""Basic Engine Robots: a runner names the robot, and is given the tokens that it takes as input."""
import json
import unittest

import harness
from vault import API, Vault

QUICK = True
LAUNCHES = f"{API}/runner/launches"


def setUpModule():
    global world, server, vault, hostile, provider
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    provider = world.oidc_provider()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


class Bed(unittest.TestCase):
    """A runner, a Basic Engine Robot under its path, and two clients with the box ticked."""

    @classmethod
    def setUpClass(cls):
        cls.runner = vault.robot(vault.name("Machine"), "machines", kind="runner", serves=["old"])

    def setUp(self):
        self.robot = vault.create("robots", {"project": vault.project["id"], "path": "old",
                                             "name": vault.name("Legacy"), "kind": "basic_engine"})
        self.mail, self.files = self.client(), self.client()

    def client(self, endpoint=None):
        """One with its box ticked."""
        system = vault.target_system(endpoint or hostile.about["token"] + "good", "id", "secret", world=world)
        return vault.client(system, allow_basic_engine_robots=True)

    def take(self, *inputs, http=None, robot=None):
        path = f"{API}/robots/{(robot or self.robot)['id']}/inputs"
        etag = vault.http.get(path).headers["ETag"]
        return (http or vault.http).request(
            "PUT", path, {"items": [{"name": name, "oauth_client": client["id"]}
                                    for name, client in inputs]}, headers={"If-Match": etag})

    def taken(self):
        return vault.get("robots", self.robot["id"] + "/inputs")["items"]

    def launch(self, robot=None, asking=None, **more):
        name = f"old/{self.robot['name']}" if robot is None else robot
        return (asking or self.runner).http.post(LAUNCHES, {"robot": name} | more)

    def events(self, action, **query):
        return [one["event"] for one in vault.audit_events(action=action, actor_id=self.robot["id"], **query)["items"]]

    def refused(self, answer, why, name="mail"):
        self.assertEqual((answer.status, answer.json["type"]), (409, "/problems/input_not_deliverable"))
        self.assertEqual((answer.json["input"], answer.json["why"]), (name, why))


class Launches(Bed):
    def test_it_is_given_every_token_that_it_takes_and_nothing_else(self):
        vault.expect(200, self.take(("mail", self.mail), ("files", self.files)))
        answer = self.launch()
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        said = answer.json
        self.assertEqual(said["robot"], {"id": self.robot["id"], "name": self.robot["name"], "path": "old"})
        self.assertEqual([one["name"] for one in said["inputs"]], ["mail", "files"])
        for one, client in zip(said["inputs"], (self.mail, self.files)):
            self.assertEqual((one["label"], one["target_system"], one["service_provider"]),
                             (client["label"], client["target_system_name"], "generic"))
            self.assertTrue(one["access_token"])
            self.assertTrue(one["expires_at"])
            # Only what OAuth 1.0a needs to sign would be here, and no target system speaks it yet.
            self.assertEqual((one["token_secret"], one["consumer_key"], one["consumer_secret"]), (None, None, None))
        self.assertNotIn("secret\"", answer.body.decode().replace("token_secret", "").replace("consumer_secret", ""))
        events = self.events("token.delivered_to_basic_engine_robot")
        self.assertEqual({one["subject_id"] for one in events}, {self.mail["id"], self.files["id"]})
        for event in events:
            self.assertEqual((event["runner_id"], event["key_id"], event["peer"], event["request_id"]),
                             (self.runner.id, self.runner.key_id, "127.0.0.1", said["id"]))
            self.assertRegex(event["fingerprint"], "^[0-9a-f]{32}$")

    def test_a_real_provider_takes_the_token(self):
        known = provider.registered("basic")
        system = vault.target_system(provider.about["token_endpoint"], "basic", known["client_secret"], world=world,
                                     client_authentication=known["method"], scopes=["api:read"])
        client = vault.client(system, allow_basic_engine_robots=True)
        vault.expect(200, self.take(("api", client)))
        token = self.launch().json["inputs"][0]["access_token"]
        answer = provider.client.get("/api", headers={"Authorization": "Bearer " + token})
        self.assertEqual(answer.status, 200)

    def test_a_robot_without_inputs_is_given_none(self):
        self.assertEqual((self.launch().status, self.launch().json["inputs"]), (200, []))

    def test_robot_access_has_no_say_and_gives_nothing(self):
        vault.grant(self.mail, path_pattern="old/**")
        self.assertEqual(self.launch().json["inputs"], [])
        vault.expect(200, self.take(("mail", self.files)))
        self.assertEqual(self.launch().json["inputs"][0]["label"], self.files["label"])

    def test_any_robot_that_it_may_not_launch_is_like_one_that_nobody_has(self):
        vault.expect(200, self.take(("mail", self.mail)))
        vault.robot("Modern", "old")
        elsewhere = vault.create("robots", {"project": vault.project["id"], "path": "new",
                                            "name": "Legacy", "kind": "basic_engine"})
        self.assertTrue(elsewhere["id"])
        expected = self.launch("old/Nobody").json | {"request_id": None}
        self.assertEqual(expected["status"], 404)
        for name in ("old/Modern", "new/Legacy", f"machines/{self.runner.members['name']}", "", "x" * 5000):
            with self.subTest(name=name[:40]):
                self.assertEqual(self.launch(name).json | {"request_id": None}, expected)
        reader = vault.robot(path="old")
        self.assertEqual(self.launch(asking=reader).json | {"request_id": None}, expected)

    def test_it_is_asked_by_nobody_else(self):
        self.assertEqual(vault.http.post(LAUNCHES, {"robot": "old/x"}).status, 401)
        stranger = server.client("srk_robot_" + "A" * 43)
        self.assertEqual(stranger.post(LAUNCHES, {"robot": "old/x"}).status, 401)
        self.assertEqual(stranger.post(LAUNCHES, {"nonsense": 1}).status, 401)

    def test_no_lifetime_can_be_wished_for(self):
        answer = self.launch(min_ttl=60)
        self.assertEqual((answer.status, answer.json["field"]), (400, "/min_ttl"))
        answer = self.launch(oauth_client=self.mail["id"])
        self.assertEqual((answer.status, answer.json["field"]), (400, "/oauth_client"))

    def test_one_input_that_may_not_leave_keeps_all_of_them(self):
        vault.expect(200, self.take(("files", self.files), ("mail", self.mail)))
        self.assertEqual(self.launch().status, 200)
        vault.expect(200, vault.update("oauth-clients", self.mail["id"], {"allow_basic_engine_robots": False}))
        before = len(self.events("token.delivered_to_basic_engine_robot"))
        self.refused(self.launch(), "box_off")
        self.assertEqual([(one["may_be_delivered"], one["why_not"]) for one in self.taken()],
                         [(True, None), (False, "box_off")])
        denied = self.events("launch.denied")[0]
        self.assertEqual((denied["reason"], denied["subject_id"], denied["runner_id"]),
                         ("box_off", self.mail["id"], self.runner.id))
        self.assertEqual(len(self.events("token.delivered_to_basic_engine_robot")), before)

    def test_what_was_disabled_deleted_or_killed_is_not_delivered(self):
        vault.expect(200, self.take(("mail", self.mail)))
        for why, stop, start in (
                ("disabled", lambda: vault.update("oauth-clients", self.mail["id"], {"disabled": True}),
                 lambda: vault.update("oauth-clients", self.mail["id"], {"disabled": False})),
                ("gone", lambda: vault.delete("oauth-clients", self.mail["id"]),
                 lambda: vault.http.post(f"{API}/oauth-clients/{self.mail['id']}/restore"))):
            with self.subTest(why=why):
                vault.expect(200, stop())
                self.refused(self.launch(), "not_available")
                self.assertEqual(self.events("launch.denied")[0]["reason"], why)
                vault.expect(200, start())
                self.assertEqual(self.launch().status, 200)
        kill = vault.create("kills", {"oauth_client": self.mail["id"], "reason": "test", "revoke_upstream": False})
        self.refused(self.launch(), "not_available")
        vault.delete("kills", kill["id"])
        self.assertEqual(self.launch().status, 200)
        kill = vault.create("kills", {"robot": self.robot["id"], "reason": "test", "revoke_upstream": False})
        self.assertEqual(self.launch().status, 404)
        vault.delete("kills", kill["id"])

    def test_a_provider_that_fails_is_named_with_the_input(self):
        endpoint = hostile.script("launch", "error-500")
        broken = self.client(endpoint)
        vault.expect(200, self.take(("files", self.files), ("mail", broken)))
        answer = self.launch()
        self.assertIn(answer.status, (424, 503))
        self.assertEqual(answer.json["input"], "mail")
        self.assertEqual(self.events("token.delivered_to_basic_engine_robot"), [])

    def test_what_proves_with_a_private_key_is_not_delivered(self):
        made = vault.create("target-systems", {
            "name": vault.name("target system"), "project": vault.project["id"], "service_provider": "generic",
            "consumer_key": "id", "client_authentication": "private_key_jwt", "client_keys": [{"generate": "p256"}],
            "endpoint_parameters": {"token_endpoint": hostile.about["token"] + "good"},
            "trusted_ca_pem": world.ca_pem, "allowed_addresses": ["127.0.0.1/32"]})
        client = vault.client(made, allow_basic_engine_robots=True)
        vault.expect(200, self.take(("mail", client)))
        self.refused(self.launch(), "certificate_flow")
        self.assertEqual(self.taken()[0]["why_not"], "certificate_flow")

    def test_the_restrictions_of_the_runner_s_key_hold(self):
        vault.expect(200, self.take(("mail", self.mail), ("files", self.files)))
        for restrictions, status in (({"oauth_clients": [self.mail["id"]]}, 404),
                                     ({"addresses": ["192.0.2.0/24"]}, 404), ({"max_uses": 1}, 404),
                                     ({"max_uses": 2, "addresses": ["127.0.0.1"]}, 200)):
            with self.subTest(restrictions=restrictions):
                runner = vault.create("robots", {"project": vault.project["id"], "path": "machines", "kind": "runner",
                                                 "name": vault.name("Machine"), "serves": ["old"]})
                key = vault.create(f"robots/{runner['id']}/keys", {"restrictions": restrictions})
                http = server.client(key["key"])
                answer = http.post(LAUNCHES, {"robot": f"old/{self.robot['name']}"})
                self.assertEqual(answer.status, status)
        self.assertEqual(http.post(LAUNCHES, {"robot": f"old/{self.robot['name']}"}).status, 404)  # both are used

    def test_inputs_and_the_switch_outlive_a_restart(self):
        vault.expect(200, self.take(("mail", self.mail)))
        self.forbid(True)
        server.restart()
        vault.reconnect()
        self.runner.http = server.client(self.runner.key)
        self.assertEqual(self.launch().status, 403)
        self.forbid(False)
        self.assertEqual(self.launch().status, 200)

    def forbid(self, is_forbidden):
        answer = vault.http.request("PATCH", f"{API}/server-settings",
                                    {"basic_engine_robots_forbidden": is_forbidden})
        self.assertEqual((answer.status, answer.json), (200, {"basic_engine_robots_forbidden": is_forbidden}))

    def test_the_switch_forbids_it_for_the_whole_server(self):
        vault.expect(200, self.take(("mail", self.mail)))
        self.forbid(True)
        try:
            answer = self.launch()
            self.assertEqual((answer.status, answer.json["type"]), (403, "/problems/basic_engine_forbidden"))
            self.assertEqual(self.taken()[0]["why_not"], "forbidden")
        finally:
            self.forbid(False)
        self.assertEqual(self.launch().status, 200)
        events = vault.audit_events(action="server.setting_changed")["items"]
        self.assertEqual([one["event"]["reason"] for one in events[:2]], ["off", "on"])


class Inputs(Bed):
    def test_they_are_stored_by_whoever_may_grant_access(self):
        def may(*permissions):
            key = vault.create("api-keys", {"name": vault.name("key"), "permissions": ["view", *permissions]})
            return server.client(key["key"])
        for permissions in (("configure",), ("grant_access",), ()):
            with self.subTest(permissions=permissions):
                self.assertEqual(self.take(("mail", self.mail), http=may(*permissions)).status, 403)
        vault.expect(200, self.take(("mail", self.mail), http=may("configure", "grant_access")))
        event = vault.audit_events(action="robot.inputs_changed", subject_id=self.robot["id"])["items"][0]["event"]
        self.assertEqual((event["reason"], event["fields"]), ("added", [f"mail = {self.mail['label']}"]))

    def test_what_is_wrong_with_them_is_said_where(self):
        other = vault.create("projects", {"name": vault.name("Other")})
        system = vault.create("target-systems", {"name": vault.name("system"), "project": other["id"],
                                                 "service_provider": "generic", "consumer_key": "k",
                                                 "endpoint_parameters": {"token_endpoint": "https://x.example/t"}})
        foreign = vault.create("oauth-clients", {"project": other["id"], "label": "foreign", "draft": True,
                                                 "target_system": system["id"]})
        for inputs, field in (((("a", self.mail), ("A", self.files)), "/items/1/name"),
                              ((("", self.mail),), "/items/0/name"),
                              ((("a", foreign),), "/items/0/oauth_client"),
                              ((("a", {"id": "nonsense"}),), "/items/0/oauth_client")):
            with self.subTest(field=field):
                answer = self.take(*inputs)
                self.assertEqual((answer.status, answer.json["field"]), (400, field))
        modern = vault.create("robots", {"project": vault.project["id"], "path": "old", "name": vault.name("m")})
        answer = self.take(("mail", self.mail), robot=modern)
        self.assertEqual((answer.status, answer.json["type"]), (409, "/problems/not_basic_engine"))
        path = f"{API}/robots/{self.robot['id']}/inputs"
        self.assertEqual(vault.http.request("PUT", path, {"items": []}).status, 428)
        self.assertEqual(vault.http.request("PUT", path, {"items": []}, headers={"If-Match": '"999"'}).status, 412)

    def test_they_end_with_the_kind_of_the_robot_and_with_the_project_of_the_client(self):
        vault.expect(200, self.take(("mail", self.mail)))
        vault.expect(200, vault.update("robots", self.robot["id"], {"kind": "robot"}))
        vault.expect(200, vault.update("robots", self.robot["id"], {"kind": "basic_engine"}))
        self.assertEqual(self.taken(), [])
        system = vault.create("target-systems", {"name": vault.name("shared"), "service_provider": "generic",
                                                 "consumer_key": "id", "consumer_secrets": [{"value": "secret"}],
                                                 "endpoint_parameters": {"token_endpoint": hostile.about["token"] + "good"},
                                                 "trusted_ca_pem": world.ca_pem, "allowed_addresses": ["127.0.0.1/32"]})
        client = vault.client(system, allow_basic_engine_robots=True)
        vault.expect(200, self.take(("mail", client)))
        self.assertEqual(self.launch().status, 200)
        other = vault.create("projects", {"name": vault.name("Other")})
        for project in (other, vault.project):  # there, and back again
            vault.expect(200, vault.update("oauth-clients", client["id"],
                                           {"project": project["id"], "allow_basic_engine_robots": True}))
            self.refused(self.launch(), "not_available")
        self.assertEqual(self.taken()[0]["why_not"], "invalid")
        vault.expect(200, self.take(("mail", client)))
        self.assertEqual(self.launch().status, 200)

    def test_in_a_strict_project_they_count_until_something_changes(self):
        project = vault.create("projects", {"name": vault.name("Strict"), "robot_access": "strict"})
        system = vault.create("target-systems", {"name": vault.name("system"), "project": project["id"],
                                                 "service_provider": "generic", "consumer_key": "id",
                                                 "consumer_secrets": [{"value": "secret"}],
                                                 "endpoint_parameters": {"token_endpoint": hostile.about["token"] + "good"},
                                                 "trusted_ca_pem": world.ca_pem, "allowed_addresses": ["127.0.0.1/32"]})
        client = vault.create("oauth-clients", {"project": project["id"], "label": "strict",
                                                "target_system": system["id"], "allow_basic_engine_robots": True})
        self.robot = vault.create("robots", {"project": project["id"], "path": "old", "name": "Legacy",
                                             "kind": "basic_engine"})
        members = vault.create("robots", {"project": project["id"], "path": "machines", "name": "Machine",
                                          "kind": "runner", "serves": ["old"]})
        http = server.client(vault.robot_key(members["id"])["key"])

        def launched():
            return http.post(LAUNCHES, {"robot": "old/Legacy"})
        vault.expect(200, self.take(("mail", client)))
        report = lambda revision: vault.expect(200, vault.http.request(
            "PUT", f"{API}/robots/{self.robot['id']}", {"revision": revision}))
        report("1")
        self.assertEqual(launched().status, 200)
        for change in (lambda: report("2"),
                       lambda: vault.expect(200, vault.update("oauth-clients", client["id"], {"label": vault.name("strict")})),
                       lambda: vault.expect(200, vault.update("target-systems", system["id"], {"scopes": ["a"]}))):
            change()
            self.refused(launched(), "not_available")
            vault.expect(200, self.take(("mail", client)))
            self.assertEqual(launched().status, 200)

    def test_all_clients_with_the_box_are_one_filter_away_with_who_takes_them(self):
        vault.expect(200, self.take(("mail", self.mail)))
        listed = vault.list("oauth-clients", basic_engine="true", page_size=1000)
        by_id = {one["id"]: one for one in listed["items"]}
        self.assertTrue(all(one["allow_basic_engine_robots"] for one in listed["items"]))
        self.assertEqual(listed["total"], len(listed["items"]))
        self.assertEqual(by_id[self.mail["id"]]["basic_engine_inputs"],
                         [{"robot": self.robot["id"], "robot_name": self.robot["name"], "robot_path": "old", "input": "mail"}])
        self.assertEqual(by_id[self.files["id"]]["basic_engine_inputs"], [])
        others = vault.list("oauth-clients", basic_engine="false", page_size=1000)
        self.assertEqual(listed["total"] + others["total"], vault.list("oauth-clients")["total"])
        robot = vault.get("robots", self.robot["id"])
        self.assertNotIn("inputs", json.dumps(robot))


if __name__ == "__main__":
    unittest.main()
