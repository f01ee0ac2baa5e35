"""Robots without a key: tokens of a cluster or a CI system say who asks."""
import concurrent.futures
import time
import unittest

import harness
from vault import API, LOOKUP, LOOPBACK, Vault
from workload_issuer import Issuer, encoded, encoded_json

QUICK = True

AUDIENCE = "https://strongroom.example"
# As they are sent: a pod's projected token, a job of GitHub Actions, one of GitLab.
KUBERNETES = {"aud": [AUDIENCE], "sub": "system:serviceaccount:finance:reader",
              "kubernetes.io": {"namespace": "finance", "pod": {"name": "reader-7d4b", "uid": "1"},
                                "serviceaccount": {"name": "reader", "uid": "2"}}}
GITHUB = {"aud": AUDIENCE, "sub": "repo:example/robots:ref:refs/heads/main", "ref": "refs/heads/main",
          "repository": "example/robots", "repository_owner": "example", "run_id": "4711",
          "job_workflow_ref": "example/robots/.github/workflows/nightly.yml@refs/heads/main"}
GITLAB = {"aud": AUDIENCE, "sub": "project_path:example/robots:ref_type:branch:ref:main",
          "project_path": "example/robots", "ref": "main", "ref_type": "branch",
          "ref_protected": "true", "pipeline_id": "1", "user_login": "somebody"}


def setUpModule():
    global world, server, vault, hostile
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def identity(robot, issuer, **more):
    members = {"kind": "token", "issuer": issuer.url, "audience": AUDIENCE,
               "trusted_ca_pem": world.ca_pem, "allowed_addresses": [LOOPBACK]} | more
    return vault.expect(201, vault.http.post(f"{API}/robots/{robot.id}/identities", members))


def ask(client, token, source=None):
    http = server.client(token, source)
    try:
        return http.get(LOOKUP, query=client["question"])
    finally:
        http.close()


