"""People sign in with accounts of several directories, at a server with Microsoft's face."""
import time
import unittest
import urllib.parse
import uuid

import harness
import plain_browser
from vault import API, Vault

SECRET = "canary-consumer-secret"
SCOPE = "https://graph.microsoft.com/Mail.Read"
KEYS_ARE_OLD_SECONDS = 31  # IssuerKeys::kSoonest: after that an unknown key is looked for once more


def setUpModule():
    global world, front, cloud, server, vault, contoso, fabrikam, personal
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    front = world.microsoft_front()
    cloud = front.about["hosts"][0]
    contoso, fabrikam = front.about["directories"]
    personal = front.about["personal"]
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def browser():
    place = urllib.parse.urlsplit(front.about["origin"])
    return plain_browser.Browser(server.ca_file, front.ca_file,
                                 places={cloud: (place.hostname, place.port)})


def sign_ins():
    return front.client.get("/_test/sign_ins").json


def system_members(accounts, **more):
    return {"name": vault.name("Microsoft"), "project": vault.project["id"],
            "service_provider": "microsoft", "grant": "authorization_code", "scopes": [SCOPE],
            "supported_accounts": accounts, "client_authentication": "client_secret_post",
            "consumer_key": str(uuid.uuid4()), "consumer_secrets": [{"value": SECRET}],
            "trusted_ca_pem": front.ca_pem, "allowed_addresses": ["127.0.0.1/32"],
            "proxy": front.about["proxy"]} | more


def register(system, **more):
    """The application at the front, whose home is Contoso."""
    front.client.post("/_test/applications", {
        "client_id": system["consumer_key"], "secrets": [{"value": SECRET}], "home": contoso,
        "accounts": system["supported_accounts"], "redirect_uris": [system["callback_url"]]} | more)


def make_system(accounts, application=None, **more):
    system = vault.create("target-systems", system_members(accounts, **more))
    register(system, **(application or {}))
    return system


def at_callback(url):
    return urllib.parse.urlsplit(url).path.startswith("/OAuthCallback")


def signs_in(made, account, consent="accept"):
    """From the link to the last page: picks `account`, and answers every page until none asks."""
    person = browser()
    page = person.submit(person.open(made["url"]))
    answers = {"account": {"account": account},
               "consent": {} if consent == "accept" else {"consent": consent}}
    for step in ("account", "consent"):
        if urllib.parse.urlsplit(page.url).netloc != cloud or f'value="{step}"' not in page.body:
            break
        page = person.submit(page, **answers[step])
    return page


class SignIns(unittest.TestCase):
    def client_of(self, system, **more):
        return vault.client(system, **more)

    def ends(self, client, account, state="completed", **how):
        """The authorization after a whole sign-in, which its asker confirmed where that was needed."""
        made = vault.authorize(client)
        self.last = signs_in(made, account, **how)
        now = vault.authorization(made)
        if now["state"] == "confirmation_needed":
            vault.expect(200, vault.confirm(made))
            now = vault.authorization(made)
        self.assertEqual(now["state"], state, (now, self.last.text))
        return now

    def asked(self):
        return sign_ins()["asked"][-1]

    def assert_token_of(self, client, name):
        account = next(one for one in front.about["accounts"] if one["name"] == name)
        found = vault.reader_of(client).look_up(client)
        self.assertEqual(found.status, 200, found)
        called = front.client.get("/api", headers={
            "Authorization": "Bearer " + found.json["access_token"]}).json
        self.assertEqual((called["oid"], called["tid"]), (account["oid"], account["tid"]))
        return found.json["access_token"]

    def shown(self, client):
        now = vault.get("oauth-clients", client["id"])
        return now["effective_tenant"], now["tenant_source"]


