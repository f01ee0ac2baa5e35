"""Somebody signs in at a provider that sends nobody back, and types what it shows."""
import re
import unittest
import urllib.parse

import harness
import plain_browser
from vault import Vault

TRIES = 5


def setUpModule():
    global world, provider, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    provider = world.sign_in_provider()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def browser():
    return plain_browser.Browser(server.ca_file, world.pki / "ca.pem")


def exchanges():
    return provider.client.get("/_test/counts").json["by_grant"].get("authorization_code", 0)


class Person:
    """At a link: its page stays open in one tab, and the provider's is in another."""

    def __init__(self, made, login="ann"):
        self.browser = browser()
        self.link = self.browser.open(made["url"])
        self.shown = self.browser.go_on(self.browser.submit(self.link), login)
        self.code = re.search(r"<code>([^<]+)</code>", self.shown.body).group(1)

    def types(self, text, who=None):
        """Into the box of the page that stayed open."""
        action, _ = self.link.form("verifier")
        return (who or self.browser).open(action, {"verifier": text})


class OutOfBand(unittest.TestCase):
    def setUp(self):
        self.client = self.client_with("blank")

    def client_with(self, callback):
        self.system = vault.sign_in_system(provider, world=world, callback=callback)
        return vault.client(self.system)

    def assert_ends(self, made, client, login="ann"):
        now = vault.authorization(made)
        if now["state"] == "confirmation_needed":
            vault.expect(200, vault.confirm(made))
            now = vault.authorization(made)
        self.assertEqual((now["state"], now["account"]["subject"]), ("completed", login), now)
        found = vault.reader_of(client).look_up(client)
        called = provider.client.get("/api", headers={
            "Authorization": "Bearer " + found.json["access_token"]})
        self.assertEqual((called.status, called.json["sub"]), (200, login))

    def assert_problem(self, answer, status, name, field=None):
        self.assertEqual((answer.status, answer.json["type"]), (status, f"/problems/{name}"), answer)
        self.assertEqual(answer.json.get("field"), field, answer)

    def test_the_asker_types_the_verifier(self):
        #
        for callback, sent in (("blank", None), ("oob", ["oob"])):
            with self.subTest(callback):
                client = self.client_with(callback)
                made = vault.authorize(client)
                self.assertTrue(made["out_of_band"])
                person = browser()
                gone = person.submit(person.open(made["url"]),
                                     stop=lambda url: url.startswith(provider.about["issuer"]))
                asked = urllib.parse.parse_qs(urllib.parse.urlsplit(gone.url).query)
                self.assertEqual(asked.get("redirect_uri"), sent)
                self.assertEqual(asked["code_challenge_method"], ["S256"])
                shown = person.go_on(person.open(gone.url), "ann")
                code = re.search(r"<code>([^<]+)</code>", shown.body).group(1)
                vault.expect(200, vault.enter_verifier(made, f" {code}\r\n"))
                self.assert_ends(made, client)
                self.assertNotIn(code, server.log)

    def test_whoever_pressed_continue_types_it_on_the_page(self):
        #
        for callback in ("blank", "oob"):
            with self.subTest(callback):
                client = self.client_with(callback)
                made = vault.authorize(client)
                person = Person(made)
                last = person.types(person.code)
                self.assertEqual(last.status, 200, last.text)
                self.assertIn("ann@example.test", last.text)
                self.assertIn("You can close this tab", last.text)
                self.assertNotIn(person.code, last.url + last.body)
                self.assert_ends(made, client)

    def test_the_whole_address_will_do(self):
        for types in (lambda made, person: vault.enter_verifier(made, person.shown.url),
                      lambda made, person: person.types(person.shown.url)):
            made = vault.authorize(self.client)
            person = Person(made)
            self.assertIn("state=", person.shown.url)
            self.assertEqual(types(made, person).status, 200)
            self.assert_ends(made, self.client)

    def test_an_address_of_another_sign_in_is_refused_and_the_right_one_is_still_taken(self):
        #
        other = vault.authorize(self.client_with("blank"))
        strange = Person(other, "ben").shown.url
        made = vault.authorize(self.client)
        person = Person(made)
        before = exchanges()
        self.assert_problem(vault.enter_verifier(made, strange), 400, "invalid_argument", "/verifier")
        self.assertEqual(person.types(strange).status, 400)
        self.assertEqual(exchanges(), before)
        self.assertEqual(vault.authorization(made)["state"], "started")
        self.assertEqual(person.types(person.code).status, 200)
        self.assert_ends(made, self.client)

    def test_an_address_of_another_issuer_is_refused_before_any_token_request(self):
        #
        made = vault.authorize(self.client)
        person = Person(made)
        ours = urllib.parse.quote_plus(provider.about["issuer"])
        self.assertIn("iss=" + ours, person.shown.url)
        before = exchanges()
        strange = person.shown.url.replace("iss=" + ours, "iss=https%3A%2F%2Fevil.example")
        self.assert_problem(vault.enter_verifier(made, strange), 400, "invalid_argument", "/verifier")
        self.assertEqual(exchanges(), before)

    def wrong(self, code, attempt):
        """As long as the right one, and another one each time."""
        return code[:-1] + next(c for c in "ABCDEFG"[attempt:] if c != code[-1])

    def test_a_verifier_that_was_mistyped_can_be_corrected(self):
        #
        for where in ("api", "page"):
            with self.subTest(where):
                made = vault.authorize(self.client)
                person = Person(made)
                wrong = self.wrong(person.code, 0)
                before = exchanges()
                if where == "api":
                    self.assert_problem(vault.enter_verifier(made, wrong), 400, "invalid_argument",
                                        "/verifier")
                    vault.expect(200, vault.enter_verifier(made, person.code))
                else:
                    again = person.types(wrong)
                    self.assertEqual(again.status, 400)
                    self.assertIn("does not take this verifier", again.text)
                    self.assertNotIn(wrong, again.body)
                    person.link = again  # the box is on this page as well
                    self.assertEqual(person.types(person.code).status, 200)
                self.assertEqual(exchanges(), before + 2)
                self.assert_ends(made, self.client)

    def test_the_fifth_that_the_provider_does_not_take_ends_it(self):
        #
        made = vault.authorize(self.client)
        person = Person(made)
        for attempt in range(TRIES - 1):
            self.assert_problem(vault.enter_verifier(made, self.wrong(person.code, attempt)), 400,
                                "invalid_argument", "/verifier")
        last = person.types(self.wrong(person.code, TRIES - 1))
        self.assertIn("did not succeed", last.text)
        failure = vault.authorization(made)["failure"]
        self.assertEqual((failure["cause"], failure["who_must_act"]), ("verifier_wrong", "account_owner"))
        self.assert_problem(vault.enter_verifier(made, person.code), 409, "authorization_over")
        self.assertEqual(vault.get("oauth-clients", self.client["id"])["state"], "needs_sign_in")

    def test_an_address_that_says_something_twice_is_refused(self):
        #
        made = vault.authorize(self.client)
        person = Person(made)
        before = exchanges()
        for more in ("&code=another", "&state=another"):
            self.assert_problem(vault.enter_verifier(made, person.shown.url + more), 400,
                                "invalid_argument", "/verifier")
        self.assertEqual(exchanges(), before)

    def test_after_five_tries_nothing_is_read_any_more(self):
        #
        made = vault.authorize(self.client)
        person = Person(made)
        before = exchanges()
        for attempt in range(TRIES):
            if attempt % 2:
                self.assertEqual(person.types("two words").status, 400)
            else:
                self.assert_problem(vault.enter_verifier(made, "two words"), 400, "invalid_argument",
                                    "/verifier")
        self.assert_problem(vault.enter_verifier(made, person.code), 429, "rate_limited")
        self.assertEqual(person.types(person.code).status, 429)
        self.assertEqual(exchanges(), before)
        again = vault.authorize(self.client)
        vault.expect(200, vault.enter_verifier(again, Person(again).code))
        self.assert_ends(again, self.client)

    def test_another_browser_cannot_type_and_uses_no_try_up(self):
        #
        made = vault.authorize(self.client)
        person = Person(made)
        before = exchanges()
        for _ in range(TRIES + 1):
            self.assertEqual(person.types(person.code, browser()).status, 404)
        self.assertEqual(exchanges(), before)
        self.assertEqual(vault.authorization(made)["state"], "started")
        self.assertEqual(person.types(person.code).status, 200)
        self.assert_ends(made, self.client)

    def test_nothing_is_typed_before_continue_nor_where_the_browser_comes_back(self):
        #
        early = vault.authorize(self.client)
        self.assert_problem(vault.enter_verifier(early, "code"), 409, "authorization_over")
        action, _ = browser().open(early["url"]).form("verifier")
        self.assertEqual(browser().open(action, {"verifier": "code"}).status, 404)
        ordinary = vault.authorize(self.client_with("own"))
        person = browser()
        page = person.open(ordinary["url"])
        self.assertNotIn('name="verifier"', page.body)
        person.submit(page, stop=lambda url: url.startswith(provider.about["issuer"]))
        self.assert_problem(vault.enter_verifier(ordinary, "code"), 409, "not_out_of_band")

    def test_the_box_takes_nothing_but_a_verifier(self):
        #
        made = vault.authorize(self.client)
        person = Person(made)
        for bad in ("<script>alert(1)</script> x", "x" * 9000):
            last = person.types(bad)
            self.assertEqual(last.status, 400)
            self.assertNotIn("alert", last.body)
        answer = vault.enter_verifier(made, "x" * 9000)
        self.assert_problem(answer, 400, "invalid_argument", "/verifier")
        self.assertEqual(person.types(person.code).status, 200)


if __name__ == "__main__":
    unittest.main()
