"""Tokens are renewed for a person who is not there, and nothing of that is lost in a crash."""
import concurrent.futures
import datetime
import http.client
import json
import signal
import sqlite3
import unittest
import urllib.parse

import elsewhere
import harness
from vault import API, LOOKUP, LOOPBACK, Vault


def setUpModule():
    global world, provider, hostile, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    provider = world.sign_in_provider()
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def moved_here(**more):
    return elsewhere.moved_here(vault, world, provider, **more)


def moment_in(seconds):
    then = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return then.strftime("%Y-%m-%dT%H:%M:%SZ")


def import_tokens(client, **members):
    return vault.http.post(f"{API}/oauth-clients/{client['id']}/import-tokens", members)


def refreshes():
    return provider.client.get("/_test/counts").json["by_grant"].get("refresh_token", 0)


class AtARealProvider(unittest.TestCase):
    def token_ttl(self, seconds):
        provider.client.post("/_test/token_ttl", {"seconds": seconds})

    def setUp(self):
        self.token_ttl(600)

    def test_a_refresh_token_that_rotates_is_followed_as_long_as_robots_ask(self):
        # E20
        system, token = moved_here()
        client = vault.client(system)
        self.assertEqual(client["state"], "needs_sign_in")
        imported = vault.expect(200, import_tokens(client, refresh_token=token + "\n"))
        self.assertEqual(imported["state"], "needs_retrieval")
        self.assertTrue(imported["refresh"]["has_refresh_token"])
        self.assertNotIn(token, json.dumps(imported))
        robot = vault.reader_of(client)
        before = refreshes()
        found = set()
        self.token_ttl(3)  # used again, an old refresh token would end everything
        for _ in range(4):
            harness.wait_until(lambda: self.asked_by_many(robot, client) - found, "a newer token")
            found |= self.asked_by_many(robot, client)
        self.assertGreaterEqual(len(found), 4)
        self.assertLessEqual(refreshes() - before, 12)
        self.token_ttl(600)
        harness.wait_until(lambda: robot.look_up(client).json.get("expires_in", 0) > 60, "a long one")
        kept = robot.look_up(client).json["access_token"]
        api = provider.client.get("/api", headers={"Authorization": "Bearer " + kept})
        self.assertEqual((api.status, api.json["sub"]), (200, "ann"))
        now = vault.get("oauth-clients", client["id"])
        self.assertEqual((now["state"], now["refresh"]["rotates"]), ("active", True))

    @staticmethod
    def asked_by_many(robot, client):
        """The tokens that eight robots get at once."""
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            asking = [pool.submit(server.client(robot.key).get, LOOKUP, query=client["question"])
                      for _ in range(8)]
            return {one.result().json["access_token"] for one in asking if one.result().status == 200}

    def test_after_it_was_revoked_nobody_asks_again_and_the_answer_says_who_must_act(self):
        #
        system, token = moved_here()
        client = vault.client(system)
        vault.expect(200, import_tokens(client, refresh_token=token))
        robot = vault.reader_of(client)
        self.assertEqual(robot.look_up(client).status, 200)
        provider.client.post("/_test/revoke", {"login": "ann"})
        living = robot.look_up(client)
        self.assertEqual(living.status, 200, "the token that lives is served")
        refused = vault.retrieve(client)
        self.assertEqual((refused.status, refused.json["type"]), (424, "/problems/needs_sign_in"))
        self.assertEqual(refused.json["who_must_act"], "account_owner")
        asked = refreshes()
        for _ in range(5):
            self.assertEqual(vault.retrieve(client).json["cause"], "sign_in_ended")
        self.assertEqual(refreshes(), asked)
        self.assertEqual(robot.look_up(client).json["access_token"], living.json["access_token"])
        now = vault.get("oauth-clients", client["id"])
        self.assertEqual((now["state"], now["failure"]["cause"]), ("needs_sign_in", "sign_in_ended"))
        self.assertFalse(now["refresh"]["has_refresh_token"])

    def test_the_command_line_says_that_a_person_is_needed(self):
        client = vault.client(moved_here()[0])
        robot = vault.reader_of(client)
        key = world.directory / "robot.key"
        key.write_text(robot.key)
        said = world.run("token", "--url", server.origin, "--ca-file", server.ca_file, "--key-file",
                         key, "--project", vault.project["name"], "--target-system",
                         client["question"]["target_system"], "--label", client["label"])
        self.assertEqual(said.returncode, 5, said.stderr)
        self.assertIn("account_owner", said.stderr)