class Tenants(SignIns):
    def test_an_application_of_one_directory_signs_in_there(self):
        #
        client = self.client_of(make_system("this_directory_only"), tenant=contoso.upper())
        done = self.ends(client, "ann@contoso.example")
        self.assertEqual(self.asked()["tenant"], contoso)
        self.assertEqual((done["account"]["tenant"], done["account"]["issuer"]),
                         (contoso, f"https://{cloud}/{contoso}/v2.0"))
        self.assertEqual(done["account"]["name"], "ann@contoso.example")
        self.assertEqual(self.shown(client), (contoso, "client"))
        self.assert_token_of(client, "ann@contoso.example")

    def test_a_domain_is_as_good_as_an_id_and_the_target_system_may_have_it(self):
        #
        domain = front.about["directories"][contoso]
        client = self.client_of(make_system("this_directory_only", default_tenant=domain))
        done = self.ends(client, "ann@contoso.example")
        self.assertEqual((self.asked()["tenant"], done["account"]["tenant"]), (domain, contoso))
        self.assertEqual(self.shown(client), (domain, "target_system"))

    def test_an_application_of_one_directory_is_refused_without_it_before_anything_is_sent(self):
        # P11 of the product page: on saving, and wherever a tenant went afterwards.
        before = sign_ins()["asked"]
        system = make_system("this_directory_only")
        answer = vault.http.post(f"{API}/oauth-clients", {
            "project": vault.project["id"], "label": "none", "target_system": system["id"]})
        self.assertEqual((answer.status, answer.json["field"]), (400, "/tenant"), answer)
        draft = self.client_of(system, draft=True)
        self.assert_no_link(draft)
        later = make_system("any_directory")
        client = self.client_of(later)
        made = vault.authorize(client)
        vault.expect(200, vault.update("target-systems", later["id"],
                                       {"supported_accounts": "this_directory_only"}))
        person = browser()
        gone = person.open(made["url"])
        if gone.status == 200:
            gone = person.submit(gone)
        self.assertEqual(gone.status, 409, gone.text)
        self.assert_no_link(client)
        self.assertEqual(sign_ins()["asked"], before)

    def assert_no_link(self, client):
        answer = vault.http.post(f"{API}/oauth-clients/{client['id']}/authorizations")
        self.assertEqual((answer.status, answer.json["type"]), (409, "/problems/tenant_missing"), answer)

    def test_an_application_of_many_directories_may_be_given_one(self):
        # P12
        client = self.client_of(make_system("any_directory"), tenant=fabrikam)
        self.ends(client, "fay@fabrikam.example")
        self.assertEqual(self.asked()["tenant"], fabrikam)
        self.assertEqual(self.shown(client), (fabrikam, "client"))
        self.assert_token_of(client, "fay@fabrikam.example")

    def test_left_empty_the_tenant_of_who_signs_in_is_learned_and_shown(self):
        # P12, P13
        for accounts, place in (("any_directory", "organizations"), ("with_personal_accounts", "common")):
            with self.subTest(accounts):
                client = self.client_of(make_system(accounts))
                self.assertEqual(self.shown(client), ("", ""))
                done = self.ends(client, "fay@fabrikam.example")
                self.assertEqual(self.asked()["tenant"], place)
                self.assertEqual(done["account"]["issuer"], f"https://{cloud}/{fabrikam}/v2.0")
                self.assertEqual(self.shown(client), (fabrikam, "learned"))
                self.assertEqual(vault.get("oauth-clients", client["id"])["tenant"], "")
                self.assert_token_of(client, "fay@fabrikam.example")

    def test_a_personal_account_signs_in_where_they_may(self):
        # P13
        client = self.client_of(make_system("with_personal_accounts"))
        self.ends(client, "pat@outlook.example")
        self.assertEqual(self.shown(client), (personal, "learned"))
        self.assert_token_of(client, "pat@outlook.example")

    def test_another_account_of_another_directory_is_asked_about(self):
        #
        client = self.client_of(make_system("any_directory"))
        self.ends(client, "ann@contoso.example")
        made = vault.authorize(client)
        signs_in(made, "fay@fabrikam.example")
        held = vault.authorization(made)
        self.assertEqual((self.asked()["tenant"], held["confirmation_reason"]),
                         ("organizations", "other_account"))
        self.assertEqual(self.shown(client), (contoso, "learned"))
        vault.expect(200, vault.confirm(made))
        self.assertEqual(self.shown(client), (fabrikam, "learned"))

    def test_what_is_asked_for(self):
        #
        client = self.client_of(make_system("any_directory"), expected_account="ann@contoso.example")
        self.ends(client, "ann@contoso.example")
        asked = self.asked()
        self.assertEqual(set(asked["scope"].split()), {SCOPE, "openid", "offline_access"})
        self.assertEqual((asked["prompt"], asked["login_hint"]), ("select_account", "ann@contoso.example"))
        self.assertEqual((asked["response_type"], asked["code_challenge_method"]), ("code", "S256"))
        self.assertGreaterEqual(min(len(asked["nonce"]), len(asked["state"])), 43)

    def test_a_refresh_asks_the_directory_that_was_learned_for_the_same_scopes(self):
        #
        front.client.post("/_test/token_ttl", {"seconds": 3})
        self.addCleanup(front.client.post, "/_test/token_ttl", {"seconds": 3599})
        client = self.client_of(make_system("any_directory"))
        self.ends(client, "ann@contoso.example")
        robot = vault.reader_of(client)
        first = robot.look_up(client).json["access_token"]

        def newer():
            found = robot.look_up(client)
            self.assertEqual(found.status, 200, found)
            return found.json["access_token"] != first
        harness.wait_until(newer, "a refreshed token")
        refresh = next(one for one in sign_ins()["exchanges"][::-1] if one["grant_type"] == "refresh_token")
        self.assertEqual(refresh["tenant"], contoso)
        self.assertIn(SCOPE, refresh["scope"].split())


