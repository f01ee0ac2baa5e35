"""The main job: a robot gets a living token, from real authorization servers over TLS."""
import concurrent.futures
import datetime
import http.server
import subprocess
import sys
import threading
import unittest

import harness
from vault import API, Vault

QUICK = True
MEMBERS = {"id", "project", "target_system", "service_provider", "label", "access_token",
           "token_type", "scope", "expires_at", "expires_in", "refreshed_at"}


def setUpModule():
    global world, server, vault, oidc
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    oidc = world.oidc_provider()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def oidc_client(client_id, **more):
    known = oidc.registered(client_id)
    more = {"client_authentication": known["method"], "scopes": ["api:read"]} | more
    return vault.client_at(oidc.about["token_endpoint"], client_id, known["client_secret"],
                           world=world, **more)


def token_requests():
    return oidc.client.get("/_test/counts").json["total"]


class HappyPath(unittest.TestCase):
    def test_a_robot_gets_a_token_that_the_api_accepts(self):
        #
        for client_id in ("basic", "post", "jwt"):
            with self.subTest(client=client_id):
                client = oidc_client(client_id)
                answer = vault.reader_of(client).look_up(client)
                self.assertEqual(answer.status, 200, answer)
                called = oidc.client.get("/api", headers={
                    "Authorization": f"Bearer {answer.json['access_token']}"})
                self.assertEqual((called.status, called.json["client_id"]), (200, client_id))

    def test_the_answer_has_every_member_and_is_never_stored(self):
        # These members and no others: no refresh token, secret or code.
        client = oidc_client("basic")
        answer = vault.reader_of(client).look_up(client)
        found = answer.json
        self.assertEqual(set(found), MEMBERS)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertEqual(found["id"], client["id"])
        self.assertEqual(found["label"], client["question"]["label"])
        self.assertEqual(found["project"], client["question"]["project"])
        self.assertEqual(found["token_type"], "Bearer")
        self.assertIn(found["expires_in"], range(590, 601))
        expires = datetime.datetime.fromisoformat(found["expires_at"].replace("Z", "+00:00"))
        left = (expires - datetime.datetime.now(datetime.timezone.utc)).total_seconds()
        self.assertAlmostEqual(left, found["expires_in"], delta=2)
        self.assertNotIn("secret", answer.body.decode())

    def test_a_client_is_found_by_its_id_too(self):
        client = oidc_client("basic")
        robot = vault.reader_of(client)
        self.assertEqual(robot.look_up_id(client["id"]).json["access_token"],
                         robot.look_up(client).json["access_token"])

    def test_credentials_that_need_encoding_arrive_as_they_are(self):
        #
        for client_id in ("odd id:+%&=/?#", "odd post:+%&=/?#"):
            with self.subTest(client=client_id):
                client = oidc_client(client_id)
                self.assertEqual(vault.reader_of(client).look_up(client).status, 200)

    def test_glewlwyd_serves_as_well(self):
        #
        about = world.glewlwyd().about
        client = vault.client_at(about["token_endpoint"], about["client_id"],
                                 about["client_secret"], world=world, scopes=[about["scope"]])
        answer = vault.reader_of(client).look_up(client)
        self.assertEqual((answer.status, answer.json["expires_in"] > 590), (200, True), answer)

    def test_retrieving_makes_a_client_active(self):
        client = oidc_client("basic")
        self.assertEqual(vault.get("oauth-clients", client["id"])["state"], "needs_retrieval")
        self.assertEqual(vault.retrieve(client).status, 200)
        self.assertEqual(vault.get("oauth-clients", client["id"])["state"], "active")


class OneRequest(unittest.TestCase):
    def test_a_living_token_is_not_retrieved_again(self):
        client = oidc_client("basic")
        robot = vault.reader_of(client)
        first = robot.look_up(client).json
        before = token_requests()
        for _ in range(20):
            self.assertEqual(robot.look_up(client).json["access_token"], first["access_token"])
        self.assertEqual(token_requests(), before)

    def test_any_number_of_robots_at_once_cause_one_request(self):
        hostile = world.hostile()
        client = vault.client_at(hostile.about["token"] + "hold", world=world)
        robots = [vault.reader_of(client) for _ in range(16)]
        with concurrent.futures.ThreadPoolExecutor(len(robots)) as pool:
            answers = [pool.submit(robot.look_up, client) for robot in robots]
            harness.wait_until(lambda: hostile.waiting() == 1, "the token request")
            hostile.release()
            tokens = {answer.result().json["access_token"] for answer in answers}
        self.assertEqual(len(tokens), 1)
        self.assertEqual(len(hostile.requests("/token/hold")), 1)


