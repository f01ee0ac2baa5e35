"""Clients that show a certificate in TLS (RFC 8705), at a server that checks it: oidc-provider."""
import json
import unittest
import uuid

import harness
from client_pair import Pair
from vault import API, Vault

QUICK = True


def setUpModule():
    global world, provider, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    provider = world.oidc_provider()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def of_ca(name, **more):
    """Of the CA that the provider trusts."""
    return Pair(world.directory, name, world.pki, **more)


def self_signed(name):
    return Pair(world.directory, name)


def register(members):
    answer = provider.client.request("POST", "/reg", {
        "grant_types": ["client_credentials"], "response_types": [], "redirect_uris": [],
        "scope": "api:read"} | members)
    assert answer.status == 201, answer.body
    return answer.json["client_id"]


def registered_by_subject(pair, **more):
    return register({"token_endpoint_auth_method": "tls_client_auth",
                     "tls_client_auth_subject_dn": pair.subject} | more)


def registered_by_certificate(pair):
    """A self-signed one is registered as a JWK with x5c (RFC 8705 section 2.2.2)."""
    return register({"token_endpoint_auth_method": "self_signed_tls_client_auth",
                     "jwks": {"keys": [pair.jwk()]}})


def file_with(text):
    path = world.directory / f"file-{uuid.uuid4()}"
    path.write_text(text)
    return path


def system(client_id, pairs, method="tls_client_auth", endpoint=None, alias=None, **more):
    parameters = {"token_endpoint": endpoint or provider.about["token_endpoint"]}
    if endpoint is None:
        parameters["mtls_token_endpoint"] = alias or provider.about["mtls_token_endpoint"]
    return vault.target_system(None, client_id, "unused", world=world, consumer_secrets=[],
                               client_authentication=method, endpoint_parameters=parameters,
                               client_certificates=[pair.entered() for pair in pairs],
                               scopes=["api:read"], **more)


def token_of(target):
    client = vault.client(target)
    retrieved = vault.retrieve(client)
    assert retrieved.status == 200, retrieved.body
    return vault.reader_of(client).look_up(client).json["access_token"]


def connections():
    return provider.client.get("/_test/connections").json


class Revoking(unittest.TestCase):
    """RFC 7009 asks for the client's own way of authentication, so the certificate goes along."""

    @staticmethod
    def revocation_at(endpoint):
        return endpoint.removesuffix("/token") + "/token/revocation"

    def client_of(self, client_id, pair, method, revocation):
        target = vault.target_system(
            None, client_id, "unused", world=world, consumer_secrets=[], client_authentication=method,
            endpoint_parameters={"token_endpoint": provider.about["mtls_token_endpoint"], "revocation_endpoint": revocation},
            client_certificates=[pair.entered()], scopes=["api:read"])
        client = vault.client(target)
        vault.expect(200, vault.retrieve(client))
        token = vault.reader_of(client).look_up(client).json["access_token"]
        self.assertEqual(self.accepted(token), 200)
        return client, token, target["client_certificates"][0]["x5t_s256"]

    @staticmethod
    def accepted(token):
        return provider.client.get("/api", headers={"Authorization": f"Bearer {token}"}).status

    @staticmethod
    def revoke(client):
        return vault.expect(200, vault.http.post(f"{API}/oauth-clients/{client['id']}/revoke-tokens"))["revocation"]

    def test_the_certificate_ends_the_token(self):
        #
        for method, pair in (("tls_client_auth", of_ca("ca-revoker")), ("self_signed_tls_client_auth", self_signed("own-revoker"))):
            with self.subTest(method):
                register_it = registered_by_subject if method == "tls_client_auth" else registered_by_certificate
                client_id = register_it(pair)
                client, token, thumbprint = self.client_of(client_id, pair, method, self.revocation_at(provider.about["mtls_token_endpoint"]))
                self.assertEqual(self.revoke(client)["state"], "confirmed")
                self.assertEqual(self.accepted(token), 401)
                last = connections()[-1]
                self.assertEqual((last["path"], last["client_id"], last["has_secret"], last["x5t_s256"]),
                                 ("/token/revocation", client_id, False, thumbprint))

    def test_where_no_certificate_is_asked_for_the_token_lives_on_and_that_is_said(self):
        pair = of_ca("ca-unheard")
        client, token, _ = self.client_of(registered_by_subject(pair), pair, "tls_client_auth",
                                          self.revocation_at(provider.about["token_endpoint"]))
        revocation = self.revoke(client)
        self.assertEqual(revocation["state"], "pending")
        self.assertEqual(revocation["failure"]["cause"], "invalid_client")
        self.assertEqual(self.accepted(token), 200)


