"""Somebody types a code in at a real authorization server, and robots act for their account: RFC 8628."""
import signal
import unittest
import urllib.parse

import command_line
import harness
import plain_browser
from person import Person
from vault import API, LOOPBACK, Vault

NEEDS_PERSON = 5  # the exit code
GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def setUpModule():
    global world, provider, hostile, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    provider = world.sign_in_provider()
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def browser():
    return plain_browser.Browser(server.ca_file, world.pki / "ca.pem")


def until(made, *states):
    """The authorization as soon as it is in one of these states."""
    def look():
        now = vault.authorization(made)
        return now if now["state"] in states else None
    return harness.wait_until(look, f"the sign-in to be {states}")


class AtAnOpenIdProvider(unittest.TestCase):
    def setUp(self):
        self.system = vault.create("target-systems", {
            "name": vault.name("target system"), "project": vault.project["id"],
            "service_provider": "issuer", "grant": "device_code",
            "scopes": ["openid", "email", "api:read"],
            "issuer": provider.about["issuer"], "trusted_ca_pem": world.ca_pem,
            "allowed_addresses": [LOOPBACK]})
        registered = vault.expect(201, provider.client.post("/reg", {
            "redirect_uris": [], "response_types": [], "grant_types": [GRANT, "refresh_token"],
            "token_endpoint_auth_method": "client_secret_basic",
            "scope": " ".join(self.system["scopes"])}))
        vault.expect(200, vault.update("target-systems", self.system["id"], {
            "consumer_key": registered["client_id"], "consumer_secret": registered["client_secret"]}))
        self.client = vault.client(self.system)

    def approve(self, made, login, **last):
        """At the provider's pages: types the code in, says that it is the right one, signs in."""
        person = browser()
        page = person.submit(person.open(made["device"]["verification_uri"]),
                             user_code=made["device"]["user_code"])
        self.assertIn(made["device"]["user_code"], page.text)
        page = person.submit(page, **last)
        return person.go_on(page, login) if not last else page

    def test_a_person_types_the_code_in_and_a_robot_gets_the_token(self):
        #
        self.assertEqual(self.client["state"], "needs_sign_in")
        made = vault.authorize(self.client)
        self.assertEqual((made["state"], made["by_device_code"]), ("started", True))
        self.assertNotIn("url", made)
        code = made["device"]
        self.assertEqual(code["interval"], 5)  # this server names none
        self.assertTrue(code["verification_uri"].startswith(provider.about["issuer"]))
        query = urllib.parse.urlsplit(code["verification_uri_complete"]).query
        self.assertEqual(urllib.parse.parse_qs(query)["user_code"], [code["user_code"]])
        self.assertIn("Sign-in Success", self.approve(made, "ann").text)
        done = until(made, "completed", "failed", "confirmation_needed")
        self.assertEqual((done["state"], done["account"]["subject"]), ("completed", "ann"), done)
        self.assertIsNone(done["device"])
        client = vault.get("oauth-clients", self.client["id"])
        self.assertEqual((client["state"], client["flow"]), ("active", "device_code"))
        self.assertTrue(client["refresh"]["has_refresh_token"])
        found = vault.reader_of(self.client).look_up(self.client)
        self.assertEqual(found.status, 200)
        api = provider.client.get("/api", headers={
            "Authorization": "Bearer " + found.json["access_token"]})
        self.assertEqual((api.status, api.json["sub"]), (200, "ann"))
        vault.expect(200, vault.http.post(f"{API}/oauth-clients/{self.client['id']}/retrieve-tokens"))
        again = vault.reader_of(self.client).look_up(self.client)
        self.assertNotEqual(again.json["access_token"], found.json["access_token"])
        for action in ("authorization.started", "authorization.completed"):
            event = vault.audit_events(action=action, subject_id=self.client["id"])["items"][0]["event"]
            self.assertEqual(event["actor_kind"], "user", event)

    def test_another_account_than_before_needs_the_askers_word(self):
        #
        first = vault.authorize(self.client)
        self.approve(first, "ann")
        until(first, "completed")
        second = vault.authorize(self.client)
        self.approve(second, "ben")
        held = until(second, "confirmation_needed", "completed", "failed")
        self.assertEqual((held["state"], held["confirmation_reason"]),
                         ("confirmation_needed", "other_account"))
        self.assertEqual(vault.get("oauth-clients", self.client["id"])["account"]["subject"], "ann")
        done = vault.expect(200, vault.confirm(second))
        self.assertEqual(done["state"], "completed")
        self.assertEqual(vault.get("oauth-clients", self.client["id"])["account"]["subject"], "ben")

    def test_who_says_no_at_the_provider_ends_it(self):
        #
        made = vault.authorize(self.client)
        self.approve(made, "ann", abort="yes")
        over = until(made, "failed", "completed")
        self.assertEqual((over["state"], over["failure"]["cause"]), ("failed", "consent_refused"))

    def test_a_restart_in_the_middle_changes_nothing(self):
        #
        made = vault.authorize(self.client)
        server.restart(signal.SIGKILL)
        vault.reconnect()
        now = vault.authorization(made)
        self.assertEqual((now["state"], now["device"]), ("started", made["device"]))
        self.approve(made, "ann")
        done = until(made, "completed", "failed", "expired")
        self.assertEqual(done["state"], "completed", done)