class Refusals(SignIns):
    """Each ends in a sentence of our own, with somebody and a place; nothing of what the provider
    wrote is anywhere."""

    def refused(self, cause, who, system, account="ann@contoso.example", consent="accept", **client):
        client = self.client_of(system, **client)
        now = self.ends(client, account, "failed", consent=consent)
        failure = now["failure"]
        self.assertEqual((failure["cause"], failure["who_must_act"]), (cause, who))
        self.assertTrue(failure["message"].endswith(".") and failure["where"], failure)
        self.assertIn(failure["message"], self.last.text)
        self.assertEqual(vault.get("oauth-clients", client["id"])["state"], "needs_sign_in")
        answer = vault.http.get(f"{API}/oauth-clients/{client['id']}")
        exchange = vault.http.get(f"{API}/oauth-clients/{client['id']}/last-exchange")
        for text in (self.last.body, str(now), answer.body.decode(), exchange.body.decode(),
                     str(vault.audit_events(page_size=100)), server.log):
            self.assertNotIn(front.about["canary"], text)
            self.assertNotIn("AADSTS", text)
            self.assertNotIn("alert(", text)
        self.assertEqual(urllib.parse.urlsplit(self.last.url).query, "")
        return now

    def test_an_application_of_one_directory_that_was_asked_at_all_of_them(self):
        # AADSTS50194; here it is said to be for many
        for accounts in ("any_directory", "with_personal_accounts"):
            self.refused("single_tenant_application", "target_system_owner",
                         make_system(accounts, {"accounts": "this_directory_only"}))

    def test_an_account_of_another_directory(self):
        # AADSTS50020
        self.refused("account_not_in_tenant", "account_owner", make_system("this_directory_only"),
                     "fay@fabrikam.example", tenant=contoso)

    def test_an_application_that_is_not_in_the_directory(self):
        # AADSTS700016, on the way back
        self.refused("application_not_found", "target_system_owner",
                     make_system("any_directory", {"accounts": "this_directory_only"}), tenant=fabrikam)

    def test_an_application_that_the_token_endpoint_does_not_find(self):
        # AADSTS700016
        system = make_system("any_directory", {"token_refusal": {"error": "unauthorized_client", "code": 700016}})
        self.refused("application_not_found", "target_system_owner", system)

    def test_an_application_that_microsoft_never_heard_of_sends_nobody_back(self):
        #
        system = make_system("any_directory")
        front.client.post("/_test/applications", {"client_id": system["consumer_key"], "gone": True})
        made = vault.authorize(self.client_of(system))
        last = signs_in(made, "ann@contoso.example")
        self.assertEqual(urllib.parse.urlsplit(last.url).netloc, cloud)
        self.assertEqual(vault.authorization(made)["state"], "started")

    def test_an_administrator_has_to_consent(self):
        # AADSTS90094, on the way back
        self.refused("admin_consent_missing", "provider_administrator",
                     make_system("any_directory", {"admin_consent": True}))

    def test_nobody_consented_says_the_token_endpoint(self):
        # AADSTS65001
        system = make_system("any_directory", {"token_refusal": {"error": "invalid_grant", "code": 65001}})
        self.refused("admin_consent_missing", "provider_administrator", system)

    def test_whoever_signs_in_says_no(self):
        # AADSTS65004
        self.refused("consent_refused", "account_owner", make_system("any_directory"), consent="decline")

    def test_microsoft_does_not_let_a_personal_account_in_at_organizations(self):
        system = make_system("any_directory")
        made = vault.authorize(self.client_of(system))
        last = signs_in(made, "pat@outlook.example")
        self.assertIn("You can’t sign in here with a personal account", last.text)
        self.assertEqual(vault.authorization(made)["state"], "started")

    def test_a_refusal_leaves_the_tokens_that_the_client_has(self):
        #
        system = make_system("any_directory")
        client = self.client_of(system)
        self.ends(client, "ann@contoso.example")
        token = self.assert_token_of(client, "ann@contoso.example")
        register(system, admin_consent=True)
        self.ends(client, "ben@contoso.example", "failed")
        self.assertEqual(self.assert_token_of(client, "ann@contoso.example"), token)


