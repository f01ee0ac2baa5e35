"""Another client's token is exchanged: RFC 8693 and on-behalf-of, at oidc-provider with the grants of
tests/servers/exchange_grants.mjs (it has none of its own), and at a server that gives the wrong answers."""
import json
import unittest

import command_line
import elsewhere
import harness
from vault import API, LOOKUP, LOOPBACK, Vault

QUICK = True
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ON_BEHALF_OF = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"


def on_behalf_of():
    """Microsoft's way of exchanging, at an address that a test names."""
    entry = json.loads((harness.TOP / "providers/generic.json").read_text())
    entry.pop("$schema")
    for name in ("authorization_endpoint", "device_authorization_endpoint", "jwt_bearer", "openid", "authorization", "verification"):
        entry.pop(name)
    entry |= {"id": "behalf", "name": "On behalf", "grants": ["token_exchange"], "token_exchange": {"style": "on_behalf_of"}}
    named = {"token_endpoint", "mtls_token_endpoint", "revocation_endpoint", "introspection_endpoint"}
    entry["variables"] = [one for one in entry["variables"] if one["name"] in named]
    entry["sources"] = {fact: source for fact, source in entry["sources"].items() if fact.split(".")[0] in entry}
    return entry


def setUpModule():
    global world, provider, hostile, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    provider = world.sign_in_provider()
    hostile = world.hostile()
    directory = world.directory / "providers"
    directory.mkdir()
    (directory / "behalf.json").write_text(json.dumps(on_behalf_of()))
    config = world.directory / "strongroom.toml"
    config.write_text(f'[catalogue]\ndirectory = "{directory}"\n')
    server = harness.Strongroom(world, options=["--config", config]).start()
    vault = Vault(server)


def registered(grant):
    """An application at the real server that may exchange tokens, or use client credentials."""
    return vault.expect(201, provider.client.post("/reg", {
        "redirect_uris": [], "response_types": [], "grant_types": [grant],
        "token_endpoint_auth_method": "client_secret_basic", "scope": "openid email api:read api:write"}))


def exchange_system(grant=EXCHANGE, **more):
    application = registered(grant)
    return vault.target_system(provider.about["token_endpoint"], application["client_id"], application["client_secret"],
                               world=world, grant="token_exchange", **more)


def somebodys_client(login="ann"):
    """A client for which `login` has signed in, as a robot found it."""
    system, token = elsewhere.moved_here(vault, world, provider)
    client = vault.client(system)
    vault.expect(200, vault.http.post(f"{API}/oauth-clients/{client['id']}/import-tokens", {"refresh_token": token}))
    return client


def exchanges():
    return provider.client.get("/_test/exchanges").json


def who_has(token):
    return provider.client.get("/api", headers={"Authorization": f"Bearer {token}"})


class AtARealServer(unittest.TestCase):
    def setUp(self):
        provider.client.post("/_test/token_ttl", {"seconds": 600})
        self.subject = somebodys_client()
        self.system = exchange_system(scopes=["api:read"])
        self.client = vault.client(self.system, subject_client=self.subject["id"])
        self.robot = vault.reader_of(self.client)

    def answer(self):
        answer = self.robot.look_up(self.client)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json

    def test_a_robot_gets_a_token_for_the_person_of_the_other_client(self):
        #
        self.assertEqual((self.client["state"], self.client["flow"], self.client["refresh"]),
                         ("needs_retrieval", "token_exchange", None))
        self.assertEqual((self.client["subject_client"], self.client["subject_client_label"]),
                         (self.subject["id"], self.subject["label"]))
        told = who_has(self.answer()["access_token"])
        self.assertEqual((told.status, told.json["sub"], told.json["client_id"], told.json["scope"]),
                         (200, "ann", self.system["consumer_key"], "api:read"))
        form = exchanges()[-1]["form"]
        self.assertEqual((form["grant_type"], form["subject_token_type"], form["scope"]), (EXCHANGE, ACCESS_TOKEN, "api:read"))
        self.assertEqual(sorted(form), ["grant_type", "scope", "subject_token", "subject_token_type"])
        # What was exchanged is the token that robots of the other client get.
        other = vault.reader_of(self.subject)
        self.assertEqual(other.look_up(self.subject).json["access_token"], form["subject_token"])

    def test_the_token_ends_no_later_than_the_persons(self):
        #
        provider.client.post("/_test/token_ttl", {"seconds": 100})
        subject = vault.expect(200, vault.retrieve(self.subject))
        provider.client.post("/_test/token_ttl", {"seconds": 86400})
        client = vault.expect(200, vault.retrieve(self.client))
        self.assertLessEqual(client["token"]["expires_at"], subject["token"]["expires_at"])

    def test_a_robot_has_no_say_in_whose_token_is_exchanged(self):
        #
        other = somebodys_client()
        self.answer()
        before = exchanges()[-1]["form"]["subject_token"]
        for word, value in (("subject_client", other["id"]), ("subject_token", "x"), ("on_behalf_of", "bob"), ("actor_token", "x")):
            with self.subTest(word):
                self.assertEqual(self.robot.look_up(self.client, **{word: value}).status, 400)
                self.assertEqual(self.robot.http.get(f"{LOOKUP}/{self.client['id']}", query={word: value}).status, 400)
        changed = self.robot.http.request("PATCH", f"{API}/oauth-clients/{self.client['id']}", {"subject_client": other["id"]},
                                          {"If-Match": '"1"'})
        self.assertIn(changed.status, (401, 403, 404))
        vault.expect(200, vault.retrieve(self.client))
        self.assertEqual(exchanges()[-1]["form"]["subject_token"], before)

    def test_revoked_for_one_it_is_gone_for_both_and_says_who_must_act(self):
        #
        token = self.answer()["access_token"]
        vault.expect(200, vault.http.post(f"{API}/oauth-clients/{self.subject['id']}/revoke-tokens"))
        refused = self.robot.look_up(self.client)
        self.assertEqual((refused.status, refused.json["cause"]), (424, "subject_sign_in_needed"), refused.body)
        self.assertEqual(refused.json["who_must_act"], "account_owner")
        self.assertNotIn(self.subject["label"], json.dumps(refused.json))
        client = vault.get("oauth-clients", self.client["id"])
        self.assertEqual((client["state"], client["failure"]["cause"], client["token"]),
                         ("failing", "subject_sign_in_needed", None))
        self.assertNotIn(token, json.dumps(client))

    def test_who_is_in_nobodys_way_again_serves_at_once(self):
        #
        self.answer()
        vault.expect(200, vault.update("oauth-clients", self.subject["id"], {"disabled": True}))
        refused = self.robot.look_up(self.client)
        self.assertEqual((refused.status, refused.json["cause"]), (424, "subject_failed"), refused.body)
        vault.expect(200, vault.update("oauth-clients", self.subject["id"], {"disabled": False}))
        self.answer()

    def test_what_the_provider_ended_is_renewed_by_nobody(self):
        #
        self.answer()
        provider.client.post("/_test/revoke", {"login": "ann"})
        self.assertEqual(vault.retrieve(self.subject).json["cause"], "sign_in_ended")
        refused = vault.retrieve(self.client)
        self.assertEqual(refused.status, 424, refused.body)

    def test_nobody_deletes_a_client_whose_token_is_exchanged_by_mistake(self):
        #
        token = self.answer()["access_token"]
        refused = vault.delete("oauth-clients", self.subject["id"])
        self.assertEqual((refused.status, refused.json["type"]), (409, "/problems/has_exchanging_clients"), refused.body)
        self.assertEqual(self.answer()["access_token"], token)

    def test_the_record_of_the_request_shows_no_token(self):
        #
        self.answer()
        shown = vault.expect(200, vault.http.get(f"{API}/oauth-clients/{self.client['id']}/exchanges"))
        text = json.dumps(shown)
        self.assertNotIn(exchanges()[-1]["form"]["subject_token"], text)
        self.assertIn(ACCESS_TOKEN, text)


