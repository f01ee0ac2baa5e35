"""strongroom-badprovider does what its switches say, and its truth is what happened."""
import subprocess
import threading
import time
import unittest

import bad_provider
import harness
import plain_browser
from bad_provider import BadProvider
from vault import API, Vault


def setUpModule():
    global world, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def import_token(client, token):
    return vault.expect(200, vault.http.post(f"{API}/oauth-clients/{client['id']}/import-tokens",
                                             {"refresh_token": token}))


class RefreshTokens(unittest.TestCase):
    def test_rotation_without_grace_ends_the_family_when_a_token_is_used_again(self):
        provider = BadProvider(world, "strict")
        first = provider.mint("robots")[0]
        status, second = provider.refresh(first["refresh_token"])
        self.assertEqual((status, second["token_type"]), (200, "Bearer"))
        self.assertNotEqual(second["refresh_token"], first["refresh_token"])
        self.assertEqual(provider.refresh(first["refresh_token"]), (400, {
            "error": "invalid_grant", "error_description": "as strongroom-badprovider was told"}))
        self.assertEqual(provider.refresh(second["refresh_token"])[0], 400)
        self.assertTrue(provider.families()[first["family"]]["revoked"])
        seen = [(event["what"], event.get("as") or event.get("why") or event["by"], event["serial"])
                for event in provider.truth()]
        self.assertEqual(seen, [("issued", "mint", 1), ("used", "current", 1), ("issued", "refresh", 2),
                                ("refused", "reused", 1), ("revoked", "reused", 2), ("refused", "revoked", 2)])
        self.assertEqual(provider.truth_file.read_bytes(), self.told(provider))

    @staticmethod
    def told(provider):
        client = harness.Client(provider._control)
        try:
            return client.get("/truth").body
        finally:
            client.close()

    def test_grace_no_family_revocation_and_no_rotation(self):
        provider = BadProvider(world, "gentle", reuse_window_s=3600)
        token = provider.mint("robots")[0]["refresh_token"]
        brought = [provider.refresh(token)[1]["refresh_token"] for _ in range(3)]
        self.assertEqual(len(set(brought)), 3)
        for one in brought:
            self.assertEqual(provider.refresh(one)[0], 200)

        provider.switch(reuse_window_s=0, family_revocation=False)
        other = provider.mint("robots")[0]
        status, following = provider.refresh(other["refresh_token"])
        self.assertEqual((status, provider.refresh(other["refresh_token"])[0]), (200, 400))
        self.assertEqual(provider.refresh(following["refresh_token"])[0], 200)
        self.assertFalse(provider.families()[other["family"]]["revoked"])

        provider.switch(rotation=False)
        lasting = provider.mint("robots")[0]["refresh_token"]
        self.assertEqual([provider.refresh(lasting)[1].get("refresh_token") for _ in range(2)], [None, None])
        provider.switch(repeats_refresh_token=True)
        self.assertEqual(provider.refresh(lasting)[1]["refresh_token"], lasting)

    def test_a_token_of_another_client_an_unknown_one_and_a_revoked_one_are_refused(self):
        provider = BadProvider(world, "refusing")
        token = provider.mint("robots")[0]
        self.assertEqual(provider.refresh(token["refresh_token"], client="others")[0], 400)
        self.assertEqual(provider.refresh(token["refresh_token"] + "x")[0], 400)
        provider.revoke(token["family"])
        self.assertEqual(provider.refresh(token["refresh_token"])[0], 400)
        whys = [event["why"] for event in provider.truth() if event["what"] == "refused"]
        self.assertEqual(whys, ["another_client", "unknown", "revoked"])


