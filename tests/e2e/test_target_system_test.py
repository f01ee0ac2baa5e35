"""`target-system test`: which hop of the way to a provider fails, and who must act."""
import json
import unittest

import harness
from command_line import DONE, NOT_AUTHORIZED, NOT_FOUND, UPSTREAM, CommandLine
from vault import Vault

QUICK = True
TRY_AGAIN = 75
SECRET = "canary-consumer-secret"


def setUpModule():
    global world, hostile, server, vault, elsewhere
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    elsewhere = world.hostile("::1")
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def system_at(url, **more):
    return vault.target_system(url, "key", SECRET, world=world, **more)


def tested(system, status=200):
    answer = vault.http.post(f"/api/v1/target-systems/{system['id']}/test")
    return vault.expect(status, answer)


def verdicts(report):
    return {hop["hop"]: hop["verdict"] for hop in report["hops"]}


class EveryHop(unittest.TestCase):
    def expect(self, hop, who, url, **more):
        report = tested(system_at(url, **more))
        self.assertEqual((report["failed_hop"], report["who_must_act"]), (hop, who), report)
        self.assertFalse(report["ok"])
        self.assertTrue(report["message"])
        order = [one["hop"] for one in report["hops"]]
        after = order[order.index(hop) + 1:]
        self.assertEqual({verdicts(report)[one] for one in after} - {"not_reached"}, set())
        return report

    def test_all_is_well(self):
        system = system_at(hostile.about["token"] + "good")
        report = tested(system)
        self.assertTrue(report["ok"], report)
        self.assertEqual(verdicts(report) | {"proxy": "skipped"}, verdicts(report))
        self.assertEqual((report["addresses"], report["connected_to"]), (["127.0.0.1"], "127.0.0.1"))
        self.assertEqual(report["http_status"], 200)
        self.assertRegex(report["tls"]["protocol"], r"^TLSv1\.[23]$")
        self.assertEqual(report["tls"]["subject"], "CN=127.0.0.1")
        self.assertEqual(report["tls"]["trusted_ca"], "CN=Private test CA")
        for text in ("canary", "at-", "access_token"):
            self.assertNotIn(text, json.dumps(report))

    def test_it_is_written_down_and_changes_nothing(self):
        system = system_at(hostile.about["token"] + "error-400-client")
        before = vault.get("target-systems", system["id"])
        tested(system)
        self.assertEqual(vault.get("target-systems", system["id"]), before)
        events = vault.audit_events(action="target_system.tested")["items"]
        event = next(one["event"] for one in events if one["event"]["subject_id"] == system["id"])
        self.assertEqual((event["outcome"], event["reason"]), ("failure", "invalid_client"))

    def test_each_hop_is_named(self):
        token = hostile.about["token"]
        self.expect("name", "operator", "https://nowhere.invalid/token")
        self.expect("address_policy", "target_system_owner", token + "good", allowed_addresses=[])
        self.expect("proxy", "operator", token + "good", proxy="http://127.0.0.1:1")
        self.expect("tcp", "operator", "https://127.0.0.1:1/token")
        tls = self.expect("tls", "target_system_owner", token + "good", trusted_ca_pem="")
        self.assertEqual((tls["tls"]["trusted_ca"], tls["tls"]["issuer"]),
                         ("", "CN=Private test CA"))
        self.expect("http", "target_system_owner", token + "redirect-302")
        self.expect("http", "nobody", token + "error-503")
        refused = self.expect("oauth", "target_system_owner", token + "error-401-client")
        self.assertEqual((refused["http_status"], refused["oauth_error"]), (401, "invalid_client"))
        self.expect("oauth", "provider", token + "html")

    def test_without_a_secret_the_way_alone_is_tried(self):
        endpoint = hostile.about["token"] + "good"
        system = system_at(endpoint, consumer_secrets=[])
        report = tested(system)
        self.assertTrue(report["ok"], report)
        self.assertEqual(verdicts(report)["oauth"], "skipped")

    def test_a_held_target_system_sends_no_secret(self):
        system = system_at(hostile.about["token"] + "good")
        moved = vault.update("target-systems", system["id"],
                             {"token_endpoint": hostile.about["token"] + "error-400-client"})
        self.assertTrue(moved.json["destination_held"])
        seen = len(hostile.requests())
        report = tested(system)
        self.assertEqual(verdicts(report)["oauth"], "skipped")
        for request in hostile.requests()[seen:]:
            self.assertNotIn(SECRET, json.dumps(request))

    def test_over_ipv6(self):
        #
        endpoint = elsewhere.about["token"] + "good"
        self.expect("address_policy", "target_system_owner", endpoint)
        system = system_at(endpoint, allowed_addresses=["::1"])
        report = tested(system)
        self.assertTrue(report["ok"], report)
        self.assertEqual(report["addresses"], ["::1"])
        client = vault.client(system)
        self.assertEqual(vault.reader_of(client).look_up(client).status, 200)


class OnTheCommandLine(CommandLine):
    @classmethod
    def setUpClass(cls):
        cls.use(world, server)

    def test_exit_codes_and_words(self):
        token = hostile.about["token"]
        for behaviour, code in (("good", DONE), ("error-401-client", UPSTREAM),
                                ("error-503", TRY_AGAIN)):
            system = system_at(token + behaviour)
            done = self.run_as(self.admin, "target-system", "test", system["id"],
                               "--output", "table", code=code)
            self.assertIn("oauth", done.stdout)
            self.assertIn("tls.sha256", done.stdout)
            self.assertNotIn("canary", done.stdout + done.stderr)
        self.run_as(self.admin, "target-system", "test", "not-there", code=NOT_FOUND)

    def test_it_needs_the_permission_to_configure(self):
        system = system_at(hostile.about["token"] + "good")
        key = world.directory / "viewer.key"
        world.run("api-key", "create", "--data", server.data, "--permission", "view",
                  "--key-file", key, "--user", "viewer")
        self.run_as(self.admin | {"STRONGROOM_KEY_FILE": str(key)}, "target-system", "test",
                    system["id"], code=NOT_AUTHORIZED)

    def test_a_proxy_is_an_option_like_any_other(self):
        self.made("target-system", "create", "With proxy", "--provider", "generic",
                  "--token-endpoint", hostile.about["token"] + "good", "--consumer-key", "key",
                  "--proxy", "http://127.0.0.1:3128", "--proxy-credentials-file", "-",
                  stdin="user:password\n")
        shown = self.made("target-system", "show", "With proxy")
        self.assertEqual((shown["proxy"], shown["has_proxy_credentials"]),
                         ("http://127.0.0.1:3128", True))
        changed = self.made("target-system", "update", "With proxy", "--proxy", "none")
        self.assertEqual((changed["proxy"], changed["has_proxy_credentials"]), ("none", False))
