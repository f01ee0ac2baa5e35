"""A target system that registers by itself at its issuer's server, up to a token for somebody's account."""
import json
import unittest

import harness
import plain_browser
from command_line import CommandLine, file_with
from vault import API, LOOPBACK, Vault

SCOPES = ["openid", "offline_access", "api:read"]


def setUpModule():
    global world, server, vault, asked, documents
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    server = harness.Strongroom(world).start()
    vault = Vault(server)
    asked = world.registration_provider()
    documents = world.registration_provider(trust=server.ca_file)


def system_at(provider, **more):
    """A target system that has no consumer key yet."""
    return vault.create("target-systems", {
        "name": vault.name("target system"), "project": vault.project["id"], "service_provider": "issuer",
        "grant": "authorization_code", "issuer": provider.about["issuer"], "scopes": SCOPES,
        "trusted_ca_pem": world.ca_pem, "allowed_addresses": [LOOPBACK]} | more)


def path_of(system):
    return f"{API}/target-systems/{system['id']}/registration"


def register(system, status=201, **wish):
    return vault.expect(status, vault.http.post(path_of(system), wish))


def with_token(system, status=201, **wish):
    return register(system, status, initial_access_token=asked.about["initial_access_token"], **wish)


def now(system):
    return vault.get("target-systems", system["id"])


def signed_in(client):
    made = vault.authorize(client)
    plain_browser.Browser(server.ca_file, world.pki / "ca.pem").sign_in(made["url"], "ann")
    if vault.authorization(made)["state"] == "confirmation_needed":
        vault.expect(200, vault.confirm(made))
    return vault.authorization(made)


class Registered(unittest.TestCase):
    def works(self, provider, system):
        """What the provider's API says of a token that a robot got."""
        client = vault.client(now(system))
        if now(system)["grant"] == "authorization_code":
            self.assertEqual(signed_in(client)["state"], "completed")
        else:
            vault.expect(200, vault.retrieve(client))
        token = vault.reader_of(client).look_up(client).json["access_token"]
        called = provider.client.get("/api", headers={"Authorization": f"Bearer {token}"})
        self.assertEqual(called.status, 200, called)
        self.assertEqual(called.json["client_id"], now(system)["consumer_key"])
        return client, called.json

    def seen(self, provider):
        return provider.client.get("/_test/seen").json

    def is_known(self, client_id):
        return asked.client.post("/_test/clients", {"client_id": client_id}).json["known"]


