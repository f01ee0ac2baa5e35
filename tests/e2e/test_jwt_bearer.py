"""The JWT bearer grant: who signs for whom, at a server that has PyJWT check what it is shown."""
import base64
import json
import subprocess
import unittest

import harness
from client_pair import openssl
from vault import API, LOOKUP, Vault

QUICK = True
ACCOUNT = "robots@project.iam.gserviceaccount.com"


def setUpModule():
    global world, provider, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    provider = world.assertion_provider()
    directory = world.directory / "providers"
    directory.mkdir()
    for entry in (here("google-service-account"), here("box-jwt"), here("docusign"), here("salesforce-sandbox")):
        (directory / f"{entry['id']}.json").write_text(json.dumps(entry))
    config = world.directory / "strongroom.toml"
    config.write_text(f'[catalogue]\ndirectory = "{directory}"\n')
    server = harness.Strongroom(world, options=["--config", config]).start()
    vault = Vault(server)


def here(id):
    """The entry of the catalogue with everything that it says of assertions; only its addresses are asked for."""
    entry = json.loads((harness.TOP / f"providers/{id}.json").read_text())
    for name in ("$schema", "authorization_endpoint", "revocation_endpoint", "revocation"):
        entry.pop(name, None)
    endpoint = {"name": "token_endpoint", "label": "Token endpoint", "place": "url", "format": "http_url", "required": True}
    entry |= {"id": id + "-here", "name": entry["name"] + " here", "grants": ["jwt_bearer"],
              "token_endpoint": "{token_endpoint}", "variables": [endpoint]}
    entry["sources"] = {fact: source for fact, source in entry["sources"].items() if fact.split(".")[0] in entry}
    entry["sources"]["variables"] = entry["sources"]["token_endpoint"]
    return entry


def system_at(service_provider, keys, consumer_key=None, **more):
    """A target system that signs with `keys`."""
    members = {"name": vault.name("target system"), "project": vault.project["id"], "service_provider": service_provider,
               "grant": "jwt_bearer", "client_keys": keys, "trusted_ca_pem": world.ca_pem,
               "allowed_addresses": ["127.0.0.1/32"], "token_endpoint": provider.about["token_endpoint"]}
    if consumer_key is not None:
        members["consumer_key"] = consumer_key
    return vault.create("target-systems", members | more)


def jwks(target):
    return vault.expect(200, vault.http.get(f"{API}/target-systems/{target['id']}/jwks"))["keys"]


def register(target, subjects, **more):
    """The public halves of the target system's keys become known to the provider."""
    answer = provider.client.post("/_test/register", {
        "issuer": target["consumer_key"], "keys": jwks(target), "subjects": subjects,
        "audience": provider.about["token_endpoint"]} | more)
    assert answer.status == 201, answer.body


def assertions():
    return provider.client.get("/_test/assertions").json


def who_has(token):
    return provider.client.get("/whoami", headers={"Authorization": f"Bearer {token}"})


def key_file(email=ACCOUNT, **more):
    """What Google hands out; whoever passed it on wrote its addresses anew."""
    key = openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
    return json.dumps({"type": "service_account", "project_id": "project", "private_key_id": "4f1e7a",
                       "private_key": key, "client_email": email, "client_id": "104",
                       "auth_uri": "https://evil.example/auth", "token_uri": "https://evil.example/token",
                       "auth_provider_x509_cert_url": "https://evil.example/certs",
                       "universe_domain": "evil.example"} | more)


