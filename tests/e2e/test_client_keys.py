"""Clients that sign: private_key_jwt and client_secret_jwt, at a server that checks each assertion."""
import json
import unittest

import harness
from client_pair import openssl
from vault import API, Vault

QUICK = True


def setUpModule():
    global world, provider, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    provider = world.oidc_provider()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def system_with(keys, consumer_key="not registered yet", **more):
    return vault.target_system(provider.about["token_endpoint"], consumer_key, "unused", world=world,
                               consumer_secrets=[], client_keys=keys,
                               client_authentication="private_key_jwt", scopes=["api:read"]) | more


def jwks(target):
    answer = vault.http.get(f"{API}/target-systems/{target['id']}/jwks")
    assert answer.status == 200, answer.body
    return answer.json


def register(keys, alg):
    """The client id that the provider gives to whoever has the private halves of `keys`."""
    answer = provider.client.request("POST", "/reg", {
        "grant_types": ["client_credentials"], "response_types": [], "redirect_uris": [],
        "token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": alg,
        "scope": "api:read", "jwks": keys})
    assert answer.status == 201, answer.body
    return answer.json["client_id"]


def with_consumer_key(target, client_id):
    return vault.expect(200, vault.update("target-systems", target["id"], {"consumer_key": client_id}))


def token_of(target):
    client = vault.client(target)
    retrieved = vault.retrieve(client)
    assert retrieved.status == 200, retrieved.body
    return vault.reader_of(client).look_up(client)


