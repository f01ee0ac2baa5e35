"""People sign in to the console at a real OpenID provider, and get what their groups give, and no more."""
import concurrent.futures
import http.cookies
import unittest
import urllib.parse

import harness
import plain_browser
from person import COOKIE, Person
from vault import API, LOOPBACK, Vault


def setUpModule():
    global world, provider
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    provider = world.sign_in_provider()


def at_callback(url):
    return urllib.parse.urlsplit(url).path == "/sign-in/single-sign-on/callback"


class SingleSignOn(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = harness.Strongroom(world, name=cls.__name__).start()
        cls.addClassCleanup(cls.server.stop)
        cls.vault = Vault(cls.server)
        registered = cls.vault.expect(201, provider.client.post("/reg", {
            "redirect_uris": [f"{cls.server.origin}/sign-in/single-sign-on/callback"],
            "grant_types": ["authorization_code"], "response_types": ["code"],
            "token_endpoint_auth_method": "client_secret_basic", "scope": "openid profile email"}))
        cls.client = registered
        cls.settings = {
            "label": "Example", "issuer": provider.about["issuer"],
            "client_id": registered["client_id"], "client_secret": registered["client_secret"],
            "groups_claim": "groups", "make_users": True,
            "trusted_ca_pem": world.ca_pem, "allowed_addresses": [LOOPBACK]}
        cls.provider = cls.vault.create("single-sign-on", cls.settings)

    def configure(self, **changes):
        """Other settings for this test alone."""
        same = {name: value for name, value in self.settings.items() if name != "client_secret"}
        answer = self.vault.update("single-sign-on", self.provider["id"], same | changes, "PUT")
        self.vault.expect(200, answer)
        self.addCleanup(lambda: self.vault.expect(200, self.vault.update(
            "single-sign-on", self.provider["id"], same, "PUT")))

    def says(self, login, **claims):
        provider.client.post("/_test/claims", {"login": login, "claims": claims})

    def fault(self, name):
        provider.client.post("/_test/id_token", {"fault": name})
        self.addCleanup(provider.client.post, "/_test/id_token", {"fault": ""})

    def browser(self):
        return plain_browser.Browser(self.server.ca_file, world.pki / "ca.pem")

    @property
    def button(self):
        return f"{self.server.origin}/sign-in/single-sign-on/{self.provider['id']}"

    def away(self, browser, login):
        """At the provider and signed in there: the page whose address is the way back."""
        page = browser.open(self.button)
        return browser.go_on(page, login, stop=at_callback)

    def sign_in(self, login, **claims):
        """(the last page, the person with the session's cookie or None)."""
        if claims:
            self.says(login, **claims)
        browser = self.browser()
        back = self.away(browser, login)
        return self.come_back(browser, back.url)

    def come_back(self, browser, url):
        status, headers, _ = browser._send("GET", url)
        self.assertEqual(status, 303)
        location = urllib.parse.urljoin(url, headers["Location"])
        self.assertEqual(urllib.parse.urlsplit(location).query, "")
        person = None
        for text in headers.get_all("Set-Cookie", []):
            morsel = http.cookies.SimpleCookie(text).get(COOKIE)
            if morsel and morsel.value:
                person = Person(self.server)
                person.cookie = morsel.value
        page = browser.open(location)
        return page, person

    def refused(self, cause, came):
        page, person = came
        self.assertTrue(page.url.endswith(f"/sign-in/single-sign-on/refused/{cause}"), page.url)
        self.assertIn("You are not signed in", page.text)
        self.assertIsNone(person)

    def events(self, action):
        """The newest first."""
        items = self.vault.audit_events(action=action, page_size=1000)["items"]
        return sorted((one["event"] for one in items), key=lambda event: event["at"], reverse=True)

    def group(self, claim, role):
        group = self.vault.create("groups", {"name": self.vault.name("group"), "claim_value": claim})
        self.vault.create(f"groups/{group['id']}/roles", {"role": role})
        return group["id"]

    def code_exchanges(self):
        return provider.client.get("/_test/counts").json["by_grant"].get("authorization_code", 0)

    def test_somebody_signs_in_and_has_what_their_group_has(self):
        #
        self.group("viewers", "Viewer")
        page = self.browser().open(self.button, stop=lambda url: url.startswith(provider.about["issuer"]))
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(page.url).query)
        self.assertEqual((asked["response_type"], asked["code_challenge_method"]), (["code"], ["S256"]))
        self.assertTrue(asked["state"] and asked["nonce"])
        page, person = self.sign_in("ann", preferred_username="ann", name="Ann Other", groups=["viewers", "more"])
        session = person.get("/session").json
        self.assertEqual((session["user"]["name"], session["user"]["full_name"], session["user"]["email"]),
                         ("ann", "Ann Other", "ann@example.test"))
        self.assertEqual(session["everywhere"], ["view"])
        self.assertFalse(session["must_change_password"])
        self.assertEqual(person.get("/projects").status, 200)
        self.assertEqual(self.events("session.started")[0]["reason"], "single_sign_on")

    def test_a_group_that_is_not_told_any_more_is_gone_with_the_next_sign_in(self):
        self.group("editors", "Viewer")
        _, first = self.sign_in("bea", preferred_username="bea", groups=["editors"])
        self.assertEqual(first.get("/projects").status, 200)
        _, second = self.sign_in("bea", preferred_username="bea", groups=[])
        self.assertEqual(second.get("/session").json["everywhere"], [])
        self.assertEqual(second.get("/projects").status, 403)
        self.assertEqual(first.get("/projects").status, 403)  # rights are looked up anew each time

    def test_without_the_claim_of_groups_there_are_none_and_that_is_said(self):
        self.group("staff", "Viewer")
        self.sign_in("cas", preferred_username="cas", groups=["staff"])
        page, person = self.sign_in("cas", preferred_username="cas", groups=None)
        self.assertIn("without groups", page.text)
        self.assertEqual(person.get("/session").json["everywhere"], [])
        self.assertEqual(self.events("session.started")[0]["reason"], "single_sign_on_without_groups")

    def test_groups_that_are_told_only_where_one_asks_for_them_count(self):
        #
        self.group("askers", "Viewer")
        self.fault("bare")
        _, person = self.sign_in("una", preferred_username="una", groups=["askers"])
        session = person.get("/session").json
        self.assertEqual((session["user"]["name"], session["everywhere"]), ("una", ["view"]))

    def test_what_is_told_of_somebody_else_lets_nobody_in(self):
        #
        self.fault("bare_of_another")
        self.refused("bad_id_token", self.sign_in("uri", preferred_username="uri", groups=["x"]))

    def test_nobody_loses_their_groups_because_the_provider_does_not_answer(self):
        self.group("keepers", "Viewer")
        _, person = self.sign_in("ulf", preferred_username="ulf", groups=["keepers"])
        self.fault("bare_of_nobody")
        self.refused("unreachable", self.sign_in("ulf", preferred_username="ulf", groups=["keepers"]))
        self.assertEqual(person.get("/session").json["everywhere"], ["view"])

    def test_nobody_becomes_a_user_who_is_there_already(self):
        # A-124, E21
        self.vault.create("users", {"name": "Dora", "password": False})
        self.vault.create("users", {"name": "Dot"})
        self.refused("existing_user", self.sign_in("dora", preferred_username="dora"))
        self.refused("existing_user", self.sign_in("eve", preferred_username="admin", email="admin@example.test"))
        refused = self.events("single_sign_on.refused")[0]
        self.assertEqual((refused["reason"], refused["outcome"]), ("existing_user", "denied"))
        # Unless an administrator says that names are to be trusted.
        self.configure(link_existing_users=True)
        _, person = self.sign_in("dora", preferred_username="dora")
        self.assertEqual(person.get("/session").json["user"]["name"], "Dora")
        self.assertEqual(self.events("user.sign_on_linked")[0]["subject_name"], "Dora")
        # Whoever made this one knows the first password, and would be in beside her.
        self.refused("existing_user", self.sign_in("dot", preferred_username="dot"))

    def test_a_name_that_could_be_taken_for_anothers_makes_no_user(self):
        self.vault.create("users", {"name": "Morris", "password": False})
        self.refused("look_alike", self.sign_in("rnorris", preferred_username="rnorris"))
        self.refused("look_alike", self.sign_in("cyrus", preferred_username="\u0441yrus"))
        self.assertEqual(self.events("single_sign_on.refused")[0]["reason"], "look_alike")
        names = [one["name"] for one in self.vault.list("users", page_size=1000)["items"]]
        self.assertNotIn("rnorris", names)

    def accounts(self, user, *more):
        return "/".join([f"{API}/users/{user}/single-sign-on-accounts", *more])

    def test_an_account_that_is_linked_by_hand_is_that_user(self):
        #
        user = self.vault.create("users", {"name": "By hand", "password": False})["id"]
        told = {"provider": self.provider["id"], "subject": "hana"}
        linked = self.vault.expect(201, self.vault.http.post(self.accounts(user), told))
        self.assertEqual((linked["issuer"], linked["subject"], linked["provider"]["label"]),
                         (provider.about["issuer"], "hana", "Example"))
        self.assertEqual(self.vault.http.get(self.accounts(user)).json["items"], [linked])
        _, person = self.sign_in("hana", preferred_username="whatever")
        self.assertEqual(person.get("/session").json["user"]["name"], "By hand")
        # It is nobody else's as well.
        other = self.vault.create("users", {"name": "Another hand", "password": False})["id"]
        twice = self.vault.http.post(self.accounts(other), told)
        self.assertEqual((twice.status, twice.json["type"], twice.json["field"]),
                         (409, "/problems/duplicate", "/subject"))
        for wrong, field in ((told | {"provider": user}, "/provider"),
                             (told | {"subject": "a\u0007"}, "/subject")):
            answer = self.vault.http.post(self.accounts(other), wrong)
            self.assertEqual((answer.status, answer.json["field"]), (400, field))

    def test_taking_an_account_away_ends_the_sessions_that_began_with_it_and_no_others(self):
        #
        _, person = self.sign_in("ivy", preferred_username="ivy")
        user = person.get("/session").json["user"]["id"]
        again = self.vault.expect(201, self.vault.http.post(self.accounts(user), {
            "provider": self.provider["id"], "subject": "ivy-at-home"}))
        _, at_home = self.sign_in("ivy-at-home", preferred_username="ivy-at-home")
        reset = self.vault.http.post(f"{API}/users/{user}/reset-password")
        self.assertEqual(person.get("/session").status, 401)  # a new password ends them all
        by_password = Person(self.server)
        self.assertEqual(by_password.sign_in("ivy", reset.json["initial_password"]).status, 200)
        _, person = self.sign_in("ivy")
        _, at_home = self.sign_in("ivy-at-home")
        for one in (person, at_home, by_password):
            self.assertEqual(one.get("/session").status, 200)
        first = next(one for one in self.vault.http.get(self.accounts(user)).json["items"]
                     if one["subject"] == "ivy")
        gone = self.vault.http.request("DELETE", self.accounts(user, first["id"]))
        self.assertEqual(gone.status, 204)
        self.assertEqual(person.get("/session").status, 401)
        self.assertEqual([one.get("/session").status for one in (at_home, by_password)], [200, 200])
        self.assertEqual(self.vault.http.get(self.accounts(user)).json["items"], [again])
        self.assertEqual(self.events("user.sign_on_unlinked")[0]["subject_name"], "ivy")
        self.assertEqual(self.events("session.ended")[0]["reason"], "account_unlinked")
        # Whoever comes with it now is nobody who is there already.
        self.refused("existing_user", self.sign_in("ivy", preferred_username="ivy"))
        missing = self.vault.http.request("DELETE", self.accounts(user, first["id"]))
        self.assertEqual(missing.status, 404)

    def test_who_links_an_account_needs_all_that_the_user_may_do(self):
        key = self.vault.create("api-keys", {"name": "links", "permissions": ["view", "manage_users"]})
        by = self.server.client(key["key"])
        admin = self.vault.http.get(f"{API}/whoami").json["user"]["id"]
        told = {"provider": self.provider["id"], "subject": "mallory"}
        answer = by.post(self.accounts(admin), told)
        self.assertEqual((answer.status, answer.json["type"]), (403, "/problems/permission_denied"))
        user = self.vault.create("users", {"name": "Powerless", "password": False})["id"]
        self.assertEqual(by.post(self.accounts(user), told).status, 201)

    def test_two_first_sign_ins_of_one_account_at_once_are_one_user(self):
        #
        self.says("zoe", preferred_username="zoe")
        ways = [(browser, self.away(browser, "zoe").url) for browser in (self.browser(), self.browser())]
        with concurrent.futures.ThreadPoolExecutor(len(ways)) as pool:
            people = list(pool.map(lambda way: self.come_back(*way)[1], ways))
        self.assertEqual(len({one.get("/session").json["user"]["id"] for one in people}), 1)
        self.assertNotIn("changed from outside", self.server.log)

    def test_an_account_stays_the_same_user_whatever_it_is_called_later(self):
        #
        _, person = self.sign_in("fay", preferred_username="fay")
        before = person.get("/session").json["user"]["id"]
        _, person = self.sign_in("fay", preferred_username="somebody-else", email="other@example.test")
        self.assertEqual(person.get("/session").json["user"]["id"], before)
        # Another account that comes with her old name is not her.
        self.refused("existing_user", self.sign_in("mallory", preferred_username="fay"))

    def test_users_are_made_only_where_that_is_wanted(self):
        self.configure(make_users=False)
        self.refused("unknown_user", self.sign_in("gus", preferred_username="gus"))

    def again(self, browser, login, path="/users"):
        """The address that a session comes back to after the provider asked again, None: it did not ask."""
        page = browser.open(f"{self.button}?step_up=1&return={path}",
                            stop=lambda url: url.startswith(provider.about["issuer"]))
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(page.url).query)
        self.assertEqual((asked["max_age"], asked["prompt"]), (["0"], ["login"]))
        page = browser.open(page.url)
        self.assertIn("login", page.form("login")[1], "the provider asks who it is")
        back = browser.go_on(page, login, stop=at_callback)
        status, headers, _ = browser._send("GET", back.url)
        self.assertEqual((status, headers.get("Set-Cookie")), (303, None))
        return headers["Location"]

    def test_a_session_goes_on_fresh_when_the_same_account_signs_in_again(self):
        self.configure(groups_claim="")
        self.says("uma", preferred_username="uma")
        browser = self.browser()
        _, person = self.come_back(browser, self.away(browser, "uma").url)
        id = person.get("/session").json["user"]["id"]
        group = self.vault.create("groups", {"name": self.vault.name("group")})
        self.vault.create(f"groups/{group['id']}/roles", {"role": "Administrator"})
        self.assertEqual(self.vault.http.request("PUT", f"{API}/groups/{group['id']}/members/{id}").status, 204)
        begun = person.get("/session").json
        self.assertEqual((begun["step_up_ways"], begun["sign_on_provider"]), (["single_sign_on"], self.provider["id"]))
        self.assertIsNotNone(begun["stepped_up_until"])
        self.server.listen = self.server.origin.removeprefix("https://")  # where it is registered
        self.server.restart()  # what was shown before counts no more
        for one in (self.vault, person):
            one.reconnect()
        refused = person.post("/roles", {"name": "x", "permissions": []})
        self.assertEqual((refused.status, refused.json["type"]), (403, "/problems/step_up_required"))
        shown = person.post("/session/step-up", {"password": "anything"})
        self.assertEqual((shown.status, shown.json["type"]), (409, "/problems/sign_on_again"))

        there = browser.cookies.pop(provider.about["origin"])  # somebody else sits down, and signs in there
        self.assertTrue(self.again(browser, "vic").endswith("/refused/other_account"))
        browser.cookies[provider.about["origin"]] = there
        self.assertIsNone(person.get("/session").json["stepped_up_until"])
        self.fault("no_auth_time")
        self.assertTrue(self.again(browser, "uma").endswith("/refused/not_fresh"))
        self.fault("old_auth_time")
        self.assertTrue(self.again(browser, "uma").endswith("/refused/not_fresh"))
        self.fault("")
        self.assertIsNone(person.get("/session").json["stepped_up_until"])
        self.assertEqual(self.again(browser, "uma", "/users?filter=a"), "/users?filter=a")
        after = person.get("/session").json
        self.assertIsNotNone(after["stepped_up_until"])
        self.assertEqual((after["user"]["id"], after["expires_at"]), (id, begun["expires_at"]))
        self.assertEqual(person.post("/roles", {"name": "x", "permissions": ["view"]}).status, 201)
        self.assertEqual(len(self.events("session.stepped_up")), 1)

    def test_a_session_comes_back_to_a_path_of_this_server_alone(self):
        # E15
        for path in ("https://evil.example/", "//evil.example", "/%5Cevil.example", "users", "/a%0Ab"):
            with self.subTest(path=path):
                status, headers, _ = self.browser()._send("GET", f"{self.button}?step_up=1&return={path}")
                self.assertEqual((status, headers["Location"]), (400, None))
        status, headers, _ = self.browser()._send("GET", f"{self.button}?step_up=1&return=/users")
        self.assertEqual((status, headers["Location"]), (303, "/sign-in/single-sign-on/refused/other_account"))

    def test_a_name_that_is_none_is_refused(self):
        self.refused("no_name", self.sign_in("hal", preferred_username=None))
        self.refused("no_name", self.sign_in("hal", preferred_username="\u202eadmin"))

    def test_a_disabled_user_does_not_get_in(self):
        _, person = self.sign_in("ida", preferred_username="ida")
        id = person.get("/session").json["user"]["id"]
        self.vault.http.request("PATCH", f"{API}/users/{id}", {"disabled": True})
        self.assertEqual(person.get("/session").status, 401)
        self.refused("disabled", self.sign_in("ida"))

    def test_an_id_token_that_is_not_for_us_or_not_to_be_believed_lets_nobody_in(self):
        # E25
        for fault in ("none", "foreign", "foreign_kid", "audience", "audiences", "nonce", "no_nonce",
                      "issuer", "yesterday", "tomorrow", "no_subject"):
            with self.subTest(fault=fault):
                self.fault(fault)
                self.refused("bad_id_token", self.sign_in("jon", preferred_username="jon"))
        self.fault("")
        self.assertIsNotNone(self.sign_in("jon")[1])

    def test_another_issuer_is_refused_before_any_token_request(self):
        #
        for change in (lambda query: query | {"iss": "https://evil.example"},
                       lambda query: {name: value for name, value in query.items() if name != "iss"}):
            browser = self.browser()
            back = urllib.parse.urlsplit(self.away(browser, "kim").url)
            before = self.code_exchanges()
            query = urllib.parse.urlencode(change(dict(urllib.parse.parse_qsl(back.query))))
            self.refused("wrong_issuer", self.come_back(browser, back._replace(query=query).geturl()))
            self.assertEqual(self.code_exchanges(), before)

    def test_an_answer_works_once_and_in_its_own_browser(self):
        # E23
        browser = self.browser()
        back = self.away(browser, "lea")
        self.assertIsNotNone(self.come_back(browser, back.url)[1])
        before = self.code_exchanges()
        self.refused("not_started_here", self.come_back(browser, back.url))
        other = self.away(self.browser(), "lea")
        self.refused("wrong_browser", self.come_back(self.browser(), other.url))
        self.assertEqual(self.code_exchanges(), before)

    def test_a_code_of_another_flow_does_not_fit(self):
        #
        one, two = self.browser(), self.browser()
        first = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.away(one, "max").url).query))
        back = urllib.parse.urlsplit(self.away(two, "ned").url)
        query = dict(urllib.parse.parse_qsl(back.query)) | {"code": first["code"]}
        mixed = back._replace(query=urllib.parse.urlencode(query)).geturl()
        self.refused("code_refused", self.come_back(two, mixed))

    def test_a_scanner_uses_nothing_up(self):
        #
        browser = self.browser()
        back = self.away(browser, "oda")
        self.assertEqual(browser._send("HEAD", back.url)[0], 405)
        self.assertIsNotNone(self.come_back(browser, back.url)[1])

    def test_a_refusal_there_shows_nothing_that_the_provider_wrote(self):
        #
        browser = self.browser()
        back = urllib.parse.urlsplit(self.away(browser, "pia").url)
        query = dict(urllib.parse.parse_qsl(back.query))
        del query["code"]
        query |= {"error": "access_denied", "error_description": "<script>alert(1)</script>"}
        came = self.come_back(browser, back._replace(query=urllib.parse.urlencode(query)).geturl())
        self.refused("refused_there", came)
        self.assertNotIn("alert", came[0].body)

    def test_settings_that_change_meanwhile_end_the_flow(self):
        #
        browser = self.browser()
        back = self.away(browser, "qi")
        self.configure(label="Renamed")
        before = self.code_exchanges()
        self.refused("settings_changed", self.come_back(browser, back.url))
        self.assertEqual(self.code_exchanges(), before)

    def test_the_keys_of_the_issuer_may_rotate(self):
        #
        self.assertIsNotNone(self.sign_in("ria", preferred_username="ria")[1])
        self.fault("rotated")
        came = []

        def is_in():  # keys are not asked for again at once: unknown ones come from anybody
            came.append(self.sign_in("ria"))
            return came[-1][1] is not None
        harness.wait_until(is_in, "the new key to be read", patience=60)

    def test_who_signs_in_anew_leaves_the_session_before(self):
        _, person = self.sign_in("sol", preferred_username="sol")
        browser = self.browser()
        back = self.away(browser, "sol")
        browser.cookies[self.server.origin][COOKIE] = person.cookie
        self.assertIsNotNone(self.come_back(browser, back.url)[1])
        self.assertEqual(person.get("/session").status, 401)