class ByRequest(Registered):
    def setUp(self):
        self.addCleanup(lambda: asked.client.post("/_test/answer", {}))

    def test_a_person_signs_in_with_what_was_registered(self):
        #
        system = system_at(asked)
        self.assertEqual(system["missing"], ["consumer_key", "consumer_secret"])
        made = with_token(system)["registration"]
        self.assertEqual((made["way"], made["is_in_use"], made["is_managed"], made["secret_expires_at"]),
                         ("dynamic", True, True, None))
        request = self.seen(asked)["registrations"][-1]
        self.assertEqual(request["body"]["redirect_uris"], [system["callback_url"]])
        self.assertEqual(request["body"]["application_type"], "web")
        self.assertEqual(request["body"]["grant_types"], ["authorization_code", "refresh_token"])
        after = now(system)
        self.assertEqual((after["missing"], after["client_authentication"]), ([], "client_secret_basic"))
        client, said = self.works(asked, system)
        self.assertEqual((said["sub"], said["method"]), ("ann", "client_secret_basic"))
        vault.expect(200, vault.retrieve(client))  # and the refresh token that came with it
        events = vault.audit_events(action="target_system.updated", subject_id=system["id"])["items"]
        self.assertIn("registration", events[0]["event"]["fields"])
        self.assertNotIn(asked.about["initial_access_token"], server.log)

    def test_the_initial_token_is_wanted_and_its_lack_is_explained(self):
        #
        system = system_at(asked)
        refused = register(system, 424)
        self.assertEqual(refused["cause"], "access_denied")
        self.assertIn("initial access token", refused["detail"])
        self.assertFalse(self.seen(asked)["registrations"][-1]["has_token"])
        self.assertEqual(now(system)["consumer_key"], "")

    def test_a_key_signs_in_place_of_a_secret(self):
        #
        system = system_at(asked, grant="client_credentials", scopes=["api:read"],
                           client_keys=[{"generate": "p256"}])
        with_token(system)
        after = now(system)
        self.assertEqual((after["client_authentication"], after["consumer_secrets"]), ("private_key_jwt", []))
        self.assertEqual(self.works(asked, system)[1]["method"], "private_key_jwt")

    def test_what_is_there_already_counts_more(self):
        #
        system = system_at(asked)
        first = with_token(system)["registration"]["client_id"]
        self.assertEqual(with_token(system, 409)["type"], "/problems/has_consumer_key")
        second = with_token(system, replace=True)["registration"]["client_id"]
        self.assertNotEqual(first, second)
        self.assertEqual((self.is_known(first), self.is_known(second)), (False, True))

    def test_what_is_not_what_was_asked_for_is_taken_back(self):
        #
        for members in ({"redirect_uris": ["https://evil.example/"]}, {"token_endpoint_auth_method": "none"},
                        {"client_secret": "with\u0001control"}, {"grant_types": ["authorization_code", "implicit"]},
                        {"client_secret_expires_at": 1}):
            with self.subTest(members=members):
                asked.client.post("/_test/answer", {"members": members})
                system = system_at(asked)
                self.assertEqual(with_token(system, 409)["type"], "/problems/registration_unacceptable")
                taken_back = self.seen(asked)["registrations"][-1]
                self.assertEqual((taken_back["method"], taken_back["status"]), ("DELETE", 204))
                self.assertEqual((now(system)["consumer_key"], now(system)["consumer_secrets"]), ("", []))
                self.assertIsNone(vault.http.get(path_of(system)).json["registration"])

    def test_nobody_is_followed_and_the_token_goes_nowhere_else(self):
        #
        elsewhere = world.hostile()
        asked.client.post("/_test/answer", {"status": 307, "location": elsewhere.about["token"] + "good"})
        system = system_at(asked)
        self.assertEqual(with_token(system, 424)["cause"], "redirected")
        asked.client.post("/_test/answer", {"members": {"registration_client_uri": "https://evil.example/reg/x"}})
        count = len(self.seen(asked)["registrations"])
        self.assertEqual(with_token(system, 409)["type"], "/problems/registration_unacceptable")
        self.assertEqual(len(self.seen(asked)["registrations"]), count + 1)
        self.assertEqual(now(system)["consumer_key"], "")

    def test_its_errors_reach_the_person(self):
        #
        system = system_at(asked)
        for error in ("invalid_redirect_uri", "invalid_client_metadata", "invalid_software_statement",
                      "unapproved_software_statement"):
            with self.subTest(error=error):
                asked.client.post("/_test/answer", {"status": 400, "members": {
                    "error": error, "error_description": "<img src=https://evil.example/>"}})
                answer = vault.http.post(path_of(system), {
                    "initial_access_token": asked.about["initial_access_token"]})
                self.assertEqual(answer.status, 424)
                self.assertIn(error, answer.json["detail"])
                self.assertNotIn("evil", answer.body.decode())

    def test_names_and_pictures_of_others_are_not_kept(self):
        #
        asked.client.post("/_test/answer", {"members": {
            "client_name": "<script>", "logo_uri": "https://evil.example/logo.png", "tos_uri": "https://evil.example/"}})
        system = system_at(asked)
        made = vault.http.post(path_of(system), {"initial_access_token": asked.about["initial_access_token"]})
        self.assertEqual(made.status, 201)
        shown = made.body + json.dumps(now(system)).encode()
        self.assertNotIn(b"evil.example", shown)
        self.assertNotIn(b"<script>", shown)

    def test_its_end_is_told_to_the_provider(self):
        #
        system = system_at(asked)
        id_there = with_token(system)["registration"]["client_id"]
        self.assertTrue(self.is_known(id_there))
        ended = vault.expect(200, vault.http.request("DELETE", path_of(system)))
        self.assertEqual((ended["left_at_provider"], self.is_known(id_there)), (False, False))
        after = now(system)
        self.assertEqual((after["consumer_key"], after["consumer_secrets"]), ("", []))
        again = vault.http.request("DELETE", path_of(system))
        self.assertEqual((again.status, again.json["type"]), (409, "/problems/not_registered"))

    def test_it_counts_at_its_issuer_and_for_its_target_system_alone(self):
        # E26
        system = system_at(asked)
        key = with_token(system)["registration"]["client_id"]
        moved = vault.update("target-systems", system["id"], {"issuer": documents.about["issuer"]})
        self.assertEqual((moved.status, moved.json["type"]), (409, "/problems/registered_elsewhere"))
        other = system_at(asked)
        borrowed = vault.update("target-systems", other["id"], {"consumer_key": key, "consumer_secret": "guessed"})
        self.assertEqual((borrowed.status, borrowed.json["type"]), (409, "/problems/registration_in_use"))