class PythonOfTheManual(unittest.TestCase):
    """The program that docs/robots.md gives to robots in Python."""

    @classmethod
    def setUpClass(cls):
        manual = (harness.TOP / "docs/robots.md").read_text()
        cls.program = world.directory / "strongroom_token.py"
        cls.program.write_text(manual.partition("```python\n")[2].partition("```")[0])
        cls.client = oidc_client("basic")
        cls.robot = vault.reader_of(cls.client)

    def run_it(self, label, url=None):
        key = world.directory / "manual.key"
        key.write_text(self.robot.key)
        question = self.client["question"]
        return subprocess.run(
            [sys.executable, self.program, question["project"], question["target_system"], label],
            capture_output=True, text=True, timeout=60, check=False,
            env=world.environment() | {"STRONGROOM_URL": url or vault.server.origin,
                                       "STRONGROOM_CA_FILE": str(vault.server.ca_file),
                                       "STRONGROOM_KEY_FILE": str(key)})

    def refused(self, *question):
        done = self.run_it(*question)
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        return done.stderr

    def test_it_prints_a_token(self):
        done = self.run_it(self.client["label"])
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(done.stdout.strip())

    def test_it_says_why_there_is_none(self):
        self.assertRegex(self.refused("another"), r"/problems/not_found, request [0-9a-f-]{36}\)")

    def test_it_understands_a_refusal_that_has_no_request_id(self):
        self.assertIn("/problems/target_too_long, request without id", self.refused("x" * 20_000))

    def test_it_survives_an_answer_that_is_not_strongrooms(self):
        class Stranger(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                found = "fine" in self.path
                self.send_response(200 if found else 502)
                self.end_headers()
                self.wfile.write(b"<html>I am a load balancer.</html>")

            def log_message(self, *_):
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stranger) as stranger:
            threading.Thread(target=stranger.serve_forever, daemon=True).start()
            url = f"http://127.0.0.1:{stranger.server_port}"
            try:
                self.assertIn("502", self.refused("broken", url))
                self.assertIn("not Strongroom's", self.refused("fine", url))
            finally:
                stranger.shutdown()


class Promise(unittest.TestCase):
    """min_ttl, and what is served without it."""

    def test_a_promise_that_cannot_be_kept_says_what_could_be(self):
        #
        client = oidc_client("short")
        robot = vault.reader_of(client)
        answer = robot.look_up(client, min_ttl=60)
        self.assertEqual((answer.status, answer.json["type"]), (409, "/problems/min_ttl_not_met"))
        self.assertIn(answer.json["max_ttl"], range(1, 5))
        self.assertNotIn("access_token", answer.json)

    def test_a_promise_within_reach_is_kept(self):
        #
        client = oidc_client("basic")
        answer = vault.reader_of(client).look_up(client, min_ttl=500)
        self.assertGreaterEqual(answer.json["expires_in"], 500)

    def test_a_token_about_to_end_is_replaced_first(self):
        client = oidc_client("short")
        robot = vault.reader_of(client)
        first = robot.look_up(client).json["access_token"]
        renewed = harness.wait_until(
            lambda: (found := robot.look_up(client).json)["access_token"] != first and found,
            "a new token", patience=10)
        self.assertGreaterEqual(renewed["expires_in"], 1)

    def test_a_living_token_is_served_while_the_provider_fails(self):
        hostile = world.hostile()
        client = vault.client_at(hostile.script("living", "good?expires_in=8", "error-500"),
                                 world=world)
        robot = vault.reader_of(client)
        first = robot.look_up(client).json["access_token"]
        path = "/token/scripted/living"
        harness.wait_until(lambda: robot.look_up(client).status == 200
                           and len(hostile.requests(path)) > 1, "a second token request")
        answer = robot.look_up(client)
        if answer.status == 200:  # the old token may have ended in between, on a slow machine
            self.assertEqual(answer.json["access_token"], first)
        harness.wait_until(lambda: robot.look_up(client).status == 503, "the token's end")

    def test_a_min_ttl_that_is_no_number_is_refused_by_name(self):
        client = oidc_client("basic")
        robot = vault.reader_of(client)
        for bad in ("-1", "soon", "1.5", "99999999999999999999", ""):
            with self.subTest(min_ttl=bad):
                answer = robot.look_up(client, min_ttl=bad)
                self.assertEqual((answer.status, answer.json.get("field")), (400, "min_ttl"))


class Renamed(unittest.TestCase):
    def test_the_old_label_answers_with_a_warning(self):
        client = oidc_client("basic")
        robot = vault.reader_of(client)
        changed = vault.update("oauth-clients", client["id"], {"label": vault.name("renamed")})
        self.assertEqual(changed.status, 200, changed)
        answer = robot.look_up(client)
        self.assertEqual(answer.status, 200, answer)
        self.assertIn("Deprecation", answer.headers)

    def test_a_deleted_client_is_gone_at_once_and_comes_back_when_restored(self):
        client = oidc_client("basic")
        robot = vault.reader_of(client)
        self.assertEqual(robot.look_up(client).status, 200)
        self.assertEqual(vault.delete("oauth-clients", client["id"]).status, 200)
        self.assertEqual(robot.look_up(client).status, 404)
        restored = vault.http.post(f"{API}/oauth-clients/{client['id']}/restore")
        self.assertEqual(restored.status, 200, restored)
        self.assertEqual(robot.look_up(client).status, 200)


if __name__ == "__main__":
    unittest.main()