class AtATerminal(command_line.CommandLine):
    @classmethod
    def setUpClass(cls):
        cls.use(world, server)

    def setUp(self):
        self.use(world, server)  # a restart gives it another port

    def begin(self, lane, *polls):
        code = hostile.script(f"{lane}-device", "device?complete=" + hostile.about["origin"] + "/device?code=WDJB")
        system = vault.target_system(
            hostile.script(lane, *polls), "key", "secret", world=world, grant="device_code",
            endpoint_parameters={"token_endpoint": hostile.script(lane, *polls),
                                 "device_authorization_endpoint": code})
        return vault.client(system)

    def test_host_code_and_picture_are_printed_and_the_end_is_waited_for(self):
        #
        client = self.begin("terminal", "pending", "renew")
        done = self.done("oauth-client", "authorize", client["id"], "--wait", "--output", "table")
        self.assertIn(hostile.about["origin"] + "/device\n", done.stdout)
        self.assertIn("enter the code:  WDJB-MJHT\n", done.stdout)
        self.assertIn("\u2588\u2588\u2588", done.stdout)
        self.assertIn("Signed in.", done.stdout)
        self.assertEqual(vault.get("oauth-clients", client["id"])["state"], "active")
        token = vault.reader_of(client).look_up(client).json["access_token"]
        self.assertNotIn(token, done.stdout + done.stderr)

    def test_what_was_refused_is_said(self):
        #
        client = self.begin("terminal-denied", "denied")
        over = self.done("oauth-client", "authorize", client["id"], "--wait", code=NEEDS_PERSON)
        self.assertIn("did not consent", over.stderr)

    def test_without_waiting_it_is_a_document(self):
        client = self.begin("terminal-json", "pending")
        made = self.made("oauth-client", "authorize", client["id"])
        self.assertEqual((made["state"], made["device"]["user_code"]), ("started", "WDJB-MJHT"))