class ByGlewlwyd(unittest.TestCase):
    """Debian's glewlwyd as a second issuer, whose pages are a program that calls its JSON API."""
    PASSWORD = "password-of-a-person"

    @classmethod
    def setUpClass(cls):
        cls.glewlwyd = world.glewlwyd()
        cls.server = harness.Strongroom(world, name=cls.__name__).start()
        cls.addClassCleanup(cls.server.stop)
        cls.vault = Vault(cls.server)
        cls.admin = {}
        cls.call(cls.admin, "POST", "auth/", cls.glewlwyd.about["administrator"])
        secret = "glewlwyd-" + cls.__name__
        cls.call(cls.admin, "POST", "client/", {
            "client_id": "console", "name": "console", "confidential": True, "enabled": True,
            "client_secret": secret, "password": secret, "scope": ["openid"],
            "redirect_uri": [f"{cls.server.origin}/sign-in/single-sign-on/callback"],
            "authorization_type": ["code"], "token_endpoint_auth_method": ["client_secret_basic"]})
        cls.provider = cls.vault.create("single-sign-on", {
            "label": "glewlwyd", "issuer": cls.glewlwyd.about["issuer"], "client_id": "console",
            "client_secret": secret, "scopes": ["openid"], "groups_claim": "groups",
            "make_users": True, "trusted_ca_pem": world.ca_pem, "allowed_addresses": [LOOPBACK]})

    @classmethod
    def call(cls, cookies, method, path, data):
        """At glewlwyd's own API, as whoever has the cookies."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        answer = cls.glewlwyd.client.request(method, "/api/" + path, data, headers=headers)
        assert answer.status == 200, answer
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, value = line.split(";")[0].split("=", 1)
            cookies[name] = value

    def person(self, login, *groups):
        self.call(self.admin, "POST", "user/", {
            "username": login, "name": login.title(), "email": f"{login}@example.test", "enabled": True,
            "password": self.PASSWORD, "scope": ["openid"], "groups": list(groups)})

    def sign_in(self, login):
        """What glewlwyd's page does by script is done here."""
        browser = plain_browser.Browser(self.server.ca_file, world.pki / "ca.pem")
        page = browser.open(f"{self.server.origin}/sign-in/single-sign-on/{self.provider['id']}",
                            stop=lambda url: urllib.parse.urlsplit(url).path.endswith("/login.html"))
        wanted = urllib.parse.parse_qs(urllib.parse.urlsplit(page.url).query)
        origin = "https://" + urllib.parse.urlsplit(page.url).netloc
        cookies = browser.cookies.setdefault(origin, {})
        self.call(cookies, "POST", "auth/", {"username": login, "password": self.PASSWORD})
        self.call(cookies, "PUT", "auth/grant/console", {"scope": "openid"})
        browser.open(wanted["callback_url"][0] + "&g_continue")
        person = Person(self.server)
        person.cookie = browser.cookies.get(self.server.origin, {}).get(COOKIE)
        return person

    def test_somebody_signs_in_and_has_what_their_group_has(self):
        #
        group = self.vault.create("groups", {"name": "Glewlwyd viewers", "claim_value": "viewers"})
        self.vault.create(f"groups/{group['id']}/roles", {"role": "Viewer"})
        self.person("gwen", "viewers", "others")
        session = self.sign_in("gwen").get("/session").json
        self.assertEqual((session["user"]["name"], session["everywhere"]), ("gwen", ["view"]))
        user = session["user"]["id"]
        accounts = self.vault.http.get(f"{API}/users/{user}/single-sign-on-accounts").json["items"]
        self.assertEqual([one["issuer"] for one in accounts], [self.glewlwyd.about["issuer"]])
        again = self.sign_in("gwen").get("/session").json
        self.assertEqual(again["user"]["id"], user)

    def test_without_groups_there_are_none(self):
        self.person("gil")
        self.assertEqual(self.sign_in("gil").get("/session").json["everywhere"], [])