class JwtBearer(unittest.TestCase):
    def robots_answer(self, client, subject):
        """What a robot is given, after the provider has said whose it is."""
        answer = vault.reader_of(client).look_up(client)
        self.assertEqual(answer.status, 200, answer.body)
        told = who_has(answer.json["access_token"])
        self.assertEqual((told.status, told.json.get("subject")), (200, subject), told.body)
        return told.json

    def test_a_robot_gets_a_token_that_nobody_signed_in_for(self):
        #
        target = system_at("generic", [{"generate": "rsa_2048"}], "machine", scopes=["read", "write"])
        register(target, ["ada@acme.example"])
        client = vault.client(target, subject="ada@acme.example")
        self.assertEqual((client["state"], client["flow"], client["refresh"]), ("needs_retrieval", "jwt_bearer", None))
        told = self.robots_answer(client, "ada@acme.example")
        self.assertEqual(told["scope"], "read write")
        seen = assertions()[-1]
        self.assertIsNone(seen["refused"])
        self.assertEqual(sorted(seen["form"]), ["assertion", "grant_type", "scope"])
        self.assertEqual((seen["claims"]["iss"], seen["claims"]["aud"]), ("machine", provider.about["token_endpoint"]))
        self.assertEqual(seen["claims"]["exp"] - seen["claims"]["iat"], 60)
        self.assertEqual((seen["header"]["alg"], seen["header"]["kid"]), ("RS256", target["client_keys"][0]["kid"]))

    def test_each_request_has_an_assertion_of_its_own(self):
        #
        target = system_at("generic", [{"generate": "rsa_2048"}], "again")
        register(target, ["ada"])
        client = vault.client(target, subject="ada")
        for _ in range(2):
            self.assertEqual(vault.retrieve(client).status, 200)
        mine = [one["claims"] for one in assertions() if one["claims"]["iss"] == "again"]
        self.assertEqual(len({one["jti"] for one in mine}), 2)

    def test_a_robot_has_no_say_in_for_whom(self):
        #
        target = system_at("generic", [{"generate": "rsa_2048"}], "fixed")
        register(target, ["ada", "root"])
        client = vault.client(target, subject="ada")
        robot = vault.reader_of(client)
        for word in ("subject", "sub", "on_behalf_of", "login_hint"):
            with self.subTest(word):
                answer = robot.look_up(client, **{word: "root"})
                self.assertEqual(answer.status, 400, answer.body)
                self.assertEqual(robot.http.get(f"{LOOKUP}/{client['id']}", query={word: "root"}).status, 400)
        changed = robot.http.request("PATCH", f"{API}/oauth-clients/{client['id']}", {"subject": "root"}, {"If-Match": '"1"'})
        self.assertIn(changed.status, (401, 403, 404))
        self.robots_answer(client, "ada")
        self.assertEqual({one["claims"]["sub"] for one in assertions() if one["claims"]["iss"] == "fixed"}, {"ada"})

    def test_another_subject_needs_another_token(self):
        #
        target = system_at("generic", [{"generate": "rsa_2048"}], "changing")
        register(target, ["ada", "bea"])
        client = vault.client(target, subject="ada")
        self.robots_answer(client, "ada")
        changed = vault.expect(200, vault.update("oauth-clients", client["id"], {"subject": "bea"}))
        self.assertEqual((changed["state"], changed["subject"]), ("needs_retrieval", "bea"))
        self.assertEqual(vault.retrieve(client).status, 200)
        self.robots_answer(client, "bea")
        events = vault.audit_events(action="oauth_client.updated", subject_id=client["id"])["items"]
        self.assertEqual([one["event"]["fields"] for one in events], [["subject"]])

    def test_a_subject_is_one_word_and_only_where_it_means_something(self):
        #
        target = system_at("generic", [{"generate": "rsa_2048"}], "needs-one")
        plain = vault.target_system(provider.about["token_endpoint"], "id", "secret", world=world)
        for case, system, subject in (("none", target, None), ("two words", target, "ada root"), ("a line", target, "ada\nroot"),
                                      ("too long", target, "a" * 256), ("of client credentials", plain, "ada")):
            with self.subTest(case):
                answer = vault.http.post(f"{API}/oauth-clients", {
                    "project": vault.project["id"], "target_system": system["id"], "label": vault.name("bad"), "subject": subject})
                self.assertEqual((answer.status, answer.json.get("field")), (400, "/subject"), answer.body)
        draft = vault.client(target, draft=True)
        finished = vault.update("oauth-clients", draft["id"], {"draft": False})
        self.assertEqual((finished.status, finished.json.get("field")), (400, "/subject"))
        vault.expect(200, vault.update("oauth-clients", draft["id"], {"draft": False, "subject": "ada"}))

    def test_while_a_key_is_replaced_both_are_tried(self):
        #
        target = system_at("generic", [{"generate": "rsa_2048"}, {"generate": "rsa_2048"}], "replaced")
        register(target, ["ada"], keys=jwks(target)[1:])
        self.robots_answer(vault.client(target, subject="ada"), "ada")
        self.assertEqual([one["refused"] for one in assertions() if one["claims"]["iss"] == "replaced"], ["no such key", None])

    def test_what_the_provider_refuses_is_told_and_nothing_is_given_out(self):
        #
        target = system_at("generic", [{"generate": "rsa_2048"}], "refused")
        register(target, ["ada"])
        client = vault.client(target, subject="mallory")
        answer = vault.retrieve(client)
        self.assertEqual((answer.status, answer.json["cause"]), (424, "invalid_grant"), answer.body)
        self.assertEqual(vault.get("oauth-clients", client["id"])["state"], "failing")
        self.assertNotEqual(vault.reader_of(client).look_up(client).status, 200)

    def test_without_a_key_nothing_is_sent(self):
        target = system_at("generic", [], "keyless")
        self.assertEqual(target["missing"], ["client_key"])
        answer = vault.retrieve(vault.client(target, subject="ada"))
        self.assertEqual((answer.status, answer.json["type"]), (409, "/problems/no_client_key"))

    def test_a_changed_destination_holds_the_key(self):
        target = system_at("generic", [{"generate": "rsa_2048"}], "held")
        moved = vault.expect(200, vault.update("target-systems", target["id"], {"token_endpoint": "https://id.example/token"}))
        self.assertTrue(moved["destination_held"])

    def test_the_dry_run_shows_the_request_and_no_assertion(self):
        target = system_at("generic", [{"generate": "rsa_2048"}], "planned")
        client = vault.client(target, subject="ada")
        answer = vault.http.post(f"{API}/oauth-clients/{client['id']}/dry-run")
        self.assertEqual(answer.status, 200, answer.body)
        self.assertIn("jwt-bearer", answer.body.decode())
        self.assertNotIn("eyJ", answer.body.decode())


