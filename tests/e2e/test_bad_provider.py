"""Whatever a token endpoint answers, a robot gets a clear problem, and nothing foreign in it."""
import base64
import concurrent.futures
import datetime
import time
import unittest

import harness
from vault import Vault

CONSUMER_KEY = "bad-provider-consumer-key"
CONSUMER_SECRET = "canary-consumer-secret-\u00fc +%:"

# cause -> the behaviours that have it. 424: somebody must act; 503: it may work later.
CAUSES = {
    (424, "redirected"): ("redirect-301", "redirect-302", "redirect-303", "redirect-307",
                          "redirect-308"),
    (503, "interrupted"): ("close", "truncated", "gzip-garbage"),
    (503, "oversized"): ("endless", "megabytes", "gzip-bomb", "huge-header"),
    (503, "malformed_answer"): (
        "html", "html-as-json", "json-as-html", "empty", "array", "not-json", "half-json",
        "deep-json", "not-utf8", "duplicate-keys", "token-missing", "token-empty", "token-number",
        "token-null", "token-control", "token-newline", "token-space", "token-umlaut",
        "type-missing"),
    (424, "unusable_token_type"): ("type-mac",),
    (424, "invalid_client"): ("error-200", "error-400-client", "error-401-client"),
    (424, "invalid_request"): ("echo-secrets",),
    (424, "invalid_scope"): ("error-400-scope",),
    (424, "invalid_target"): ("error-400-target",),
    (424, "unauthorized_client"): ("error-400-grant",),
    (424, "refused"): ("nested-error-200", "error-400-empty", "error-403-empty"),
    (424, "endpoint_not_found"): ("error-404",),
    (503, "rate_limited"): ("error-429",),
    (503, "provider_unavailable"): ("error-500", "error-503"),
}
REFUSED = {behaviour: wanted for wanted, behaviours in CAUSES.items() for behaviour in behaviours}
TYPES = {424: "/problems/provider_refused", 503: "/problems/provider_unreachable"}
# behaviour -> the lifetime in seconds that must come of it; None: not known.
LIFETIMES = {"expires-string": 3600, "expires-float": 3600, "expires-missing": None,
             "expires-words": None, "expires-huge": None, "expires-beyond": None,
             "expires-milliseconds": 3_600_000,  # 41 days: nothing in the answer says otherwise
             "type-lower": 3600, "refresh-token": 3600}
# Texts of the provider that must reach nobody.
FOREIGN = [b"as the test asked", b"Sign in", b"stack trace", b"<script>", b"at-from-elsewhere",
           b"at-first", b"at-second", b"at-half", b"not here", b"canary-consumer-secret"]


def setUpModule():
    global world, server, vault, hostile
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def reader(behaviour, **more):
    client = vault.client_at(hostile.about["token"] + behaviour, CONSUMER_KEY, CONSUMER_SECRET,
                             world=world, **more)
    return client, vault.reader_of(client)


