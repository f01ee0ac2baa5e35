"""Tokens are renewed before they end though nobody asks for them, over crashes as well, once a lifetime."""
import signal
import time
import unittest

import elsewhere
import harness
from vault import API, Vault

LIFETIME = 6  # seconds: renewed after more than half of it


def setUpModule():
    global world, provider, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    provider = world.sign_in_provider()
    server = harness.Strongroom(world, env={"STRONGROOM_REFRESH__AHEAD": "true",
                                             "STRONGROOM_REFRESH__LEAST_INTERVAL_S": "1"}).start()
    vault = Vault(server)


def counts():
    return provider.client.get("/_test/counts").json


def refreshes():
    return counts()["by_grant"].get("refresh_token", 0)


def live_for(seconds):
    provider.client.post("/_test/token_ttl", {"seconds": seconds})


def fresh_client():
    """Somebody moved here, and looked once whether it works."""
    system, token = elsewhere.moved_here(vault, world, provider)
    client = vault.client(system)
    vault.expect(200, vault.http.post(f"{API}/oauth-clients/{client['id']}/import-tokens",
                                      {"refresh_token": token}))
    vault.expect(200, vault.retrieve(client))
    return client


def renewed_at(client):
    return vault.get("oauth-clients", client["id"])["token"]["refreshed_at"]


def metric(name):
    lines = [line for line in server.metrics().splitlines() if line.startswith(name + " ")]
    return float(lines[0].split()[-1])


class AheadOfTime(unittest.TestCase):
    def setUp(self):
        live_for(LIFETIME)
        self.addCleanup(live_for, 600)
        self.burnt = counts()["families_burnt"]

    def wait_for_renewals(self, client, number):
        """Each of them is another token; nobody looks one up."""
        seen = {renewed_at(client)}

        def renewed():
            seen.add(renewed_at(client))
            return len(seen) > number
        harness.wait_until(renewed, f"{number} renewals", patience=60)

    def test_a_client_stays_fresh_without_any_look_up_once_a_lifetime(self):
        # field.md pain 4, field.md pain 10
        client = fresh_client()
        before, began = refreshes(), time.monotonic()
        self.wait_for_renewals(client, 4)
        asked, took = refreshes() - before, time.monotonic() - began
        self.assertGreaterEqual(asked, 4)
        self.assertLessEqual(asked, took / (LIFETIME / 2) + 1)
        self.assertEqual(counts()["families_burnt"], self.burnt)
        robot = vault.reader_of(client)
        kept = robot.look_up(client).json["access_token"]
        api = provider.client.get("/api", headers={"Authorization": "Bearer " + kept})
        self.assertEqual((api.status, api.json["sub"]), (200, "ann"))
        self.assertGreaterEqual(metric("strongroom_refresh_life_left_seconds_count"), 4)
        self.assertRegex(server.metrics(),
                         r'strongroom_refreshes_total\{provider="issuer",result="renewed"\} [1-9]')

    def test_it_stays_fresh_over_a_crash_and_no_grant_is_lost(self):
        # field.md pain 3
        client = fresh_client()
        for _ in range(2):
            self.wait_for_renewals(client, 1)
            server.restart(signal.SIGKILL)
            vault.reconnect()
            self.wait_for_renewals(client, 2)
        now = vault.get("oauth-clients", client["id"])
        self.assertEqual((now["state"], now["refresh"]["rotates"]), ("active", True))
        self.assertEqual(counts()["families_burnt"], self.burnt)

    def test_a_grant_that_is_over_is_found_out_at_once_and_asked_for_once(self):
        # A-064, field.md pain 4, field.md pain 8
        client = fresh_client()
        self.wait_for_renewals(client, 1)
        provider.client.post("/_test/revoke", {"login": "ann"})
        ended = 'strongroom_refreshes_total{provider="issuer",result="needs_sign_in"}'

        def state():
            return vault.get("oauth-clients", client["id"])["state"]
        harness.wait_until(lambda: state() == "needs_sign_in", "the end of the grant", patience=60)
        # The same account signed in for the clients of other tests: theirs ends as well.
        harness.wait_until(lambda: not vault.list("oauth-clients", state="active")["total"], "the end of the others",
                           patience=60)
        once = metric(ended)
        asked = refreshes()
        self.wait_for_renewals(fresh_client(), 2)  # two lifetimes in which it could be asked again
        self.assertEqual(metric(ended), once)
        self.assertGreater(refreshes(), asked)
        self.assertEqual(state(), "needs_sign_in")

    def test_a_provider_whose_tokens_live_for_seconds_does_not_fill_the_disk(self):
        # field.md pain 10
        own = harness.Strongroom(world, name="patient", env={"STRONGROOM_REFRESH__AHEAD": "true"}).start()
        self.addCleanup(own.stop)
        theirs = Vault(own)
        live_for(2)
        system, token = elsewhere.moved_here(theirs, world, provider)
        client = theirs.client(system)
        theirs.expect(200, theirs.http.post(f"{API}/oauth-clients/{client['id']}/import-tokens",
                                            {"refresh_token": token}))
        theirs.expect(200, theirs.retrieve(client))
        before = theirs.get("oauth-clients", client["id"])["token"]["refreshed_at"]
        self.wait_for_renewals(fresh_client(), 3)  # beside a server that does as the provider says
        self.assertEqual(theirs.get("oauth-clients", client["id"])["token"]["refreshed_at"], before)
        robot = theirs.reader_of(client)
        self.assertEqual(robot.look_up(client).status, 200)
        after = theirs.get("oauth-clients", client["id"])["token"]["refreshed_at"]
        self.assertNotEqual(after, before, "whoever asks has it renewed at once")

    def test_without_the_engine_tokens_are_retrieved_when_somebody_asks(self):
        own = harness.Strongroom(world, name="on-demand",
                                 env={"STRONGROOM_REFRESH__AHEAD": "false"}).start()
        self.addCleanup(own.stop)
        self.assertNotIn("strongroom_refresh_due", own.metrics())


class KeptAlive(unittest.TestCase):
    def test_an_owner_may_want_it_and_the_setting_is_checked(self):
        # A-085, field.md pain 7
        system, _ = elsewhere.moved_here(vault, world, provider, keep_alive_days=30)
        self.assertEqual(vault.get("target-systems", system["id"])["keep_alive_days"], 30)
        refused = vault.update("target-systems", system["id"], {"keep_alive_days": 366})
        self.assertEqual((refused.status, refused.json["field"]), (400, "/keep_alive_days"))
        off = vault.update("target-systems", system["id"], {"keep_alive_days": 0})
        self.assertEqual((off.status, off.json["keep_alive_days"]), (200, 0))