class OnBehalfOf(unittest.TestCase):
    def test_the_token_is_an_assertion(self):
        #
        subject = somebodys_client()
        system = exchange_system(ON_BEHALF_OF, service_provider="behalf", scopes=["api:write"])
        client = vault.client(system, subject_client=subject["id"])
        answer = vault.reader_of(client).look_up(client)
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual(who_has(answer.json["access_token"]).json["sub"], "ann")
        form = exchanges()[-1]["form"]
        self.assertEqual((form["grant_type"], form["requested_token_use"], form["scope"]), (ON_BEHALF_OF, "on_behalf_of", "api:write"))
        self.assertEqual(sorted(form), ["assertion", "grant_type", "requested_token_use", "scope"])


class HostileAnswers(unittest.TestCase):
    def setUp(self):
        self.subject = vault.client_at(hostile.about["origin"] + "/token/good", world=world)

    def outcome(self, **tuned):
        query = "&".join(f"{name}={value}" for name, value in tuned.items())
        system = vault.target_system(f"{hostile.about['origin']}/token/exchanged?{query}", "id", "secret", world=world,
                                     grant="token_exchange")
        client = vault.client(system, subject_client=self.subject["id"])
        answer = vault.retrieve(client)
        stored = vault.get("oauth-clients", client["id"])
        self.assertEqual(stored["token"] is not None, answer.status == 200)
        return "taken" if answer.status == 200 else answer.json["cause"]

    def test_only_an_access_token_is_taken(self):
        #
        self.assertEqual(self.outcome(issued=ACCESS_TOKEN), "taken")
        self.assertEqual(self.outcome(), "issued_type_missing")
        self.assertEqual(self.outcome(issued=ACCESS_TOKEN, type="N_A"), "unusable_token_type")
        for other in ("refresh_token", "id_token", "saml2"):
            with self.subTest(other):
                self.assertEqual(self.outcome(issued=f"urn:ietf:params:oauth:token-type:{other}"), "other_token_type")


class CommandLine(command_line.CommandLine):
    @classmethod
    def setUpClass(cls):
        cls.use(world, server)

    def test_whose_token_is_exchanged_is_said_by_its_label(self):
        #
        subject = somebodys_client()
        application = registered(EXCHANGE)
        system = self.made("target-system", "create", "Exchange", "--project", vault.project["name"], "--provider", "generic",
                           "--grant", "token_exchange", "--token-endpoint", provider.about["token_endpoint"],
                           "--consumer-key", application["client_id"], "--consumer-secret-file", "-",
                           "--trusted-ca-file", world.pki / "ca.pem", "--allow-address", LOOPBACK,
                           stdin=application["client_secret"] + "\n")
        self.assertEqual(system["grant"], "token_exchange")
        client = self.made("oauth-client", "create", "exchanging", "--project", vault.project["name"],
                           "--target-system", "Exchange", "--subject-client", subject["label"])
        self.assertEqual(client["subject_client"], subject["id"])
        self.assertEqual(vault.retrieve(client).status, 200)
        other = somebodys_client()
        changed = self.made("oauth-client", "update", "exchanging", "--project", vault.project["name"],
                            "--subject-client", other["id"])
        self.assertEqual((changed["subject_client"], changed["token"]), (other["id"], None))


if __name__ == "__main__":
    unittest.main()