class Answers(unittest.TestCase):
    def setUp(self):
        self.provider = BadProvider(world, self.id().rpartition(".")[2][:40])

    def members(self, **switches):
        self.provider.switch(**switches)
        status, members = self.provider.refresh(self.provider.mint("robots")[0]["refresh_token"])
        return members if status == 200 else status

    def test_lifetimes_and_scopes_are_told_as_asked(self):
        told = {how: self.members(expires=how, expires_in_s=90).get("expires_in", "none") for how in
                ("seconds", "missing", "string", "milliseconds", "zero", "negative", "words")}
        self.assertEqual(told, {"seconds": 90, "missing": "none", "string": "90", "milliseconds": 90_000,
                                "zero": 0, "negative": -1, "words": "an hour"})
        self.assertGreater(self.members(expires="absolute")["expires_in"], 1_700_000_000)
        self.assertEqual(self.members(scopes="as_asked")["scope"], "api mail")
        self.assertEqual(self.members(scopes="narrower")["scope"], "api")
        self.assertNotIn("scope", self.members(scopes="missing"))

    def test_statuses_before_and_after_the_request_was_processed(self):
        self.assertEqual(self.members(fault="status_before", fault_status=503, fault_times=1), 503)
        self.assertEqual(self.uses(), 0)
        self.assertEqual(self.members(fault="status_after", fault_status=502, fault_times=1), 502)
        self.assertEqual(self.uses(), 1)
        self.assertEqual(self.members(fault="error_with_200", error="invalid_grant", fault_times=1)["error"],
                         "invalid_grant")
        self.assertIn("access_token", self.members(), "the fault was for one request")

    def test_latency_is_before_and_the_delay_after_a_request_is_processed(self):
        start = time.monotonic()
        self.members(latency_ms=30, delay_after_ms=50)
        self.assertGreaterEqual(time.monotonic() - start, 0.08, "it waits that long at least")
        asked = threading.Thread(target=self.members, kwargs={"latency_ms": 0, "delay_after_ms": 3000})
        asked.start()
        harness.wait_until(lambda: self.uses() == 2, "the request to be processed", pause=0.005)
        self.assertTrue(asked.is_alive(), "it was answered before its time")
        asked.join()

    def uses(self):
        return sum(event["what"] == "used" for event in self.provider.truth())

    def ask(self, **switches):
        self.provider.switch(**switches)
        token = self.provider.mint("robots")[0]["refresh_token"]
        return self.provider.ask(grant_type="refresh_token", refresh_token=token)

    def test_retry_after_dates_content_types_and_sizes(self):
        told = self.ask(fault="status_before", fault_status=429, retry_after_s=7, error="slow_down",
                        fault_times=1)
        self.assertRegex(told, rb"(?s)^HTTP/1\.1 429 .*\r\nRetry-After: 7\r\n")
        ahead = self.ask(clock_offset_s=-7_000_000_000)  # 2026 and 222 years before
        self.assertRegex(ahead, rb"\r\nDate: \w+, \d\d \w+ 1[78]\d\d ")
        other = self.ask(clock_offset_s=0, content_type="text/html", padding_bytes=3_000_000)
        self.assertIn(b"\r\nContent-Type: text/html\r\n", other)
        self.assertGreater(len(other), 3_000_000)

    def test_a_connection_is_dropped_at_each_byte_in_turn_or_at_the_one_that_was_asked_for(self):
        whole = len(self.ask())
        self.assertEqual([len(self.ask(fault="drop")) for _ in range(5)], [0, 1, 2, 3, 4])
        self.assertEqual(len(self.ask(drop_at_byte=whole - 1)), whole - 1)
        self.assertEqual(self.uses(), 7, "each of them was processed")

    def test_switches_that_are_none_are_refused_and_change_nothing(self):
        before = self.provider.switches()
        for wrong in ({"latency_ms": 1, "no_such": 2}, {"rotation": 1}, {"fault": "unheard of"},
                      {"latency_ms": "soon"}):
            with self.assertRaises(harness.HarnessError):
                self.provider.switch(**wrong)
        self.assertEqual(self.provider.switches(), before)


class CommandLine(unittest.TestCase):
    def run_it(self, *words):
        return subprocess.run([bad_provider.BINARY, *map(str, words)], capture_output=True, text=True,
                                      timeout=30, check=False)

    def test_help_tells_every_switch_and_the_manual_knows_it(self):
        said = self.run_it("--help")
        self.assertEqual(said.returncode, 0)
        switches = BadProvider(world, "helped").switches()
        manual = (harness.TOP / "docs/bad-provider.md").read_text()
        for name in switches:
            self.assertIn(f"  --{name} ", said.stdout)
            self.assertIn(f"`{name}`", manual)

    def test_what_it_cannot_do_is_said(self):
        files = ("--certificate", world.pki / "server.pem", "--key", world.pki / "server.key")
        for words in ((), ("--certificate",), (*files, "--no_such", "1"), (*files, "--rotation", "perhaps"),
                      (*files, "--control", "0.0.0.0:0"), (*files, "--listen", "nowhere")):
            said = self.run_it(*words)
            self.assertEqual((said.returncode, said.stdout), (2, ""), words)
            self.assertTrue(said.stderr.startswith("strongroom-badprovider: "), said.stderr)


class WithAVault(unittest.TestCase):
    def test_somebody_signs_in_and_the_tokens_are_refreshed(self):
        provider = BadProvider(world, "sign-in")
        system = provider.target_system(vault)
        client = vault.client(system)
        made = vault.authorize(client)
        browser = plain_browser.Browser(server.ca_file, world.pki / "ca.pem")
        page = browser.submit(browser.open(made["url"]))
        self.assertIn("Your sign-in arrived", page.text)
        vault.expect(200, vault.confirm(made))
        self.assertEqual(vault.get("oauth-clients", client["id"])["state"], "active")
        vault.expect(200, vault.retrieve(client))
        self.assertEqual([(event["what"], event["by"]) for event in provider.truth() if event["what"] == "issued"],
                         [("issued", "code"), ("issued", "refresh")])

    def test_client_credentials_and_metadata(self):
        provider = BadProvider(world, "plain")
        system = provider.target_system(vault, grant="client_credentials")
        client = vault.client(system)
        robot = vault.reader_of(client)
        self.assertTrue(robot.look_up(client).json["access_token"].startswith("at.client."))
        issuer = vault.create("target-systems", vault.issuer_system(provider.origin, world=world)
                              | {"grant": "client_credentials"})
        self.assertEqual(issuer["token_endpoint"], provider.origin + "/token")

    def test_a_vault_follows_the_rotation_and_holds_what_the_truth_says_is_newest(self):
        # E20
        provider = BadProvider(world, "followed")
        client = vault.client(provider.target_system(vault))
        token = provider.mint("robots")[0]
        import_token(client, token["refresh_token"])
        for _ in range(5):
            vault.expect(200, vault.retrieve(client))
        uses = [(event["serial"], event["as"]) for event in provider.truth() if event["what"] == "used"]
        self.assertEqual(uses, [(n, "current") for n in range(1, 6)])
        self.assertEqual(provider.families()[token["family"]]["serial"], 6)


if __name__ == "__main__":
    unittest.main()
