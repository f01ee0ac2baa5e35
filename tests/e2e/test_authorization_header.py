"""Robots get the headers of one request, where the token itself would not do or need not leave."""
import json
import unittest

import harness
from vault import LOOKUP, Vault

QUICK = True
RESOURCE = "https://api.example.com/orders?page=2"


def setUpModule():
    global world, server, vault, oidc, hostile
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    oidc = world.oidc_provider()
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def oidc_client():
    known = oidc.registered("basic")
    return vault.client_at(oidc.about["token_endpoint"], "basic", known["client_secret"], world=world,
                           client_authentication=known["method"], scopes=["api:read"])


class Headers(unittest.TestCase):
    def test_the_header_of_a_request_opens_the_resource(self):
        client = oidc_client()
        robot = vault.reader_of(client)
        answer = robot.header_for(client, oidc.about["api"])
        self.assertEqual((answer.status, set(answer.json)), (200, {"authorization", "headers", "expires_at"}), answer)
        self.assertEqual(answer.json["headers"], {"Authorization": answer.json["authorization"]})
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertIsNotNone(answer.json["expires_at"])
        called = oidc.client.get("/api", headers=answer.json["headers"])
        self.assertEqual((called.status, called.json["client_id"]), (200, "basic"))
        self.assertEqual(answer.json["authorization"], "Bearer " + robot.look_up(client).json["access_token"])

    def test_the_trail_says_where_it_was_to_be_shown_before_it_leaves(self):
        #
        client = oidc_client()
        robot = vault.reader_of(client)
        self.assertEqual(robot.header_for(client, RESOURCE).status, 200)
        event = vault.audit_events(action="token.handed_out", actor_id=robot.id)["items"][0]["event"]
        self.assertEqual((event["reason"], event["fields"], event["subject_id"]),
                         ("authorization_header", ["api.example.com"], client["id"]))
        self.assertTrue(event["fingerprint"])
        self.assertNotIn("page=2", json.dumps(event))

    def test_a_token_that_is_not_there_is_retrieved_and_a_promise_is_kept_or_refused(self):
        #
        client = oidc_client()
        robot = vault.reader_of(client)
        self.assertEqual(robot.header_for(client, RESOURCE, min_ttl=60, run=30).status, 200)
        answer = robot.header_for(client, RESOURCE, min_ttl=100000)
        self.assertEqual((answer.status, answer.json["type"]), (409, "/problems/min_ttl_not_met"))
        answer = robot.header_for(client, RESOURCE, deadline="2001-01-01T00:00:00Z")
        self.assertEqual((answer.status, answer.json["field"]), (400, "/deadline"))

    def test_who_may_not_look_up_gets_no_header_and_is_told_what_a_look_up_tells(self):
        #
        client = oidc_client()
        stranger = vault.robot("Stranger", vault.name("path"))
        for answer in (stranger.header_for(client, RESOURCE), stranger.header_for({"id": "nothing"}, RESOURCE),
                       vault.reader_of(client).header_for({"id": stranger.id}, RESOURCE)):
            self.assertEqual(answer.json | {"request_id": None},
                             stranger.look_up_id(client["id"]).json | {"request_id": None})
        with_a_wrong_key = server.client("srk_robot_" + "A" * 43)
        answer = stranger.header_for(client, RESOURCE, http=with_a_wrong_key)
        self.assertEqual(answer.status, 401)
        answer = stranger.header_for(client, "nowhere", http=with_a_wrong_key)
        self.assertEqual(answer.status, 401, "who has no key learns nothing else")

    def test_what_is_stopped_gets_no_header(self):
        client = oidc_client()
        robot = vault.reader_of(client)
        self.assertEqual(robot.header_for(client, RESOURCE).status, 200)
        vault.expect(200, vault.update("oauth-clients", client["id"], {"disabled": True}))
        self.assertEqual(robot.header_for(client, RESOURCE).status, 404)

    def test_a_canary_that_is_asked_this_way_is_an_alarm_too(self):
        client = oidc_client()
        robot = vault.reader_of(client)
        vault.expect(200, vault.update("oauth-clients", client["id"], {"is_canary": True}))
        self.assertEqual(robot.header_for(client, RESOURCE).status, 200)
        event = vault.audit_events(action="canary.touched", actor_id=robot.id)["items"][0]["event"]
        self.assertEqual(event["fields"], ["api.example.com"])

    def test_a_runner_asks_in_the_name_of_a_robot(self):
        client = oidc_client()
        path = vault.name("path")
        vault.grant(client, vault.robot("Reader", path))
        runner = vault.robot("Machine", "machines", kind="runner", serves=[path])
        asked = runner.http.post(f"{LOOKUP}/{client['id']}/authorization-header",
                                 {"method": "GET", "url": RESOURCE},
                                 headers={"X-Strongroom-Robot": f"{path}/Reader"})
        self.assertEqual(asked.status, 200, asked)

    def test_bad_questions_are_refused_where_they_are_wrong(self):
        #
        client = oidc_client()
        robot = vault.reader_of(client)
        for question, field in (({"url": "http://api.example.com/"}, "/url"),
                                ({"url": "https://ada:secret@api.example.com/"}, "/url"),
                                ({"url": "https://api.example.com/#a"}, "/url"), ({"method": "GET /"}, "/method"),
                                ({"min_ttl": -1}, "/min_ttl"), ({"resource": "https://no.such"}, "/resource"),
                                ({"form_parameters": [{"name": "a"}]}, "/form_parameters/0/value"),
                                ({"token": "a"}, "/token")):
            with self.subTest(question=question):
                body = {"method": "GET", "url": RESOURCE} | question
                answer = robot.http.post(f"{LOOKUP}/{client['id']}/authorization-header", body)
                self.assertEqual((answer.status, answer.json["field"]), (400, field), answer)
        answer = robot.http.post(f"{LOOKUP}/{client['id']}/authorization-header", raw=b"{}",
                                 headers={"Content-Type": "text/plain"})
        self.assertEqual(answer.status, 415)


class CommandLine(unittest.TestCase):
    def test_the_headers_are_printed_for_curl(self):
        client = oidc_client()
        robot = vault.reader_of(client)
        key_file = world.directory / "header.key"
        key_file.write_text(robot.key)
        key_file.chmod(0o600)
        env = {"STRONGROOM_URL": server.origin, "STRONGROOM_CA_FILE": str(server.ca_file),
               "STRONGROOM_KEY_FILE": str(key_file)}

        def run(*words):
            return world.run("authorization-header", *words, env=env)
        done = run(RESOURCE, "--id", client["id"], "--method", "POST", "--form", "a=b=c")
        token = robot.look_up(client).json["access_token"]
        self.assertEqual((done.returncode, done.stdout), (0, f"Authorization: Bearer {token}\n"), done.stderr)
        self.assertEqual(run(RESOURCE).returncode, 2, "without --id")
        self.assertEqual(run(RESOURCE, "--id", client["id"], "--form", "a").returncode, 2)


if __name__ == "__main__":
    unittest.main()