class Settings(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = harness.Strongroom(world, name=cls.__name__).start()
        cls.addClassCleanup(cls.server.stop)
        cls.vault = Vault(cls.server)
        cls.settings = {
            "label": "Example", "issuer": provider.about["issuer"], "client_id": "strongroom",
            "client_secret": "never shown", "groups_claim": "groups",
            "trusted_ca_pem": world.ca_pem, "allowed_addresses": [LOOPBACK]}

    def without_secret(self, **changes):
        return {name: value for name, value in self.settings.items() if name != "client_secret"} | changes

    def problem(self, answer):
        return answer.status, answer.json["type"].removeprefix("/problems/"), answer.json.get("field")

    def put(self, made, body):
        return self.vault.update("single-sign-on", made["id"], body, "PUT")

    def test_the_secret_goes_in_and_never_comes_out(self):
        made = self.vault.create("single-sign-on", self.settings)
        for answer in (self.vault.http.get(f"{API}/single-sign-on"), self.put(made, self.settings),
                       self.vault.http.get(f"{API}/single-sign-on/{made['id']}"),
                       self.vault.http.post(f"{API}/single-sign-on/{made['id']}/test")):
            self.assertEqual(answer.status, 200, answer)
            self.assertNotIn("never shown", answer.body.decode())
        self.assertNotIn("never shown", self.server.log)

    def test_the_secret_goes_only_where_it_was_entered_for(self):
        #
        made = self.vault.create("single-sign-on", self.settings)
        for change in ({"issuer": "https://elsewhere.example"}, {"trusted_ca_pem": None},
                       {"allowed_addresses": [LOOPBACK, "10.0.0.0/8"]}):
            answer = self.put(made, self.without_secret(**change))
            self.assertEqual(self.problem(answer), (400, "invalid_argument", "/client_secret"), change)
        self.vault.expect(200, self.put(made, self.without_secret(label="Other", groups_claim="roles")))
        self.vault.expect(200, self.put(made, self.settings | {"allowed_addresses": [LOOPBACK, "10.0.0.0/8"]}))

    def test_settings_that_cannot_work_are_refused_at_their_field(self):
        for change, field in (({"issuer": "http://insecure.example"}, "/issuer"),
                              ({"scopes": ["profile"]}, "/scopes"), ({"client_secret": ""}, "/client_secret"),
                              ({"issuer": provider.about["issuer"] + "/other"}, "/issuer"),
                              ({"allowed_addresses": []}, "/issuer")):
            answer = self.vault.http.post(f"{API}/single-sign-on", self.settings | change)
            self.assertEqual(answer.json.get("field"), field, (change, answer))
            self.assertGreaterEqual(answer.status, 400)

    def test_a_change_needs_the_revision_that_was_read(self):
        made = self.vault.create("single-sign-on", self.settings)
        path = f"{API}/single-sign-on/{made['id']}"
        self.assertEqual(self.vault.http.request("PUT", path, self.settings).status, 428)
        stale = self.vault.http.request("PUT", path, self.settings, headers={"If-Match": '"7"'})
        self.assertEqual(stale.status, 412)
        self.assertEqual(self.vault.delete("single-sign-on", made["id"]).status, 204)
        self.assertEqual(self.vault.http.get(path).status, 404)

    def test_a_test_says_what_is_there_and_what_is_wrong(self):
        made = self.vault.create("single-sign-on", self.settings)
        path = f"{API}/single-sign-on/{made['id']}/test"
        good = self.vault.expect(200, self.vault.http.post(path))
        self.assertEqual((good["ok"], good["failed"], good["keys"]), (True, "", 1))
        self.assertEqual(good["token_endpoint"], provider.about["token_endpoint"])
        self.assertTrue(good["redirect_uri"].endswith("/sign-in/single-sign-on/callback"))
        gone = world.sign_in_provider()
        made = self.vault.create("single-sign-on", self.settings | {"issuer": gone.about["issuer"]})
        gone.process.stop()
        bad = self.vault.expect(200, self.vault.http.post(f"{API}/single-sign-on/{made['id']}/test"))
        self.assertEqual((bad["ok"], bad["failed"], bad["cause"]), (False, "metadata", "unreachable"))
        self.assertTrue(bad["who_must_act"] and bad["message"])

    def test_the_sign_in_page_learns_labels_and_nothing_else(self):
        made = self.vault.create("single-sign-on", self.settings | {"label": "Shown"})
        ways = Person(self.server).get("/sign-in-ways").json["single_sign_on"]
        self.assertIn({"id": made["id"], "label": "Shown"}, ways)

    def test_nobody_opens_a_way_to_more_than_they_have(self):
        manager = self.manager("view", "manage_users")
        admins = self.vault.create("groups", {"name": "admins", "claim_value": "admins"})
        self.assertEqual(manager.post("/single-sign-on", self.settings).status, 201)
        self.vault.create(f"groups/{admins['id']}/roles", {"role": "Administrator"})
        self.assertEqual(self.problem(manager.post("/single-sign-on", self.settings))[:2],
                         (403, "permission_denied"))
        without = self.settings | {"groups_claim": ""}
        self.assertEqual(manager.post("/single-sign-on", without).status, 201)
        self.assertEqual(manager.post("/single-sign-on", without | {"link_existing_users": True}).status, 403)
        viewer = self.manager("view")
        for method, path in (("GET", "/single-sign-on"), ("POST", "/single-sign-on")):
            answer = viewer.request(method, path, self.settings if method == "POST" else None)
            self.assertEqual(self.problem(answer)[:2], (403, "permission_denied"))

    def manager(self, *permissions):
        """Somebody with these permissions everywhere."""
        role = self.vault.create("roles", {"name": self.vault.name("role"), "permissions": list(permissions)})
        group = self.vault.create("groups", {"name": self.vault.name("group")})
        self.vault.create(f"groups/{group['id']}/roles", {"role": role["id"]})
        made = self.vault.create("users", {"name": self.vault.name("user")})
        self.vault.http.request("PUT", f"{API}/groups/{group['id']}/members/{made['id']}")
        person = Person(self.server)
        person.sign_in(made["name"], made["initial_password"])
        person.change_password(made["initial_password"])
        return person


if __name__ == "__main__":
    unittest.main()
