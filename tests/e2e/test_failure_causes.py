"""Why there is no token: each cause by its name, with plain words, somebody and a place."""
import json
import pathlib
import re
import unittest

import harness
from vault import Vault

QUICK = True
TOP = pathlib.Path(__file__).resolve().parents[2]
CODES = {
    7000222: "secret_expired", 7000215: "secret_wrong", 700027: "certificate_not_registered",
    1: "certificate_expired", 2: "assertion_refused", 3: "clock_skew", 90002: "tenant_not_found",
    700016: "application_not_found", 7000112: "application_disabled",
    65001: "admin_consent_missing", 53003: "conditional_access", 4: "unauthorized_client",
    5: "invalid_scope", 6: "invalid_target"}
PASSING = {8: "rate_limited", 9: "provider_unavailable"}


def own_provider():
    """An entry of the catalogue like the generic one, whose numbers have a meaning."""
    entry = json.loads((TOP / "providers/generic.json").read_text())
    entry |= {"id": "numbers", "name": "Numbers"}
    entry["response"] = entry.get("response", {}) | {
        "error_codes_member": "error_codes",
        "error_causes": {str(code): cause for code, cause in (CODES | PASSING).items()}}
    source = [{"page": "https://provider.example/errors", "read": "2026-11-25"}]
    entry["sources"] |= {"response.error_codes_member": source, "response.error_causes": source}
    return entry


def setUpModule():
    global world, hostile, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    entries = world.directory / "catalogue"
    entries.mkdir()
    (entries / "numbers.json").write_text(json.dumps(own_provider()))
    server = harness.Strongroom(world, env={"STRONGROOM_CATALOGUE__DIRECTORY": str(entries)}).start()
    vault = Vault(server)


def failed(behaviour, **more):
    """What a person is told, and what the client shows afterwards."""
    endpoint = behaviour if "://" in behaviour else hostile.about["token"] + behaviour
    client = vault.client_at(endpoint, world=world, **more)
    answer = vault.retrieve(client)
    shown = vault.get("oauth-clients", client["id"])["failure"]
    assert shown is None or shown["cause"] == answer.json["cause"], (shown, answer)
    return answer


def scripted(lane, behaviour, **more):
    return failed(hostile.script(lane, behaviour), **more)


class Causes(unittest.TestCase):
    def expect(self, answer, cause, status, who=None):
        problem = answer.json
        self.assertEqual((answer.status, problem["cause"]), (status, cause), answer)
        self.assertTrue(problem["detail"] and problem["where"], answer)
        if who:
            self.assertEqual(problem["who_must_act"], who, answer)
        return problem

    def test_a_providers_own_numbers_say_more_than_its_error_code(self):
        #
        for code, cause in CODES.items():
            with self.subTest(cause=cause):
                answer = scripted("code", f"coded?code={code}", service_provider="numbers")
                self.assertEqual(self.expect(answer, cause, 424)["provider_code"], code)
                self.assertNotIn(b"words of the provider", answer.body)
        for code, cause in PASSING.items():
            with self.subTest(cause=cause):
                answer = scripted("code", f"coded?code={code}", service_provider="numbers")
                self.expect(answer, cause, 503)
        unknown = scripted("code", "coded?code=99", service_provider="numbers")
        self.expect(unknown, "invalid_client", 424, "target_system_owner")

    def test_who_must_act_may_be_the_providers_administrator(self):
        answer = scripted("code", "coded?code=65001", service_provider="numbers")
        self.expect(answer, "admin_consent_missing", 424, "provider_administrator")

    def test_each_that_a_token_endpoint_can_provoke(self):
        #
        for behaviour, cause, status in (
                ("error-401-client", "invalid_client", 424), ("error-400-target", "invalid_target", 424),
                ("error-400-grant", "unauthorized_client", 424), ("error-404", "endpoint_not_found", 424),
                ("error-400-empty", "refused", 424), ("redirect-302", "redirected", 424),
                ("error-429", "rate_limited", 503), ("error-503", "provider_unavailable", 503),
                ("truncated", "interrupted", 503), ("megabytes", "oversized", 503)):
            with self.subTest(cause=cause):
                self.expect(failed(behaviour), cause, status)

    def test_each_on_the_way_to_it(self):
        self.expect(failed("https://nowhere.invalid/token"), "name_unresolved", 503, "operator")
        self.expect(failed("https://127.0.0.1:1/token"), "unreachable", 503, "operator")
        self.expect(failed("good", trusted_ca_pem=""), "tls_untrusted", 503, "target_system_owner")
        self.expect(failed("good", allowed_addresses=[]), "address_policy", 424)
        self.expect(failed("good", proxy="http://127.0.0.1:1"), "proxy", 503, "operator")

    def test_a_secret_past_its_date_that_is_refused_has_expired(self):
        over = [{"value": "secret", "expires_on": "2020-01-31"}]
        answer = failed("error-401-client", consumer_secrets=over)
        self.expect(answer, "secret_expired", 424, "target_system_owner")
        self.assertIn("secrets", answer.json["where"])

    def signing(self, behaviour):
        return failed(hostile.script("signs", behaviour), consumer_secrets=[],
                      client_keys=[{"generate": "ed25519"}], client_authentication="private_key_jwt")

    def test_a_clock_that_is_off_explains_why_a_signature_was_refused(self):
        for seconds in (3600, -95):
            with self.subTest(seconds=seconds):
                problem = self.expect(self.signing(f"skewed?seconds={seconds}"), "clock_skew", 424,
                                      "operator")
                self.assertAlmostEqual(problem["clock_skew_s"], seconds, delta=2)
                self.assertIn("time", problem["where"])
        answer = self.signing("skewed?seconds=0")
        self.assertNotIn("clock_skew_s", self.expect(answer, "assertion_refused", 424))
        plain = scripted("secret", "skewed?seconds=3600")
        self.expect(plain, "invalid_client", 424)  # a secret has no clock

    def test_the_largest_skew_is_a_metric(self):
        scripted("secret", "skewed?seconds=7200", service_provider="numbers")
        skews = [float(line.split()[1]) for line in server.metrics().splitlines()
                 if line.startswith("strongroom_provider_clock_skew_seconds ")]
        self.assertEqual(len(skews), 1)
        self.assertAlmostEqual(skews[0], 7200, delta=2)

    def test_the_test_of_a_target_system_says_where_too(self):
        system = vault.target_system(hostile.about["token"] + "good", "key", "secret", world=world,
                                     trusted_ca_pem="")
        report = vault.expect(200, vault.http.post(f"/api/v1/target-systems/{system['id']}/test"))
        self.assertEqual((report["cause"], report["failed_hop"]), ("tls_untrusted", "tls"))
        self.assertIn("trusted CA", report["where"])


class Documentation(unittest.TestCase):
    def test_it_explains_every_cause_there_is(self):
        source = (TOP / "src/oauth/failure_causes.cc").read_text()
        known = set(re.findall(r'_cause\(\s*k\w+,\s*"(\w+)"', source))
        self.assertGreaterEqual(len(known), 40)
        page = (TOP / "docs/target-systems.md").read_text()
        table = page[page.index("| `cause` |"):page.index("| `type`, without a cause |")]
        explained = set()
        for row in table.splitlines():
            explained |= set(re.findall(r"`(\w+)`", row.split("|")[1] if "|" in row else ""))
        self.assertEqual(explained - {"cause"}, known)
        listed = set(re.findall(r"`(\w+)`", (TOP / "docs/robots.md").read_text()))
        self.assertEqual(known - listed, set())


if __name__ == "__main__":
    unittest.main()