class ByDocument(Registered):
    def document(self, system):
        path = f"/oauth-clients/{system['id']}/client.json"
        return server.client().get(path)

    def test_a_person_signs_in_at_a_server_that_reads_the_document(self):
        #
        system = system_at(documents)
        self.assertEqual(self.document(system).status, 404)
        made = register(system)["registration"]
        self.assertEqual((made["way"], made["client_id"]), ("document", now(system)["consumer_key"]))
        self.assertTrue(made["client_id"].endswith(f"/oauth-clients/{system['id']}/client.json"))
        self.assertEqual(now(system)["client_authentication"], "none")
        answer = self.document(system)
        self.assertEqual((answer.status, answer.headers["Cache-Control"]), (200, "public, max-age=300"))
        self.assertEqual((answer.json["client_id"], answer.json["redirect_uris"]),
                         (made["client_id"], [system["callback_url"]]))
        self.assertNotIn(system["name"], answer.body.decode())
        client, said = self.works(documents, system)
        self.assertEqual(said["sub"], "ann")
        self.assertIn(made["client_id"], self.seen(documents)["documents"])
        self.assertEqual(self.seen(documents)["registrations"], [])
        vault.expect(200, vault.retrieve(client))

    def test_its_keys_are_in_the_document(self):
        #
        system = system_at(documents, client_keys=[{"generate": "p256"}])
        register(system)
        key = self.document(system).json["jwks"]["keys"][0]
        self.assertEqual((key["kty"], "d" in key), ("EC", False))
        self.assertEqual(now(system)["client_authentication"], "private_key_jwt")
        self.works(documents, system)

    def test_it_stays_the_same_and_nobody_learns_more(self):
        #
        system = system_at(documents)
        register(system)
        before = self.document(system).body
        vault.expect(200, vault.update("target-systems", system["id"], {"description": "for invoices", "name": vault.name("x")}))
        self.assertEqual(self.document(system).body, before)
        nobody = self.document({"id": "01900000-0000-7000-8000-00000000abcd"})
        unregistered = self.document(system_at(documents))
        no_id = self.document({"id": "x"})
        self.assertEqual([one.status for one in (nobody, unregistered, no_id)], [404, 404, 404])
        self.assertEqual(len({one.json["detail"] for one in (nobody, unregistered, no_id)}), 1)
        ended = vault.expect(200, vault.http.request("DELETE", path_of(system)))
        self.assertFalse(ended["left_at_provider"])
        self.assertEqual(self.document(system).status, 404)

    def test_who_cannot_be_reached_asks_instead(self):
        #
        system = system_at(documents)
        made = register(system, initial_access_token=documents.about["initial_access_token"], way="dynamic")
        self.assertEqual(made["registration"]["way"], "dynamic")
        self.assertEqual(now(system)["client_authentication"], "client_secret_basic")


class ByCommandLine(CommandLine):
    def test_there_are_commands_for_it(self):
        self.use(world, server)
        system = system_at(asked)
        token = file_with(world, "initial.token", asked.about["initial_access_token"])
        made = self.made("target-system", "register", system["id"], "--initial-token-file", token)
        self.assertEqual(made["registration"]["way"], "dynamic")
        self.assertEqual(self.made("target-system", "registration", system["id"]), made)
        self.assertEqual(self.made("target-system", "deregister", system["id"]), {"left_at_provider": False})


if __name__ == "__main__":
    unittest.main()