class PrivateKeyJwt(unittest.TestCase):
    def accepts(self, target, alg):
        client_id = register(jwks(target), alg)
        answer = token_of(with_consumer_key(target, client_id))
        called = provider.client.get(
            "/api", headers={"Authorization": f"Bearer {answer.json['access_token']}"})
        self.assertEqual((called.status, called.json["client_id"]), (200, client_id))

    def test_a_key_that_was_made_here_gets_a_token_and_never_leaves(self):
        #
        for kind, alg in (("p256", "ES256"), ("ed25519", "EdDSA"), ("rsa_2048", "PS256")):
            with self.subTest(kind=kind):
                target = system_with([{"generate": kind}])
                self.assertEqual(target["consumer_secrets"], [])
                self.assertEqual(len(target["client_keys"]), 1)
                published = jwks(target)["keys"]
                self.assertEqual(published[0]["kid"], target["client_keys"][0]["kid"])
                self.assertTrue({"d", "p", "q", "dp", "dq", "qi", "k"}.isdisjoint(published[0]))
                self.accepts(target, alg)

    def test_an_entered_key_gets_a_token_also_if_it_was_encrypted(self):
        #
        plain = openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
        path = world.directory / "entered.pem"
        path.write_text(plain)
        self.accepts(system_with([{"private_key": plain, "kid": "mine"}]), "ES256")
        other = openssl("genpkey", "-algorithm", "ED25519")
        path.write_text(other)
        locked = openssl("pkcs8", "-topk8", "-in", str(path), "-passout", "pass:the password")
        self.accepts(system_with([{"private_key": locked, "password": "the password"}]), "EdDSA")

    def test_while_a_key_is_replaced_both_are_tried(self):
        target = system_with([{"generate": "p256"}, {"generate": "p256"}])
        new, old = jwks(target)["keys"]
        client_id = register({"keys": [old]}, "ES256")
        answer = token_of(with_consumer_key(target, client_id))
        self.assertEqual(answer.status, 200)
        self.assertNotEqual(new["kid"], old["kid"])

    def test_keys_that_are_none_are_refused_with_the_reason(self):
        good = openssl("genpkey", "-algorithm", "ED25519")
        locked_path = world.directory / "locked.pem"
        locked_path.write_text(good)
        locked = openssl("pkcs8", "-topk8", "-in", str(locked_path), "-passout", "pass:right")
        short = openssl("genrsa", "1024")
        for case, keys, field in (
                ("garbage", [{"private_key": "garbage"}], "/client_keys/0/private_key"),
                ("neither", [{"kid": "x"}], "/client_keys/0/private_key"),
                ("both", [{"private_key": good, "generate": "p256"}], "/client_keys/0/private_key"),
                ("short RSA", [{"private_key": short}], "/client_keys/0/private_key"),
                ("no password", [{"private_key": locked}], "/client_keys/0/private_key"),
                ("wrong password", [{"private_key": locked, "password": "wrong"}], "/client_keys/0/private_key"),
                ("two in one", [{"private_key": good + good}], "/client_keys/0/private_key"),
                ("the same twice", [{"private_key": good}, {"private_key": good}], "/client_keys/1/private_key"),
                ("kid with a space", [{"generate": "p256", "kid": "a b"}], "/client_keys/0/kid"),
                ("unknown kind", [{"generate": "p384"}], "/client_keys/0/generate"),
                ("three", [{"generate": "p256"}] * 3, "/client_keys")):
            with self.subTest(case):
                answer = vault.http.post(f"{API}/target-systems", {
                    "name": vault.name("bad"), "service_provider": "generic",
                    "token_endpoint": "https://id.example/token", "consumer_key": "k",
                    "client_authentication": "private_key_jwt", "client_keys": keys})
                self.assertEqual((answer.status, answer.json.get("field")), (400, field), answer.body)
                for secret in (good, locked, short):
                    self.assertNotIn(secret.splitlines()[1].encode(), answer.body)

    def test_one_key_is_for_one_authorization_server(self):
        #
        key = openssl("genpkey", "-algorithm", "ED25519")
        first = system_with([{"private_key": key}])
        again = system_with([{"private_key": key}])
        self.assertEqual(jwks(first)["keys"][0]["x"], jwks(again)["keys"][0]["x"])
        answer = vault.http.post(f"{API}/target-systems", {
            "name": vault.name("elsewhere"), "service_provider": "generic",
            "token_endpoint": "https://id.example/token", "consumer_key": "k",
            "client_authentication": "private_key_jwt", "client_keys": [{"private_key": key}]})
        self.assertEqual((answer.status, answer.json["type"]), (409, "/problems/client_key_in_use"))
        path = f"{API}/target-systems/{again['id']}"
        moved = vault.http.request("PATCH", path, {"token_endpoint": "https://id.example/token"},
                                   {"If-Match": vault.http.get(path).headers["ETag"]})
        self.assertEqual((moved.status, moved.json["type"]), (409, "/problems/client_key_in_use"))

    def test_without_a_key_nothing_is_sent(self):
        target = system_with([])
        answer = vault.retrieve(vault.client(target))
        self.assertEqual((answer.status, answer.json["type"]), (409, "/problems/no_client_key"))

    def test_a_changed_destination_holds_the_key(self):
        target = system_with([{"generate": "p256"}])
        moved = vault.update("target-systems", target["id"],
                             {"token_endpoint": "https://id.example/token"})
        self.assertTrue(moved.json["destination_held"])


class ClientSecretJwt(unittest.TestCase):
    def test_a_secret_signs_and_is_not_sent(self):
        #
        one = provider.registered("secret-jwt")
        target = vault.target_system(provider.about["token_endpoint"], "secret-jwt",
                                     one["client_secret"], world=world,
                                     client_authentication="client_secret_jwt", scopes=["api:read"])
        self.assertEqual(token_of(target).status, 200)


class CommandLine(unittest.TestCase):
    def test_a_key_is_made_shown_and_used(self):
        key_file = world.directory / "client-keys-admin.key"
        key_file.write_text(vault.key)
        env = {"STRONGROOM_URL": server.origin, "STRONGROOM_CA_FILE": str(server.ca_file),
               "STRONGROOM_KEY_FILE": str(key_file)}
        def run(*words):
            done = world.run(*words, env=env)
            self.assertEqual(done.returncode, 0, done.stderr)
            return done.stdout
        name = vault.name("by command")
        run("target-system", "create", name, "--provider", "generic", "--token-endpoint",
            "https://id.example/token", "--consumer-key", "k", "--client-authentication",
            "private_key_jwt", "--generate-client-key", "ed25519", "--client-key-id", "robots-1")
        keys = json.loads(run("target-system", "jwks", name))["keys"]
        self.assertEqual([(key["kid"], key["kty"], key["alg"]) for key in keys],
                         [("robots-1", "OKP", "EdDSA")])