class BadAnswers(unittest.TestCase):
    def test_every_bad_answer_is_a_problem_without_the_providers_words(self):
        # field.md pain 11
        asking = {behaviour: reader(behaviour) for behaviour in REFUSED}

        def ask(behaviour):
            client, robot = asking[behaviour]
            start = time.monotonic()
            return behaviour, robot.look_up(client), time.monotonic() - start

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(ask, REFUSED))
        for behaviour, answer, seconds in answers:
            with self.subTest(behaviour=behaviour):
                self.assertEqual((answer.status, answer.json["cause"]), REFUSED[behaviour], answer)
                self.assertEqual(answer.json["type"], TYPES[answer.status])
                self.assertEqual("Retry-After" in answer.headers, answer.status == 503)
                self.assertLess(seconds, 40)
                self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
                shown = vault.http.get(f"/api/v1/oauth-clients/{asking[behaviour][0]['id']}")
                self.assertEqual(shown.json["state"], "failing")
                for text in FOREIGN:
                    self.assertNotIn(text, answer.body)
                    self.assertNotIn(text, shown.body)
        self.assertEqual(hostile.elsewhere(), [], "a redirect was followed")

    def test_lifetimes_are_read_with_care(self):
        # field.md pain 5
        for behaviour, lifetime in LIFETIMES.items():
            with self.subTest(behaviour=behaviour):
                client, robot = reader(behaviour)
                answer = robot.look_up(client)
                self.assertEqual(answer.status, 200, answer)
                if lifetime is None:
                    self.assertIsNone(answer.json["expires_in"])
                    self.assertIsNone(answer.json["expires_at"])
                    refused = robot.look_up(client, min_ttl=10)
                    self.assertEqual((refused.status, refused.json["type"]),
                                     (400, "/problems/lifetime_unknown"))
                else:
                    granted = moment(answer.json["expires_at"]) - moment(answer.json["refreshed_at"])
                    self.assertEqual(granted.total_seconds(), lifetime)
                    self.assertIn(answer.json["expires_in"], range(lifetime - 20, lifetime + 1))
                self.assertNotIn(b"rt-must-not-be-kept", answer.body)
                self.assertNotIn("refresh_token", answer.json)

    def test_a_token_that_says_that_it_never_lived_is_not_handed_out(self):
        #
        for behaviour in ("expires-negative", "expires-zero"):
            with self.subTest(behaviour=behaviour):
                client, robot = reader(behaviour)
                for _ in range(3):
                    answer = robot.look_up(client)
                    self.assertEqual((answer.status, answer.json["type"]),
                                     (503, "/problems/token_expired_on_arrival"))
                    self.assertIn(int(answer.headers["Retry-After"]), range(20, 31))
                self.assertEqual(len(hostile.requests(f"/token/{behaviour}")), 1)

    def test_promises_that_cannot_be_kept_do_not_become_token_requests(self):
        # field.md pain 10
        client = vault.client_at(hostile.script("unkeepable", "good"), world=world)
        robot = vault.reader_of(client)
        for _ in range(20):
            answer = robot.look_up(client, min_ttl=7200)
            self.assertEqual((answer.status, answer.json["type"]), (409, "/problems/min_ttl_not_met"))
            self.assertIn(answer.json["max_ttl"], range(3570, 3601))
        self.assertEqual(robot.look_up(client, min_ttl=3000).status, 200)
        self.assertEqual(len(hostile.requests("/token/scripted/unkeepable")), 1)

    def test_scopes_that_are_not_granted_are_recorded_shown_and_audited(self):
        # field.md pain 12
        client, robot = reader("scope-narrower", scopes=["read", "nothing", "write"])
        answer = robot.look_up(client)
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.json["scope"], "nothing")
        token = vault.get("oauth-clients", client["id"])["token"]
        self.assertEqual((token["scope"], token["missing_scopes"]), ("nothing", ["read", "write"]))
        event = vault.audit_events(subject_id=client["id"], action="tokens.retrieved")["items"][0]["event"]
        self.assertEqual(event["reason"], "scopes_missing")

    def test_a_provider_that_says_when_to_come_back_is_passed_on_and_heeded(self):
        # For as long nobody asks that endpoint, whichever client it is for.
        for behaviour, seconds in (("patience-429", 7), ("patience-503", 11)):
            with self.subTest(behaviour=behaviour):
                client, robot = reader(behaviour)
                answer = robot.look_up(client)
                self.assertEqual(int(answer.headers["Retry-After"]), seconds)
                asked = len(hostile.requests(f"/token/{behaviour}"))
                self.assertEqual(robot.look_up(client).status, 503)
                self.assertEqual(len(hostile.requests(f"/token/{behaviour}")), asked)

    def test_a_refusal_is_final_until_somebody_changes_the_settings(self):
        #
        client = vault.client_at(hostile.script("mended", "error-401-later", "good"),
                                 world=world)
        robot = vault.reader_of(client)
        for _ in range(3):
            answer = robot.look_up(client)
            self.assertEqual((answer.status, answer.json["cause"]), (424, "invalid_client"))
            self.assertNotIn("Retry-After", answer.headers)
        self.assertEqual(len(hostile.requests("/token/scripted/mended")), 1)
        self.assertEqual(vault.update("target-systems", client["target_system"],
                                      {"consumer_secrets": [{"value": "right"}]}).status, 200)
        self.assertEqual(robot.look_up(client).status, 200)

    def test_silence_and_dripping_end_in_time_and_hold_nobody_else_up(self):
        #
        healthy, other_robot = reader("good")
        for behaviour in ("silent", "slow-drip"):
            with self.subTest(behaviour=behaviour):
                client, robot = reader(behaviour)
                with concurrent.futures.ThreadPoolExecutor(1) as pool:
                    waiting = pool.submit(robot.look_up, client)
                    harness.wait_until(lambda: hostile.requests(f"/token/{behaviour}"),
                                       "the token request")
                    start = time.monotonic()
                    self.assertEqual(other_robot.look_up(healthy).status, 200)
                    self.assertLess(time.monotonic() - start, 5)
                    answer = waiting.result(60)
                    self.assertEqual((answer.status, answer.json["type"], answer.json["cause"]),
                                     (503, "/problems/provider_unreachable", "timed_out"))