class IdTokens(SignIns):
    def setUp(self):
        self.addCleanup(self.fault, "")

    @staticmethod
    def fault(name):
        front.client.post("/_test/id_token", {"fault": name})

    def throws_away(self, fault, client, account="ann@contoso.example", cause="id_token_invalid"):
        """A sign-in whose tokens are not used, because of what its ID token says."""
        self.fault(fault)
        before = len(sign_ins()["exchanges"])
        now = self.ends(client, account, "failed")
        self.assertEqual(now["failure"]["cause"], cause)
        self.assertEqual(len(sign_ins()["exchanges"]), before + 1)
        self.assertIsNone(now["account"])

    def assert_has_nothing(self, client):
        now = vault.get("oauth-clients", client["id"])
        self.assertEqual((now["state"], now["token"], now["account"]), ("needs_sign_in", None, None))
        self.assertFalse(now["refresh"]["has_refresh_token"])
        self.assertEqual(self.shown(client), ("", ""))
        self.assertEqual(vault.reader_of(client).look_up(client).status, 424)

    def test_without_a_good_id_token_the_tokens_are_thrown_away(self):
        #
        client = self.client_of(make_system("any_directory"))
        for fault in ("other_issuer", "other_audience", "many_audiences", "wrong_nonce", "no_nonce",
                      "alg_none", "hs256", "wrong_key", "expired", "from_the_future", "no_subject",
                      "no_tenant", "wrong_at_hash", "wrong_c_hash", "unknown_kid"):
            with self.subTest(fault):
                self.throws_away(fault, client)
                self.assert_has_nothing(client)
        self.throws_away("none_at_all", client)
        self.assert_has_nothing(client)
        self.fault("")
        self.ends(client, "ann@contoso.example")

    def test_another_directory_than_the_one_that_was_asked(self):
        #
        system = make_system("this_directory_only")
        self.throws_away("other_tenant", self.client_of(system, tenant=contoso))
        # Which directory a domain belongs to is not known before; its issuer has to be its tenant's.
        domain = self.client_of(system, tenant=front.about["directories"][contoso])
        self.throws_away("other_issuer", domain)

    def test_a_personal_account_that_came_by_way_of_organizations(self):
        #
        client = self.client_of(make_system("any_directory"))
        self.throws_away("personal_lets_in", client, "pat@outlook.example")
        self.assert_has_nothing(client)

    def test_an_account_that_is_bound_stays_bound(self):
        #
        client = self.client_of(make_system("any_directory"))
        self.ends(client, "ann@contoso.example")
        token = self.assert_token_of(client, "ann@contoso.example")
        self.throws_away("wrong_nonce", client)
        self.assertEqual(self.assert_token_of(client, "ann@contoso.example"), token)

    def test_an_unknown_key_is_looked_for_once_more_and_a_new_one_is_found(self):
        #
        one, other = (self.client_of(make_system("any_directory")) for _ in range(2))
        for client in (one, other):  # the keys of each target system are kept by themselves
            self.ends(client, "ann@contoso.example")
        read_at = time.monotonic()
        before = sign_ins()["key_reads"]
        self.throws_away("unknown_kid", one)  # they were read a moment ago
        self.assertEqual(sign_ins()["key_reads"], before)
        harness.wait_until(lambda: time.monotonic() > read_at + KEYS_ARE_OLD_SECONDS, "keys to be old")
        for _ in range(2):
            self.throws_away("unknown_kid", one)
            self.assertEqual(sign_ins()["key_reads"], before + 1)
        self.fault("rotated")
        self.ends(other, "ann@contoso.example")
        self.assertEqual(sign_ins()["key_reads"], before + 2)


if __name__ == "__main__":
    unittest.main()