class GoogleServiceAccount(unittest.TestCase):
    def test_a_key_file_is_enough_and_its_addresses_are_not_believed(self):
        #
        target = system_at("google-service-account-here", [{"private_key": key_file()}], scopes=["https://www.googleapis.com/auth/drive"])
        self.assertEqual((target["consumer_key"], target["client_keys"][0]["kid"]), (ACCOUNT, "4f1e7a"))
        self.assertEqual((target["token_endpoint"], target["missing"]), (provider.about["token_endpoint"], []))
        self.assertNotIn("evil", json.dumps(target))
        register(target, ["", "ada@acme.example"], scopes="claim")
        for subject in ("ada@acme.example", ""):
            with self.subTest(subject):
                client = vault.client(target, **({"subject": subject} if subject else {}))
                answer = vault.reader_of(client).look_up(client)
                self.assertEqual(answer.status, 200, answer.body)
                told = who_has(answer.json["access_token"]).json
                self.assertEqual((told["subject"], told["scope"]), (subject, "https://www.googleapis.com/auth/drive"))
                self.assertEqual("sub" in assertions()[-1]["claims"], bool(subject))

    def test_files_that_are_none_are_refused_with_the_reason(self):
        #
        good = json.loads(key_file())
        for case, file, field in (
                ("a person's tokens", json.dumps(good | {"type": "authorized_user"}), "/client_keys/0/private_key"),
                ("no JSON", "garbage", "/client_keys/0/private_key"),
                ("no account", json.dumps({**good, "client_email": ""}), "/client_keys/0/private_key"),
                ("no key", json.dumps({**good, "private_key": "garbage"}), "/client_keys/0/private_key")):
            with self.subTest(case):
                answer = vault.http.post(f"{API}/target-systems", {
                    "name": vault.name("bad"), "service_provider": "google-service-account", "grant": "jwt_bearer",
                    "scopes": ["a"], "client_keys": [{"private_key": file}]})
                self.assertEqual((answer.status, answer.json.get("field")), (400, field), answer.body)
                self.assertNotIn(good["private_key"].splitlines()[1].encode(), answer.body)
        answer = vault.http.post(f"{API}/target-systems", {
            "name": vault.name("bad"), "service_provider": "google-service-account", "grant": "jwt_bearer", "scopes": ["a"],
            "consumer_key": "other@project.iam.gserviceaccount.com", "client_keys": [{"private_key": json.dumps(good)}]})
        self.assertEqual((answer.status, answer.json.get("field")), (400, "/consumer_key"), answer.body)

    def test_the_command_line_takes_the_file(self):
        #
        path = world.directory / "account.json"
        path.write_text(key_file("cli@project.iam.gserviceaccount.com"))
        ca = world.directory / "provider-ca.pem"
        ca.write_text(world.ca_pem)
        connection = ["--url", server.origin, "--ca-file", server.ca_file]
        key = world.directory / "admin.key"
        key.touch(0o600)
        key.write_text(vault.key)
        environment = {"STRONGROOM_KEY_FILE": str(key)}

        def run(*words):
            done = world.run(*words, *connection, "--output", "json", env=environment)
            self.assertEqual(done.returncode, 0, done.stderr)
            return json.loads(done.stdout)

        target = run("target-system", "create", "Drive", "--project", vault.project["name"], "--provider",
                     "google-service-account-here", "--grant", "jwt_bearer", "--client-key-file", path, "--scope", "drive", "--token-endpoint", provider.about["token_endpoint"],
                     "--trusted-ca-file", ca, "--allow-address", "127.0.0.1/32")
        self.assertEqual(target["consumer_key"], "cli@project.iam.gserviceaccount.com")
        register(target, ["ada@acme.example"], scopes="claim")
        client = run("oauth-client", "create", "drive", "--project", vault.project["name"], "--target-system", "Drive",
                     "--subject", "ada@acme.example")
        self.assertEqual(client["subject"], "ada@acme.example")
        self.assertEqual(vault.retrieve(client).status, 200)

    def test_the_test_of_a_target_system_asks_for_the_account_itself(self):
        target = system_at("google-service-account-here", [{"private_key": key_file("t@p.iam.gserviceaccount.com")}], scopes=["drive"])
        register(target, [""], scopes="claim")
        answer = vault.expect(200, vault.http.post(f"{API}/target-systems/{target['id']}/test"))
        self.assertTrue(answer["ok"], answer)