class Request(unittest.TestCase):
    """What Strongroom itself sends."""

    def test_basic_credentials_are_encoded_one_by_one(self):
        #
        client, robot = reader("good?kept=yes", client_authentication="client_secret_basic")
        self.assertEqual(robot.look_up(client).status, 200)
        sent = hostile.requests("/token/good")[-1]
        scheme, _, value = sent["authorization"].partition(" ")
        key, _, secret = base64.b64decode(value).decode().partition(":")
        self.assertEqual((scheme, key), ("Basic", CONSUMER_KEY))
        self.assertEqual(secret, "canary-consumer-secret-%C3%BC+%2B%25%3A")
        self.assertEqual(sent["body"], "grant_type=client_credentials")
        self.assertEqual(sent["path"], "/token/good?kept=yes")

    def test_post_credentials_are_in_the_form_and_nowhere_else(self):
        # E18
        client, robot = reader("good", client_authentication="client_secret_post", scopes=["a", "b"])
        self.assertEqual(robot.look_up(client).status, 200)
        sent = hostile.requests("/token/good")[-1]
        self.assertIsNone(sent["authorization"])
        self.assertEqual(sorted(sent["body"].split("&")), sorted([
            "grant_type=client_credentials", "scope=a+b", f"client_id={CONSUMER_KEY}",
            "client_secret=canary-consumer-secret-%C3%BC+%2B%25%3A"]))
        self.assertEqual(sent["headers"]["Content-Type"], "application/x-www-form-urlencoded")


class Addresses(unittest.TestCase):
    def test_a_private_ca_counts_for_its_own_target_system_only(self):
        #
        client, robot = reader("good", trusted_ca_pem="")
        answer = robot.look_up(client)
        self.assertEqual((answer.status, answer.json["cause"]), (503, "tls_untrusted"), answer)
        self.assertIn("not signed by a trusted CA", answer.json["detail"])

    def test_inner_addresses_are_refused_unless_allowed(self):
        # A-104, E14
        port = hostile.about["origin"].rpartition(":")[2]
        seen = len(hostile.requests("/token/good"))
        for host in ("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"):
            with self.subTest(host=host):
                client = vault.client_at(f"https://{host}:{port}/token/good", world=world,
                                         allowed_addresses=[])
                answer = vault.reader_of(client).look_up(client)
                self.assertEqual((answer.status, answer.json["cause"]), (424, "address_policy"),
                                 answer)
        self.assertEqual(len(hostile.requests("/token/good")), seen)

    def test_endpoints_that_are_no_https_urls_are_refused_when_entered(self):
        #
        for endpoint in ("http://127.0.0.1/token", "ftp://example.com/", "https://u:p@example.com/",
                         "https://example.com/#f", "https://0x7f000001/token", "https://2130706433/",
                         "https://127.1/token", "javascript:alert(1)", "//example.com/token", ""):
            with self.subTest(endpoint=endpoint):
                answer = vault.http.post("/api/v1/target-systems", {
                    "name": vault.name("refused"), "service_provider": "generic",
                    "grant": "client_credentials", "consumer_key": "k",
                    "consumer_secrets": [{"value": "s"}],
                    "endpoint_parameters": {"token_endpoint": endpoint}})
                self.assertEqual(answer.status, 400, answer)
                self.assertIn("token_endpoint", answer.json.get("field", ""))


if __name__ == "__main__":
    unittest.main()
