"""Somebody signs in at a real authorization server, and robots act for their account."""
import unittest
import urllib.parse

import harness
import plain_browser
from vault import API, Vault


def setUpModule():
    global world, provider, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    provider = world.sign_in_provider()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def browser():
    return plain_browser.Browser(server.ca_file, world.pki / "ca.pem")


def at_callback(url):
    return urllib.parse.urlsplit(url).path.startswith("/OAuthCallback")


class SigningIn(unittest.TestCase):
    def setUp(self):
        self.system = vault.sign_in_system(provider, world=world)
        self.client = vault.client(self.system)

    def signed_in(self, login="ann", client=None):
        """The authorization of a whole sign-in that was confirmed where that was needed."""
        made = vault.authorize(client or self.client)
        browser().sign_in(made["url"], login)
        now = vault.authorization(made)
        if now["state"] == "confirmation_needed":
            vault.expect(200, vault.confirm(made))
        return vault.authorization(made)

    def counts(self):
        return provider.client.get("/_test/counts").json["by_grant"]

    def test_the_callback_is_known_before_key_and_secret_and_survives_a_rename(self):
        #
        made = vault.create("target-systems", {
            "id": "01900000-0000-7000-8000-00000000abcd", "name": vault.name("early"),
            "service_provider": "google", "grant": "authorization_code", "scopes": ["email"]})
        callback = f"{server.origin}/OAuthCallback/01900000-0000-7000-8000-00000000abcd"
        self.assertTrue(made["callback_url"].endswith(urllib.parse.urlsplit(callback).path))
        self.assertEqual(made["missing"], ["consumer_key", "consumer_secret"])
        renamed = vault.expect(200, vault.update("target-systems", made["id"], {"name": "Other"}))
        self.assertEqual(renamed["callback_url"], made["callback_url"])

    def test_a_person_signs_in_and_a_robot_gets_the_token(self):
        #
        self.assertEqual(self.client["state"], "needs_sign_in")
        made = vault.authorize(self.client)
        self.assertEqual(made["state"], "waiting")
        system = vault.get("target-systems", self.client["target_system"])
        self.assertIn(f"Sign in at {system['name']}", browser().open(made["url"]).text)
        last = browser().sign_in(made["url"], "ann")
        self.assertEqual(last.status, 200)
        self.assertIn("You can close this tab", last.text)
        self.assertIn("ann@example.test", last.text)
        self.assertNotIn("code=", last.url)
        # Nobody was signed in to the console there, so the asker is asked.
        held = vault.authorization(made)
        self.assertEqual((held["state"], held["confirmation_reason"]),
                         ("confirmation_needed", "opened_by_another_person"))
        self.assertEqual(held["account"]["name"], "ann@example.test")
        self.assertEqual(vault.get("oauth-clients", self.client["id"])["state"], "needs_sign_in")
        done = vault.expect(200, vault.confirm(made))
        self.assertEqual(done["state"], "completed")
        for action in ("authorization.held", "authorization.completed"):
            event = vault.audit_events(action=action, subject_id=self.client["id"])["items"][0]["event"]
            self.assertEqual((event["account_issuer"], event["account_subject"]), (provider.about["issuer"], "ann"))
            self.assertNotIn("ann@example.test", str(event), "ids only")
        client = vault.get("oauth-clients", self.client["id"])
        self.assertEqual(client["state"], "active")
        self.assertEqual(client["account"]["subject"], "ann")
        self.assertTrue(client["refresh"]["has_refresh_token"])
        found = vault.reader_of(self.client).look_up(self.client)
        self.assertEqual(found.status, 200)
        api = provider.client.get("/api", headers={
            "Authorization": "Bearer " + found.json["access_token"]})
        self.assertEqual((api.status, api.json["sub"]), (200, "ann"))

    def test_the_callback_page_has_no_script_and_a_clean_address(self):
        # E15, E17
        made = vault.authorize(self.client)
        last = browser().sign_in(made["url"], "ann")
        self.assertNotIn("<script", last.body)
        self.assertEqual(urllib.parse.urlsplit(last.url).query, "")
        self.assertIn("frame-ancestors 'none'", last.headers["Content-Security-Policy"])
        self.assertEqual(last.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(last.headers["Cache-Control"], "no-store")

    def test_a_link_works_once(self):
        #
        made = vault.authorize(self.client)
        one, two = browser(), browser()
        page = one.open(made["url"])
        self.assertIn(self.client["label"], page.text)
        self.assertIn("api:read", page.text)
        again = two.open(made["url"])
        self.assertEqual(again.status, 200)  # looking uses nothing up
        one.submit(page, stop=lambda url: url.startswith(provider.about["issuer"]))
        self.assertEqual(two.submit(again).status, 404)
        self.assertEqual(two.open(made["url"]).status, 404)

    def test_a_newer_link_takes_the_place_of_the_one_before(self):
        first, second = vault.authorize(self.client), vault.authorize(self.client)
        self.assertEqual(browser().open(first["url"]).status, 404)
        self.assertEqual(vault.authorization(first)["state"], "cancelled")
        self.assertEqual(browser().open(second["url"]).status, 200)

    def test_an_answer_counts_only_in_the_browser_that_pressed_continue(self):
        # E2, E3, E4, E23
        made = vault.authorize(self.client)
        back = browser().sign_in(made["url"], "ann", stop=at_callback)
        before = self.counts().get("authorization_code", 0)
        other = browser().open(back.url)
        self.assertIn("another browser", other.text + vault.authorization(made)["failure"]["message"])
        self.assertEqual(vault.authorization(made)["failure"]["cause"], "wrong_browser")
        self.assertEqual(self.counts().get("authorization_code", 0), before)

    def test_an_answer_works_once(self):
        # E5, E23
        made = vault.authorize(self.client)
        one = browser()
        back = one.sign_in(made["url"], "ann", stop=at_callback)
        self.assertEqual(one.open(back.url).status, 200)
        before = self.counts()["authorization_code"]
        self.assertEqual(one.open(back.url).status, 400)
        self.assertEqual(self.counts()["authorization_code"], before)

    def test_another_callback_path_is_refused(self):
        # E1
        other = vault.sign_in_system(provider, world=world)
        made = vault.authorize(self.client)
        one = browser()
        back = one.sign_in(made["url"], "ann", stop=at_callback)
        one.open(back.url.replace(self.system["id"], other["id"]))
        self.assertEqual(vault.authorization(made)["failure"]["cause"], "wrong_callback")

    def test_another_issuer_is_refused_before_any_token_request(self):
        # E13
        made = vault.authorize(self.client)
        one = browser()
        back = one.sign_in(made["url"], "ann", stop=at_callback)
        before = self.counts().get("authorization_code", 0)
        forged = back.url.replace(urllib.parse.quote_plus(provider.about["issuer"]),
                                  urllib.parse.quote_plus("https://evil.example"))
        self.assertNotEqual(forged, back.url)
        one.open(forged)
        self.assertEqual(vault.authorization(made)["failure"]["cause"], "wrong_issuer")
        self.assertEqual(self.counts().get("authorization_code", 0), before)

    def test_a_scanner_uses_nothing_up(self):
        #
        made = vault.authorize(self.client)
        one = browser()
        back = one.sign_in(made["url"], "ann", stop=at_callback)
        status, _, _ = one._send("HEAD", back.url)
        self.assertEqual(status, 405)
        self.assertEqual(one.open(back.url).status, 200)

    def test_an_answer_by_form_post_is_not_taken(self):
        # A-020, E3
        made = vault.authorize(self.client)
        one = browser()
        back = one.sign_in(made["url"], "ann", stop=at_callback)
        parts = urllib.parse.urlsplit(back.url)
        posted = one.open(f"{parts.scheme}://{parts.netloc}{parts.path}",
                          dict(urllib.parse.parse_qsl(parts.query)))
        self.assertEqual(posted.status, 405)
        self.assertEqual(vault.authorization(made)["state"], "started")

    def test_a_code_goes_only_where_the_flow_was_started_for(self):
        # A-001, E1, E13
        made = vault.authorize(self.client)
        one = browser()
        back = one.sign_in(made["url"], "ann", stop=at_callback)
        before = self.counts().get("authorization_code", 0)
        vault.expect(200, vault.update("target-systems", self.system["id"],
                                       {"consumer_key": "another", "consumer_secret": "other"}))
        one.open(back.url)
        self.assertEqual(vault.authorization(made)["failure"]["cause"], "settings_changed")
        self.assertEqual(self.counts().get("authorization_code", 0), before)

    def test_a_refusal_keeps_the_tokens_and_shows_nothing_that_the_provider_wrote(self):
        # E16
        self.signed_in()
        made = vault.authorize(self.client)
        one = browser()
        page = one.open(made["url"])
        gone = one.submit(page, stop=lambda url: url.startswith(provider.about["issuer"]))
        state = urllib.parse.parse_qs(urllib.parse.urlsplit(gone.url).query)["state"][0]
        query = urllib.parse.urlencode({
            "state": state, "iss": provider.about["issuer"], "error": "access_denied",
            "error_description": "<script>alert(1)</script>", "error_uri": "javascript:alert(1)"})
        last = one.open(f"{self.system['callback_url']}?{query}")
        self.assertNotIn("alert", last.body)
        self.assertEqual(vault.authorization(made)["failure"]["cause"], "consent_refused")
        self.assertEqual(vault.get("oauth-clients", self.client["id"])["state"], "active")

    def test_another_account_than_before_is_asked_about_and_the_old_tokens_stay(self):
        #
        self.signed_in("ann")
        made = vault.authorize(self.client)
        browser().sign_in(made["url"], "ben")
        held = vault.authorization(made)
        self.assertEqual((held["state"], held["confirmation_reason"]),
                         ("confirmation_needed", "other_account"))
        self.assertEqual(held["previous_account"]["subject"], "ann")
        self.assertEqual(vault.get("oauth-clients", self.client["id"])["account"]["subject"], "ann")
        vault.expect(200, vault.confirm(made))
        self.assertEqual(vault.get("oauth-clients", self.client["id"])["account"]["subject"], "ben")

    def test_the_same_account_reconnects_without_a_question(self):
        #
        self.signed_in("ann")
        made = vault.authorize(self.client)
        browser().sign_in(made["url"], "ann")
        self.assertEqual(vault.authorization(made)["state"], "completed")

    def test_the_expected_account_is_sent_along_and_compared(self):
        #
        vault.update("oauth-clients", self.client["id"], {"expected_account": "zoe@example.test"})
        made = vault.authorize(self.client)
        one = browser()
        page = one.open(made["url"])
        self.assertIn("zoe@example.test", page.text)
        gone = one.submit(page, stop=lambda url: url.startswith(provider.about["issuer"]))
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(gone.url).query)
        self.assertEqual(asked["login_hint"], ["zoe@example.test"])
        self.assertIn("login", asked["prompt"][0])
        self.assertEqual(asked["code_challenge_method"], ["S256"])
        one.go_on(one.open(gone.url), "ann")
        self.assertEqual(vault.authorization(made)["confirmation_reason"], "not_expected_account")

    def test_a_refresh_token_is_used_when_a_look_up_needs_a_newer_token(self):
        #
        provider.client.post("/_test/token_ttl", {"seconds": 3})
        self.addCleanup(provider.client.post, "/_test/token_ttl", {"seconds": 600})
        self.signed_in("ann")
        robot = vault.reader_of(self.client)
        first = robot.look_up(self.client).json["access_token"]
        before = self.counts().get("refresh_token", 0)

        def newer():
            found = robot.look_up(self.client)
            self.assertEqual(found.status, 200)
            return found.json["access_token"] != first
        harness.wait_until(newer, "a refreshed token")
        self.assertGreater(self.counts()["refresh_token"], before)

    def test_what_the_provider_revoked_needs_a_person_and_reconnects(self):
        #
        provider.client.post("/_test/token_ttl", {"seconds": 2})
        self.addCleanup(provider.client.post, "/_test/token_ttl", {"seconds": 600})
        self.signed_in("eve")
        robot = vault.reader_of(self.client)
        provider.client.post("/_test/revoke", {"login": "eve"})

        def over():
            answer = robot.look_up(self.client)
            return answer.status == 424 and answer.json["type"].endswith("needs_sign_in")
        harness.wait_until(over, "the client to need a sign-in")
        self.assertEqual(vault.get("oauth-clients", self.client["id"])["state"], "needs_sign_in")
        asked = self.counts()["refresh_token"]
        robot.look_up(self.client)
        self.assertEqual(self.counts()["refresh_token"], asked)
        provider.client.post("/_test/token_ttl", {"seconds": 600})
        self.assertEqual(self.signed_in("eve")["state"], "completed")
        self.assertEqual(robot.look_up(self.client).status, 200)

    def waiting(self, **query):
        return vault.expect(200, vault.http.get(f"{API}/authorizations", query=query))["items"]

    def test_a_sign_in_that_waits_is_found_without_its_link(self):
        made = vault.authorize(self.client)
        mine = {"oauth_client": self.client["id"]}
        self.assertEqual([(one["id"], one["state"]) for one in self.waiting(**mine)], [(made["id"], "waiting")])
        self.assertNotIn("url", self.waiting(**mine)[0])
        self.assertNotIn(made["id"], [one["id"] for one in self.waiting()])
        browser().sign_in(made["url"], "ann")
        for found in (self.waiting(**mine), self.waiting()):
            one = next(each for each in found if each["id"] == made["id"])
            self.assertEqual((one["state"], one["oauth_client_label"], one["account"]["name"]),
                             ("confirmation_needed", self.client["label"], "ann@example.test"))
        vault.expect(200, vault.confirm(made))
        self.assertEqual(self.waiting(**mine), [])

    def test_what_was_granted_is_not_taken_for_another_destination(self):
        made = vault.authorize(self.client)
        browser().sign_in(made["url"], "ann")
        self.assertEqual(vault.authorization(made)["state"], "confirmation_needed")
        vault.expect(200, vault.update("target-systems", self.client["target_system"], {
            "allowed_addresses": ["127.0.0.2/32"], "consumer_secret": "entered-anew"}))
        refused = vault.confirm(made)
        self.assertEqual((refused.status, refused.json["type"]), (409, "/problems/settings_changed"), refused)
        now = vault.authorization(made)
        self.assertEqual((now["state"], now["failure"]["cause"]), ("failed", "settings_changed"))
        self.assertFalse(vault.get("oauth-clients", self.client["id"])["refresh"]["has_refresh_token"])

    def test_a_restart_between_start_and_callback_loses_nothing(self):
        made = vault.authorize(self.client)
        one = browser()
        back = one.sign_in(made["url"], "ann", stop=at_callback)
        port = urllib.parse.urlsplit(server.origin).port
        server.listen = f"127.0.0.1:{port}"
        server.restart()
        vault.reconnect()
        self.assertEqual(one.open(back.url).status, 200)
        self.assertEqual(vault.authorization(made)["state"], "confirmation_needed")

    def test_nothing_secret_is_in_log_or_trail(self):
        # E17
        made = vault.authorize(self.client)
        back = browser().sign_in(made["url"], "ann", stop=at_callback)
        code = urllib.parse.parse_qs(urllib.parse.urlsplit(back.url).query)["code"][0]
        trail = str(vault.audit_events(page_size=100))
        for secret in (code, made["url"].rsplit("/", 1)[1]):
            self.assertNotIn(secret, server.log)
            self.assertNotIn(secret, trail)

    def test_a_client_whose_target_system_asks_for_itself_has_nobody_to_sign_in(self):
        plain = vault.client_at(provider.about["token_endpoint"], world=world)
        answer = vault.http.post(f"{API}/oauth-clients/{plain['id']}/authorizations")
        self.assertEqual(answer.status, 409)


if __name__ == "__main__":
    unittest.main()