class MutualTls(unittest.TestCase):
    def assert_token_of(self, target, client_id):
        called = provider.client.get("/api", headers={"Authorization": f"Bearer {token_of(target)}"})
        self.assertEqual((called.status, called.json["client_id"]), (200, client_id))

    def test_a_certificate_of_a_ca_that_the_server_trusts_gets_a_token(self):
        #
        pair = of_ca("ca-robot")
        client_id = registered_by_subject(pair)
        target = system(client_id, [pair])
        self.assertEqual(target["client_authentication"], "tls_client_auth")
        self.assert_token_of(target, client_id)
        last = connections()[-1]
        self.assertEqual((last["client_id"], last["has_secret"]), (client_id, False))
        self.assertEqual(last["x5t_s256"], target["client_certificates"][0]["x5t_s256"])

    def test_a_self_signed_certificate_that_is_registered_gets_a_token(self):
        #
        pair = self_signed("self-signed")
        client_id = registered_by_certificate(pair)
        target = system(client_id, [pair], "self_signed_tls_client_auth")
        self.assert_token_of(target, client_id)
        self.assertEqual(connections()[-1]["x5t_s256"], target["client_certificates"][0]["x5t_s256"])

    def test_the_alias_for_mutual_tls_is_called_and_shown(self):
        #
        metadata = provider.client.get("/.well-known/openid-configuration").json
        alias = metadata["mtls_endpoint_aliases"]["token_endpoint"]
        self.assertNotEqual(alias, metadata["token_endpoint"])
        pair = of_ca("alias")
        target = system(registered_by_subject(pair), [pair], alias=alias)
        self.assertEqual(target["token_endpoint"], alias)
        token_of(target)

    def test_an_address_that_asks_for_no_certificate_is_named_as_the_trouble(self):
        #
        pair = of_ca("no-alias")
        target = system(registered_by_subject(pair), [pair], endpoint=provider.about["token_endpoint"])
        answer = vault.retrieve(vault.client(target))
        self.assertEqual((answer.status, answer.json["cause"]), (424, "invalid_client"), answer.body)
        self.assertIn("mtls_endpoint_aliases", answer.json["detail"])

    def test_no_connection_and_no_session_is_shared_between_credentials(self):
        #
        first, second = of_ca("one"), of_ca("two")
        targets = [system(registered_by_subject(pair), [pair]) for pair in (first, second)]
        clients = [vault.client(target) for target in targets * 3]
        before = len(connections())
        for client in clients:
            self.assertEqual(vault.retrieve(client).status, 200)
        seen = connections()[before:]
        self.assertEqual([one["x5t_s256"] for one in seen],
                         [t["client_certificates"][0]["x5t_s256"] for t in targets * 3])
        self.assertEqual({one["resumed"] for one in seen}, {False})

    def test_a_certificate_that_is_not_registered_is_refused_with_a_plain_cause(self):
        pair, other = of_ca("registered"), of_ca("stranger")
        target = system(registered_by_subject(pair), [other])
        answer = vault.retrieve(vault.client(target))
        self.assertEqual((answer.status, answer.json["cause"]), (424, "certificate_not_registered"),
                         answer.body)
        self.assertEqual(answer.json["who_must_act"], "target_system_owner")

    def test_a_server_that_refuses_the_certificate_in_tls_is_told_apart(self):
        pair = self_signed("self-made")
        target = system("anybody", [pair], alias=provider.about["strict_token_endpoint"])
        answer = vault.retrieve(vault.client(target))
        self.assertIn("client certificate", answer.json["detail"], answer.body)
        self.assertEqual(answer.json["cause"], "tls_client_certificate")
        checked = vault.http.post(f"{API}/target-systems/{target['id']}/test").json
        steps = {step["hop"]: step["verdict"] for step in checked["hops"]}
        self.assertEqual((steps["tcp"], steps["tls"]), ("passed", "failed"), checked)

    def test_a_server_that_wants_a_certificate_says_so_to_clients_without(self):
        target = vault.target_system(provider.about["strict_token_endpoint"], "basic", "secret",
                                     world=world)
        answer = vault.retrieve(vault.client(target))
        self.assertIn("client certificate", answer.json["detail"], answer.body)

    def test_the_next_certificate_is_tried_when_the_first_is_refused(self):
        old, new = of_ca("rotating"), of_ca("unknown yet")
        client_id = registered_by_subject(old)
        self.assert_token_of(system(client_id, [new, old]), client_id)

    def test_the_next_certificate_is_tried_when_tls_refuses_the_first(self):
        good, strange = of_ca("of the ca"), self_signed("of nobody")
        client_id = registered_by_subject(good)
        target = system(client_id, [strange, good], alias=provider.about["strict_token_endpoint"])
        self.assert_token_of(target, client_id)

    def test_another_certificate_means_another_token(self):
        #
        first, second = of_ca("renewed"), of_ca("renewed")
        target = system(registered_by_subject(first), [first])
        client = vault.client(target)
        robot = vault.reader_of(client)
        self.assertEqual(vault.retrieve(client).status, 200)
        before = robot.look_up(client).json["access_token"]
        vault.expect(200, vault.update("target-systems", target["id"],
                                       {"client_certificates": [second.entered()]}))
        after = harness.wait_until(lambda: robot.look_up(client).json.get("access_token"), "a token")
        self.assertNotEqual(before, after)

    def test_what_tls_cannot_use_is_refused_when_it_is_entered(self):
        for pair, words in ((of_ca("server", usage="serverAuth"), "clientAuth"),):
            answer = vault.http.post(f"{API}/target-systems", {
                "name": vault.name("bad"), "service_provider": "generic",
                "token_endpoint": "https://id.example/token", "consumer_key": "k",
                "client_authentication": "tls_client_auth", "client_certificates": [pair.entered()]})
            self.assertEqual((answer.status, answer.json.get("field")),
                             (400, "/client_certificates/0/certificate"), answer.body)
            self.assertIn(words, answer.json["detail"])

    def test_without_a_certificate_nothing_is_sent(self):
        target = system("nobody", [])
        answer = vault.retrieve(vault.client(target))
        self.assertEqual((answer.status, answer.json["type"]), (409, "/problems/no_client_certificate"))
        shown = vault.http.get(f"{API}/target-systems/{target['id']}/certificate")
        self.assertEqual(shown.status, 404)
        self.assertIn("no such client certificate", shown.json["detail"])

    def test_no_key_is_in_any_answer(self):
        pair = of_ca("secretive")
        target = system(registered_by_subject(pair), [pair])
        secret = pair.key.splitlines()[1]
        for path in (f"target-systems/{target['id']}", "target-systems"):
            self.assertNotIn(secret.encode(), vault.http.get(f"{API}/{path}").body)
        self.assertNotIn(secret, server.log)


class CommandLine(unittest.TestCase):
    def test_a_certificate_is_entered_and_used(self):
        pair = of_ca("by command")
        client_id = registered_by_subject(pair)
        key_file = file_with(vault.key)
        env = {"STRONGROOM_URL": server.origin, "STRONGROOM_CA_FILE": str(server.ca_file),
               "STRONGROOM_KEY_FILE": str(key_file)}
        name = vault.name("by command")
        made = world.run(
            "target-system", "create", name, "--provider", "generic", "--token-endpoint",
            provider.about["token_endpoint"], "--parameter",
            f"mtls_token_endpoint={provider.about['mtls_token_endpoint']}", "--consumer-key", client_id,
            "--client-authentication", "tls_client_auth", "--client-certificate-file",
            pair.certificate_file, "--client-certificate-key-file", pair.key_file,
            "--trusted-ca-file", world.pki / "ca.pem", "--allow-address", "127.0.0.1/32", env=env)
        self.assertEqual(made.returncode, 0, made.stderr)
        checked = world.run("target-system", "test", name, "--output", "json", env=env)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        self.assertTrue(json.loads(checked.stdout)["ok"])