class WorkloadTokens(unittest.TestCase):
    number = 0

    def setUp(self):
        WorkloadTokens.number += 1
        self.issuer = Issuer(world, f"issuer-{self.number}")
        self.addCleanup(self.issuer.close)
        self.client = vault.client_at(hostile.about["token"] + "good", world=world)
        self.robot = vault.reader_of(self.client)

    def test_the_tokens_of_three_systems_open_what_their_robot_may_read(self):
        for claims, wanted in (
                (KUBERNETES, {"/kubernetes.io/namespace": "finance",
                              "/kubernetes.io/serviceaccount/name": "reader"}),
                (GITHUB, {"sub": "repo:example/robots:ref:refs/heads/*",
                          "job_workflow_ref": "*/nightly.yml@refs/heads/main"}),
                (GITLAB, {"project_path": "example/robots", "ref_protected": "true"})):
            with self.subTest(sub=claims["sub"]):
                made = identity(self.robot, self.issuer, claims=wanted)
                self.assertEqual(ask(self.client, self.issuer.sign(claims)).status, 200)
                handed_out = vault.audit_events(action="token.handed_out", actor_id=self.robot.id)
                self.assertEqual(handed_out["items"][0]["event"]["key_id"], made["id"])
                shown = vault.list(f"robots/{self.robot.id}/identities")["items"]
                self.assertIn((made["id"], "127.0.0.1"),
                              [(one["id"], one["last_used_from"]) for one in shown])
                gone = vault.delete(f"robots/{self.robot.id}/identities", made["id"])
                self.assertEqual(gone.status, 204)
                self.assertEqual(ask(self.client, self.issuer.sign(claims)).status, 401)
        self.assertEqual(self.issuer.asked, {"metadata": 1, "keys": 1})

    def test_every_token_that_is_not_right_is_answered_alike(self):
        identity(self.robot, self.issuer, claims={"sub": KUBERNETES["sub"]})
        good = self.issuer.sign(KUBERNETES)
        self.assertEqual(ask(self.client, good).status, 200)
        now = int(time.time())
        head, payload, signature = good.split(".")
        twice = encoded(b'{"iss":"%s","aud":"x","aud":"%s","sub":"%s","exp":%d}' % (
            self.issuer.url.encode(), AUDIENCE.encode(), KUBERNETES["sub"].encode(), now + 600))
        unsigned = encoded_json({"alg": "none"}) + "." + payload + "."
        wrong = {
            "none": unsigned, "none with a signature": unsigned + signature,
            "another key id": self.issuer.sign(KUBERNETES, header={"kid": "foreign"}),
            "yesterday's": self.issuer.sign(KUBERNETES, exp=now - 86400),
            "without an end": self.issuer.sign(KUBERNETES, exp=None),
            "tomorrow's": self.issuer.sign(KUBERNETES, nbf=now + 86400),
            "made in the future": self.issuer.sign(KUBERNETES, iat=now + 86400),
            "another audience": self.issuer.sign(KUBERNETES, aud=["https://other.example"]),
            "no audience": self.issuer.sign(KUBERNETES, aud=None),
            "another subject": self.issuer.sign(KUBERNETES, sub="system:serviceaccount:finance:x"),
            "no subject": self.issuer.sign(KUBERNETES, sub=None),
            "another issuer": self.issuer.sign(KUBERNETES, iss="https://other.example"),
            "a member twice": self.issuer.sign({}, payload=twice),
            "changed": ".".join((head, encoded_json(KUBERNETES | {"iss": self.issuer.url}), signature)),
            "shared secret": encoded_json({"alg": "HS256", "kid": "first"}) + f".{payload}.{signature}",
            "two parts": f"{head}.{payload}", "dots": "...", "long": "a." + "b" * 12000 + ".c"}
        # From an address each: none is throttled for those before it.
        answers = {what: ask(self.client, token, f"127.0.1.{number}")
                   for number, (what, token) in enumerate(wrong.items(), 1)}
        expected = ask(self.client, "srk_robot_" + "x" * 49, "127.0.1.99")
        for what, answer in answers.items():
            with self.subTest(what=what):
                self.assertEqual(answer.status, 401, answer)
                self.assertEqual(answer.json | {"request_id": None},
                                 expected.json | {"request_id": None})
        self.assertEqual(ask(self.client, good).status, 200)
        self.assertEqual(self.issuer.asked["keys"], 1)  # a foreign key id has them read seldom

    def test_a_token_of_a_megabyte_is_refused_before_it_is_read(self):
        answer = ask(self.client, self.issuer.sign(KUBERNETES) + "A" * 1_000_000)
        self.assertEqual(answer.status, 431)

    def test_clocks_may_differ_by_a_minute(self):
        identity(self.robot, self.issuer, claims={"sub": "*reader"})
        now = int(time.time())
        for times, status in (({"exp": now - 30}, 200), ({"nbf": now + 30, "iat": now + 30}, 200),
                              ({"exp": now - 90}, 401), ({"nbf": now + 120}, 401)):
            with self.subTest(times=times):
                self.assertEqual(ask(self.client, self.issuer.sign(KUBERNETES, **times)).status, status)

    def test_many_that_come_at_once_wait_for_one_fetch(self):
        identity(self.robot, self.issuer, claims={"sub": KUBERNETES["sub"]})
        token = self.issuer.sign(KUBERNETES)
        self.issuer.held.clear()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = [pool.submit(ask, self.client, token) for _ in range(8)]
            self.assertEqual(vault.robot().look_up(self.client).status, 404)  # nobody else waits
            self.issuer.held.set()
            self.assertEqual({answer.result().status for answer in answers}, {200})
        self.assertEqual(self.issuer.asked, {"metadata": 1, "keys": 1})

    def test_a_token_that_two_robots_could_have_belongs_to_neither(self):
        identity(self.robot, self.issuer, claims={"sub": "system:serviceaccount:finance:*"})
        identity(vault.robot(), self.issuer, claims={"sub": "system:*"})
        self.assertEqual(ask(self.client, self.issuer.sign(KUBERNETES)).status, 401)

    def test_an_issuer_that_another_ca_vouches_for_is_not_believed(self):
        identity(self.robot, self.issuer, claims={"sub": KUBERNETES["sub"]}, trusted_ca_pem="")
        answer = ask(self.client, self.issuer.sign(KUBERNETES))
        self.assertEqual((answer.status, answer.json["type"]), (503, "/problems/unavailable"))
        self.assertGreater(int(answer.headers["retry-after"]), 0)
        self.assertEqual(self.issuer.asked["keys"], 0)

    def test_an_issuer_that_is_away_makes_no_wrong_key(self):
        identity(self.robot, self.issuer, claims={"sub": KUBERNETES["sub"]})
        token = self.issuer.sign(KUBERNETES)
        self.issuer.close()
        for _ in range(40):  # wrong keys would have been held up by now
            self.assertEqual(ask(self.client, token).status, 503)

    def test_identities_outlive_a_restart_and_so_does_their_revocation(self):
        kept = identity(self.robot, self.issuer, claims={"ref": "main"},
                        jwks_uri=self.issuer.url + "/openid/v1/jwks")
        gone = identity(self.robot, self.issuer, claims={"sub": KUBERNETES["sub"]})
        vault.expect(204, vault.delete(f"robots/{self.robot.id}/identities", gone["id"]))
        server.restart()
        vault.reconnect()
        self.assertEqual(ask(self.client, self.issuer.sign(GITLAB)).status, 200)
        self.assertEqual(ask(self.client, self.issuer.sign(KUBERNETES)).status, 401)
        self.assertEqual(self.issuer.asked["metadata"], 0)
        self.assertEqual(kept["restrictions"], {})

    def test_what_is_wrong_is_named(self):
        for more, field in (({"issuer": "http://127.0.0.1"}, "/issuer"), ({"audience": ""}, "/audience"),
                            ({"claims": {}}, "/claims"), ({"claims": {"sub": "*"}}, "/claims"),
                            ({"jwks_uri": "http://127.0.0.1"}, "/jwks_uri"),
                            ({"trusted_ca_pem": "none"}, "/trusted_ca_pem"),
                            ({"allowed_addresses": ["everywhere"]}, "/allowed_addresses/0"),
                            ({"kind": "word of honour"}, "/kind")):
            with self.subTest(field=field):
                members = {"kind": "token", "issuer": self.issuer.url, "audience": AUDIENCE,
                           "claims": {"sub": "x"}} | more
                answer = vault.http.post(f"{API}/robots/{self.robot.id}/identities", members)
                self.assertEqual((answer.status, answer.json["field"]), (400, field), answer)


class Rotation(unittest.TestCase):
    def test_a_new_key_is_found_when_a_token_names_it(self):
        issuer = Issuer(world, "rotating")
        self.addCleanup(issuer.close)
        client = vault.client_at(hostile.about["token"] + "good", world=world)
        robot = vault.reader_of(client)
        identity(robot, issuer, claims={"sub": KUBERNETES["sub"]})
        self.assertEqual(ask(client, issuer.sign(KUBERNETES)).status, 200)
        old = issuer.sign(KUBERNETES)
        issuer.rotate("second")
        # Sets are read anew 30 seconds after the last time at the soonest.
        harness.wait_until(lambda: ask(client, issuer.sign(KUBERNETES)).status == 200,
                           "the new key", patience=60, pause=3)
        self.assertEqual(ask(client, old).status, 401)


if __name__ == "__main__":
    unittest.main()
