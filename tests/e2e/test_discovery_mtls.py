"""A target system from its issuer's address, which shows a certificate in TLS (RFC 8414, RFC 8705)."""
import unittest

import client_pair
import harness
from command_line import CommandLine
from vault import API, Vault

QUICK = True


def setUpModule():
    global world, hostile, provider, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    provider = world.oidc_provider()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


class Pair(client_pair.Pair):
    """Of the CA that the provider trusts, and known there by its subject."""

    def __init__(self, name, usage="clientAuth"):
        super().__init__(world.directory, name, world.pki, usage)

    def registered(self, **more):
        answer = provider.client.request("POST", "/reg", {
            "grant_types": ["client_credentials"], "response_types": [], "redirect_uris": [],
            "scope": "api:read", "token_endpoint_auth_method": "tls_client_auth",
            "tls_client_auth_subject_dn": self.subject} | more)
        assert answer.status == 201, answer.body
        return answer.json["client_id"]


def asked(issuer, pair, **more):
    members = vault.issuer_system(issuer, world=world, scopes=["api:read"],
                                  client_certificates=[pair.entered()], **more)
    del members["consumer_secret"]
    return vault.http.post(f"{API}/target-systems", members)


def tested(system):
    return vault.expect(200, vault.http.post(f"{API}/target-systems/{system['id']}/test"))


class IssuerAndCertificate(unittest.TestCase):
    def assert_token_over_mutual_tls(self, system, client_id):
        client = vault.client(system)
        retrieved = vault.retrieve(client)
        self.assertEqual(retrieved.status, 200, retrieved.body)
        token = vault.reader_of(client).look_up(client).json["access_token"]
        called = provider.client.get("/api", headers={"Authorization": f"Bearer {token}"})
        self.assertEqual((called.status, called.json["client_id"]), (200, client_id))
        last = provider.client.get("/_test/connections").json[-1]
        self.assertEqual((last["client_id"], last["has_secret"], last["x5t_s256"]),
                         (client_id, False, system["client_certificates"][0]["x5t_s256"]))

    def test_the_issuer_and_a_certificate_alone_get_a_token_at_the_alias(self):
        #
        pair = Pair("found")
        client_id = pair.registered()
        system = vault.expect(201, asked(provider.about["issuer"], pair, consumer_key=client_id))
        self.assertEqual(system["client_authentication"], "provider_default")
        self.assertEqual(system["token_endpoint"], provider.about["mtls_token_endpoint"])
        self.assert_token_over_mutual_tls(system, client_id)
        report = tested(system)
        self.assertTrue(report["ok"], report)
        self.assertEqual(report["endpoint"], provider.about["mtls_token_endpoint"])
        self.assertEqual({hop["verdict"] for hop in report["hops"]}, {"passed", "skipped"})

    def test_tokens_are_revoked_at_the_alias_for_that(self):
        #
        pair = Pair("ended")
        client_id = pair.registered()
        system = vault.expect(201, asked(provider.about["issuer"], pair, consumer_key=client_id))
        client = vault.client(system)
        vault.expect(200, vault.retrieve(client))
        token = vault.reader_of(client).look_up(client).json["access_token"]
        revoked = vault.expect(200, vault.http.post(f"{API}/oauth-clients/{client['id']}/revoke-tokens"))
        self.assertEqual(revoked["revocation"]["state"], "confirmed")
        self.assertEqual(provider.client.get("/api", headers={"Authorization": f"Bearer {token}"}).status, 401)
        last = provider.client.get("/_test/connections").json[-1]
        self.assertEqual((last["path"], last["client_id"], last["x5t_s256"]),
                         ("/token/revocation", client_id, system["client_certificates"][0]["x5t_s256"]))

    def test_a_method_that_was_chosen_is_used_at_the_alias_too(self):
        #
        pair = Pair("chosen")
        client_id = pair.registered()
        system = vault.expect(201, asked(provider.about["issuer"], pair, consumer_key=client_id,
                                         client_authentication="tls_client_auth"))
        self.assertEqual(system["token_endpoint"], provider.about["mtls_token_endpoint"])
        self.assert_token_over_mutual_tls(system, client_id)

    def test_a_certificate_that_replaces_a_secret_changes_the_way(self):
        #
        pair = Pair("changed over")
        client_id = pair.registered()
        members = vault.issuer_system(provider.about["issuer"], world=world, scopes=["api:read"],
                                      consumer_key=client_id)
        system = vault.expect(201, vault.http.post(f"{API}/target-systems", members))
        self.assertEqual(system["token_endpoint"], provider.about["token_endpoint"])
        system = vault.expect(200, vault.update("target-systems", system["id"],
                                                {"client_certificates": [pair.entered()]}))
        self.assertEqual(system["token_endpoint"], provider.about["mtls_token_endpoint"])
        self.assert_token_over_mutual_tls(system, client_id)

    def test_a_certificate_for_servers_is_refused_when_it_is_entered(self):
        answer = asked(provider.about["issuer"], Pair("of a server", usage="serverAuth"),
                       consumer_key="k")
        self.assertEqual((answer.status, answer.json["field"]),
                         (400, "/client_certificates/0/certificate"), answer.body)
        self.assertIn("clientAuth", answer.json["detail"])

    def test_each_resource_has_a_token_of_its_own(self):
        #
        pair = Pair("resources")
        client_id = pair.registered()
        wanted = ["https://one.example/", "https://two.example/"]
        system = vault.expect(201, asked(provider.about["issuer"], pair, consumer_key=client_id,
                                         resources=wanted))
        client = vault.client(system)
        robot = vault.reader_of(client)
        tokens = [robot.look_up(client, resource=one).json["access_token"] for one in wanted]
        self.assertNotEqual(*tokens)
        for one, token in zip(wanted, tokens):
            self.assertEqual(robot.look_up(client, resource=one).json["access_token"], token)

    def test_a_token_that_is_bound_to_the_certificate_is_not_handed_out_bare(self):
        #
        pair = Pair("bound")
        client_id = pair.registered(tls_client_certificate_bound_access_tokens=True)
        system = vault.expect(201, asked(provider.about["issuer"], pair, consumer_key=client_id,
                                         resources=["https://one.example/"]))
        client = vault.client(system)
        answer = vault.reader_of(client).look_up(client, resource="https://one.example/")
        self.assertEqual((answer.status, answer.json["type"]), (409, "/problems/token_is_bound"),
                         answer.body)
        shown = vault.get("oauth-clients", client["id"])["resource_tokens"][0]
        self.assertTrue(shown["token"]["is_bound"], shown)


class OnTheCommandLine(CommandLine):
    def test_two_files_and_the_issuer_are_enough(self):
        #
        self.use(world, server)
        pair = Pair("by command")
        name = vault.name("by command")
        self.made("target-system", "create", name, "--provider", "issuer", "--issuer",
                  provider.about["issuer"], "--consumer-key", pair.registered(),
                  "--client-certificate-file", str(pair.certificate_file),
                  "--client-certificate-key-file", str(pair.key_file), "--scope", "api:read",
                  "--trusted-ca-file", str(world.pki / "ca.pem"), "--allow-address", "127.0.0.1")
        self.assertIn("passed", self.done("target-system", "test", name).stdout)