class Import(unittest.TestCase):
    def run_cli(self, *words, stdin=None):
        key = world.directory / "admin.key"
        key.write_text(vault.key)
        return world.run(*words, "--url", server.origin, "--ca-file", server.ca_file, "--key-file",
                         key, stdin=stdin)

    def system(self):
        return vault.create("target-systems", {
            "name": vault.name("target system"), "project": vault.project["id"],
            "service_provider": "generic", "grant": "authorization_code", "consumer_key": "id",
            "consumer_secret": "secret", "trusted_ca_pem": world.ca_pem,
            "allowed_addresses": [LOOPBACK], "endpoint_parameters": {
                "token_endpoint": hostile.about["token"] + "renew",
                "authorization_endpoint": hostile.about["origin"] + "/authorize"}})

    def test_many_come_from_a_file_and_each_line_has_its_own_outcome(self):
        system = self.system()
        where = ("--project", vault.project["name"], "--target-system", system["name"])
        lines = ["label,refresh_token,account_name"]
        lines += [f'"mailbox {n}",canary-{n},box{n}@example.test' for n in range(300)]
        lines[151] = "broken,white space,"
        lines[152] = "too,many,fields,here"
        file = world.directory / "tokens.csv"
        file.write_text("\r\n".join(lines) + "\r\n")
        tried = self.run_cli("oauth-client", "import", file, *where, "--dry-run",
                             "--output", "table")
        self.assertEqual(tried.returncode, 1, tried.stderr)
        self.assertIn("would create: 298", tried.stdout)
        self.assertEqual(vault.list("oauth-clients", filter="mailbox")["total"], 0)
        done = self.run_cli("oauth-client", "import", file, *where, "--output", "json")
        report = json.loads(done.stdout)
        self.assertEqual((report["created"], report["updated"]), (298, 0))
        self.assertEqual([one["line"] for one in report["failed"]], [152, 153])
        self.assertNotIn("canary-", done.stdout + done.stderr)
        again = self.run_cli("oauth-client", "import", "-", *where, "--output", "table", stdin=json.dumps(
            [{"label": "mailbox 0", "refresh_token": "another"}, {"label": "new", "access_token": "x"}]))
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertIn("created: 1\nupdated: 1\nfailed: 0\n", again.stdout)
        client = next(one for one in vault.list("oauth-clients", filter="mailbox 0")["items"])
        retrieved = vault.expect(200, vault.retrieve(client))
        self.assertEqual(retrieved["state"], "active")
        self.assertIn("refresh_token=another", hostile.requests("/token/renew")[-1]["body"])
        self.assertEqual(client["expected_account"], "box0@example.test")

    def test_tokens_come_from_files_and_never_back(self):
        client = vault.client(self.system())
        token = world.directory / "token"
        token.write_text("canary-refresh\n")
        said = self.run_cli("oauth-client", "import-tokens", client["id"], "--refresh-token-file",
                            token, "--scope", "mail.read", "--account-name", "ann@example.test")
        self.assertEqual(said.returncode, 0, said.stderr)
        self.assertNotIn("canary-", said.stdout + said.stderr)
        events = vault.audit_events(action="oauth_client.tokens_imported")
        self.assertEqual(events["items"][0]["event"]["fields"], ["refresh_token"])
        self.assertNotIn("canary-", json.dumps(events))
        for wrong in ({}, {"refresh_token": "a b"}, {"access_token": "a", "expires_at": "yesterday"},
                      {"refresh_token": "a", "unknown": 1}):
            self.assertEqual(import_tokens(client, **wrong).status, 400, wrong)
        plain = vault.client_at(hostile.about["token"] + "good", world=world)
        refused = import_tokens(plain, refresh_token="a")
        self.assertEqual((refused.status, refused.json["field"]), (400, "/refresh_token"))