class OtherProviders(unittest.TestCase):
    def test_box_wants_the_secret_besides(self):
        #
        target = system_at("box-jwt-here", [{"generate": "rsa_2048"}], "box", consumer_secrets=[{"value": "the secret"}])
        register(target, ["7700"], scopes="none", secret="the secret", claims={"box_sub_type": "enterprise"}, most_seconds=45)
        client = vault.client(target, subject="7700")
        answer = vault.reader_of(client).look_up(client)
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual(who_has(answer.json["access_token"]).json["subject"], "7700")
        without = system_at("box-jwt-here", [{"generate": "rsa_2048"}], "box without")
        self.assertEqual(without["missing"], ["consumer_secret"])
        refused = vault.retrieve(vault.client(without, subject="7700"))
        self.assertEqual((refused.status, refused.json["type"]), (409, "/problems/no_consumer_secret"))

    def test_docusign_is_named_by_its_host_and_has_scopes_as_a_claim(self):
        #
        target = system_at("docusign-here", [{"generate": "rsa_2048"}], "docusign", scopes=["signature", "impersonation"])
        register(target, ["0f2c"], scopes="claim", audience="127.0.0.1")
        client = vault.client(target, subject="0f2c")
        answer = vault.reader_of(client).look_up(client)
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual(who_has(answer.json["access_token"]).json["scope"], "signature impersonation")

    def test_salesforce_has_one_audience_and_no_scopes(self):
        #
        target = system_at("salesforce-sandbox-here", [{"generate": "rsa_2048"}], "3MVG9")
        register(target, ["robot@acme.example.test"], scopes="none", audience="https://test.salesforce.com")
        client = vault.client(target, subject="robot@acme.example.test")
        answer = vault.reader_of(client).look_up(client)
        self.assertEqual(answer.status, 200, answer.body)
        with_scopes = vault.update("target-systems", target["id"], {"scopes": ["api"]})
        self.assertEqual((with_scopes.status, with_scopes.json.get("field")), (400, "/scopes"))


if __name__ == "__main__":
    unittest.main()