class AtAHostileProvider(unittest.TestCase):
    def begin(self, lane, code, *polls):
        """A sign-in at a provider that answers with `code`, and then with `polls`, the last again and again."""
        endpoint = hostile.script(f"{lane}-device", code)
        system = vault.target_system(
            hostile.script(lane, *polls), "key", "secret", world=world, grant="device_code",
            endpoint_parameters={"token_endpoint": hostile.script(lane, *polls),
                                 "device_authorization_endpoint": endpoint})
        self.lane = lane
        self.system = system
        self.client = vault.client(system)
        return vault.http.post(f"{API}/oauth-clients/{self.client['id']}/authorizations")

    def begun(self, lane, code, *polls):
        return vault.expect(201, self.begin(lane, code, *polls))

    def polls(self):
        return hostile.requests(f"/token/scripted/{self.lane}")

    def wait_for_polls(self, count):
        harness.wait_until(lambda: len(self.polls()) >= count, f"{count} polls")

    def no_more_polls(self):
        """Another sign-in is polled for twice meanwhile; this one is not."""
        mine, seen = self.lane, len(self.polls())
        other = self.begun(mine + "-after", "device?interval=1", "pending")
        self.wait_for_polls(3)
        vault.expect(204, vault.http.request("DELETE", f"{API}/authorizations/{other['id']}"))
        self.lane = mine
        self.assertEqual(len(self.polls()), seen)

    def test_a_code_that_nobody_ever_approves_ends_with_its_time(self):
        # E30
        made = self.begun("endless", "device?interval=0&expires_in=4", "pending")
        self.assertEqual(made["device"]["interval"], 1)  # zero is clamped
        self.wait_for_polls(2)
        over = until(made, "expired", "failed")
        self.assertEqual((over["state"], over["failure"]["cause"]), ("expired", "device_code_expired"))
        self.assertIsNone(over["device"])
        self.no_more_polls()

    def test_a_provider_that_is_asked_too_often_is_asked_less_often_for_good(self):
        #
        made = self.begun("slow", "device?interval=1", "slow-down", "renew")
        harness.wait_until(lambda: (vault.authorization(made)["device"] or {}).get("interval") == 6,
                           "the interval to grow by five seconds")
        server.restart(signal.SIGKILL)
        vault.reconnect()
        self.assertEqual(vault.authorization(made)["device"]["interval"], 6)
        self.assertEqual(until(made, "completed", "failed")["state"], "completed")

    def test_final_answers_stop_it(self):
        #
        for behaviour, state, cause in (("denied", "failed", "consent_refused"),
                                        ("code-expired", "expired", "device_code_expired"),
                                        ("error-400-grant", "failed", "unauthorized_client")):
            with self.subTest(behaviour):
                made = self.begun("final-" + behaviour, "device", "pending", behaviour)
                over = until(made, "failed", "expired", "completed")
                self.assertEqual((over["state"], over["failure"]["cause"]), (state, cause))
                self.assertEqual(len(self.polls()), 2)
        self.no_more_polls()

    def test_a_provider_that_is_down_for_a_while_is_asked_again(self):
        #
        made = self.begun("down", "device", "close", "error-503?Retry_After=1", "renew")
        self.assertEqual(until(made, "completed", "failed")["state"], "completed")
        self.assertEqual(len(self.polls()), 3)

    def test_addresses_and_codes_that_nobody_should_follow_are_not_shown(self):
        #
        origin = hostile.about["origin"]
        for lane, code in (("http", "device?uri=http://127.0.0.1/device"),
                           ("script", "device?uri=javascript:alert(1)"),
                           ("user", "device?uri=https://honest@evil.example/device"),
                           ("control", "device?user_code=A%0aB"), ("long", "device?user_code=" + "A" * 65),
                           ("over", "device?expires_in=0"), ("no-json", "html")):
            with self.subTest(lane):
                refused = self.begin("shown-" + lane, code, "renew")
                self.assertEqual((refused.status, refused.json["cause"]), (503, "malformed_answer"))
                self.assertNotIn("javascript", str(refused.body))
                listed = vault.http.get(f"{API}/authorizations?oauth_client={self.client['id']}").json
                self.assertEqual(listed["items"], [])
                self.assertEqual(self.polls(), [])
        made = self.begun("elsewhere", "device?complete=https://evil.example/device", "pending")
        self.assertEqual(made["device"]["verification_uri"], origin + "/device")
        self.assertIsNone(made["device"]["verification_uri_complete"])

    def test_a_client_that_is_deleted_half_way_ends_it(self):
        self.begun("deleted", "device", "pending")
        self.wait_for_polls(1)
        vault.expect(200, vault.http.request("DELETE", f"{API}/oauth-clients/{self.client['id']}"))
        self.no_more_polls()

    def test_whoever_asked_withdraws_it_and_a_newer_one_takes_its_place(self):
        first = self.begun("withdrawn", "device", "pending")
        again = vault.authorize(self.client)
        self.assertEqual(vault.authorization(first)["state"], "cancelled")
        vault.expect(204, vault.http.request("DELETE", f"{API}/authorizations/{again['id']}"))
        self.assertEqual(vault.authorization(again)["state"], "cancelled")
        self.no_more_polls()

    def test_a_kill_ends_it(self):
        made = self.begun("killed", "device", "pending")
        self.wait_for_polls(1)
        vault.expect(201, vault.http.post(f"{API}/kills", {
            "oauth_client": self.client["id"], "reason": "the test"}))
        self.assertNotEqual(until(made, "failed", "cancelled", "expired")["state"], "completed")
        self.no_more_polls()

    def test_only_who_asked_sees_the_code(self):
        # A-173, E22
        made = self.begun("seen", "device", "pending")
        user = vault.create("users", {"name": "another administrator"})
        group = vault.create("groups", {"name": "other administrators"})["id"]
        vault.create(f"groups/{group}/roles", {"role": "Administrator", "project": None})
        vault.expect(204, vault.http.request("PUT", f"{API}/groups/{group}/members/{user['id']}"))
        other = Person(server)
        vault.expect(200, other.sign_in(user["name"], user["initial_password"]))
        vault.expect(200, other.change_password(user["initial_password"]))
        seen = other.get(f"/authorizations/{made['id']}").json
        self.assertEqual(seen["state"], "started")
        self.assertIsNone(seen["device"])

    def test_tokens_that_come_are_stored_once_and_no_code_is_in_log_or_trail(self):
        #
        made = self.begun("stored", "device", "pending", "renew")
        self.assertEqual(until(made, "completed", "failed")["state"], "completed")
        sent = urllib.parse.parse_qs(self.polls()[-1]["body"])
        self.assertEqual(sent["grant_type"], [GRANT])
        code = sent["device_code"][0]
        self.assertNotIn(code, server.process.errors.read_text())
        events = vault.audit_events(subject_id=self.client["id"])["items"]
        self.assertNotIn(code, str(events))
        self.assertNotIn(made["device"]["user_code"], str(events))
        self.no_more_polls()


if __name__ == "__main__":
    unittest.main()