class Crashes(unittest.TestCase):
    def setting(self, name, lane, *behaviours):
        """A server of its own, whose client has the refresh token rt-0 and an access token."""
        self.server = harness.Strongroom(world, name=name).start()
        self.vault = Vault(self.server)
        endpoint = hostile.script(lane, *behaviours)
        self.path = urllib.parse.urlsplit(endpoint).path
        system = self.vault.create("target-systems", {
            "name": "mail", "project": self.vault.project["id"], "service_provider": "generic",
            "grant": "authorization_code", "consumer_key": "id", "consumer_secret": "secret",
            "trusted_ca_pem": world.ca_pem, "allowed_addresses": [LOOPBACK],
            "endpoint_parameters": {
                "token_endpoint": endpoint,
                "authorization_endpoint": hostile.about["origin"] + "/authorize"}})
        self.client = self.vault.client(system)
        self.robot = self.vault.reader_of(self.client)

    def import_tokens(self, **members):
        path = f"{API}/oauth-clients/{self.client['id']}/import-tokens"
        self.vault.expect(200, self.vault.http.post(path, members))

    def restart(self, number):
        self.server.restart(number)
        self.vault.reconnect()
        self.robot.http = self.server.client(self.robot.key)

    def sent(self):
        """The refresh tokens that came to the provider."""
        return [urllib.parse.parse_qs(one["body"])["refresh_token"][0]
                for one in hostile.requests(self.path)]

    def test_killed_while_the_provider_thinks_the_old_token_waits_until_nothing_is_left_to_lose(self):
        #
        self.setting("thinking", "thinking", "renew-hold", "renew")
        ends = moment_in(20)
        self.import_tokens(refresh_token="rt-0", access_token="at-0", expires_at=ends)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            asking = pool.submit(self.vault.retrieve, self.client)
            harness.wait_until(lambda: hostile.waiting() == 1, "the refresh")
            self.server.stop(signal.SIGKILL)
            hostile.release()
            self.assertIsNotNone(asking.exception(30))
        self.server.start()
        self.vault.reconnect()
        self.robot.http = self.server.client(self.robot.key)
        self.assertEqual(self.robot.look_up(self.client).json["access_token"], "at-0")
        refused = self.vault.retrieve(self.client)
        self.assertEqual((refused.status, refused.json["type"]), (503, "/problems/refresh_in_doubt"))
        self.assertEqual(self.sent(), ["rt-0"])
        harness.wait_until(lambda: self.robot.look_up(self.client).json.get("access_token", "at-0")
                           != "at-0", "the next token", patience=40)
        self.assertEqual(self.sent(), ["rt-0", "rt-0"])
        self.server.stop()

    def test_killed_between_the_answer_and_its_writing_back_nothing_is_lost(self):
        #
        self.setting("written", "written", "renew-hold", "renew")
        self.import_tokens(refresh_token="rt-0", access_token="at-0", expires_at=moment_in(600))
        with sqlite3.connect(self.server.data / "state.db", isolation_level=None) as other:
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                asking = pool.submit(self.vault.retrieve, self.client)
                harness.wait_until(lambda: hostile.waiting() == 1, "the refresh")
                other.execute("BEGIN IMMEDIATE")  # from now on nothing can be stored
                hostile.release()
                harness.wait_until(self.has_answer, "the answer in the journal")
                self.server.stop(signal.SIGKILL)
                self.assertIsNotNone(asking.exception(30))
            other.execute("ROLLBACK")
        self.server.start()
        self.vault.reconnect()
        self.robot.http = self.server.client(self.robot.key)
        self.assertNotEqual(self.robot.look_up(self.client).json["access_token"], "at-0")
        self.vault.expect(200, self.vault.retrieve(self.client))
        first, second = self.sent()
        self.assertEqual(first, "rt-0")
        self.assertTrue(second.startswith("rt-") and second != "rt-0", second)
        self.server.stop()

    def has_answer(self):
        return b"SRj1 answer" in (self.server.data / "journal").read_bytes()

    def test_killed_at_any_moment_the_chain_of_refresh_tokens_never_goes_back(self):
        # E20
        self.setting("any", "any", "renew")
        self.import_tokens(refresh_token="rt-0", access_token="at-0",
                           expires_at=moment_in(3600))
        for round_number in range(6):
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                writer = pool.submit(self.retrieve_until_gone)
                enough = len(self.sent()) + 2 + round_number
                harness.wait_until(lambda: len(self.sent()) >= enough or writer.done(), "refreshes",
                                   pause=0.001)
                self.server.process.child.kill()
                writer.result(30)
            self.server.process.child.wait()
            self.server.start()
            self.vault.reconnect()
            if self.vault.retrieve(self.client).status == 503:  # one was lost in flight: that is all
                self.import_tokens(refresh_token=f"rt-again-{round_number}", access_token="at-0",
                                   expires_at=moment_in(3600))
        sent = self.sent()
        self.assertEqual(len(sent), len(set(sent)), "one was used twice")
        self.server.stop()

    def retrieve_until_gone(self):
        while True:
            try:
                if self.vault.retrieve(self.client).status == 503:
                    return
            except (OSError, http.client.HTTPException):
                return
