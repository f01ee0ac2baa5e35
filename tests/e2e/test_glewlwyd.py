"""Every way of client authentication that Debian's glewlwyd offers, by its endpoint and by its issuer."""
import base64
import json
import pathlib
import secrets
import unittest
import urllib.parse
import uuid

import harness
from client_pair import Pair
from vault import API, Vault

QUICK = True
TOP = pathlib.Path(__file__).resolve().parents[2]


def setUpModule():
    global world, self_signed, glewlwyd, admin, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    self_signed = Pair(world.directory, "self-signed")
    glewlwyd = world.glewlwyd(self_signed.certificate)  # its TLS would not let it pass otherwise
    admin = Administrator(glewlwyd)
    server = harness.Strongroom(world, env={"STRONGROOM_CATALOGUE__DIRECTORY": own_entries()}).start()
    vault = Vault(server)


def own_entries():
    """An entry that reads the issuer's metadata, and makes assertions out to the token endpoint in it."""
    directory = world.directory / "providers"
    directory.mkdir()
    entry = json.loads((TOP / "providers/issuer.json").read_text())
    del entry["$schema"]
    entry |= {"id": "glewlwyd", "name": "glewlwyd"}
    entry["client_assertion"]["audience"] = "token_endpoint"
    (directory / "glewlwyd.json").write_text(json.dumps(entry))
    return str(directory)


class Administrator:
    """Registers clients at glewlwyd, whose own registration does not know of certificates."""

    def __init__(self, target):
        self.http = target.client
        signed_in = self.http.post("/api/auth/", target.about["administrator"])
        assert signed_in.status == 200, signed_in
        self.cookie = signed_in.headers["Set-Cookie"].split(";")[0]

    def register(self, method, **properties):
        """A client that may authenticate with `method` alone; answers its id."""
        client_id = f"robot-{uuid.uuid4()}"
        made = self.http.post("/api/client/", {
            "client_id": client_id, "name": client_id, "confidential": True, "enabled": True,
            "scope": [glewlwyd.about["scope"]], "redirect_uri": ["https://127.0.0.1/unused"],
            "authorization_type": ["client_credentials"], "token_endpoint_auth_method": [method],
        } | properties, headers={"Cookie": self.cookie})
        assert made.status == 200, made
        return client_id


def entered_pair(name):
    """One of the CA that glewlwyd trusts."""
    return Pair(world.directory, name, world.pki, alternative_name=name).entered()


def by_endpoint(**endpoints):
    return {"service_provider": "generic", "endpoint_parameters": endpoints}


def by_issuer(entry="issuer"):
    return {"service_provider": entry, "endpoint_parameters": {"issuer": glewlwyd.about["issuer"]}}


def system(where, method, **credentials):
    return vault.create("target-systems", {
        "name": vault.name("glewlwyd"), "project": vault.project["id"], "consumer_key": "to come",
        "client_authentication": method, "scopes": [glewlwyd.about["scope"]],
        "trusted_ca_pem": world.ca_pem, "allowed_addresses": ["127.0.0.1"]} | where | credentials)


def with_consumer_key(target, client_id):
    return vault.expect(200, vault.update("target-systems", target["id"], {"consumer_key": client_id}))


def jwks(target):
    return vault.expect(200, vault.http.get(f"{API}/target-systems/{target['id']}/jwks"))


def claims_of(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def token_of(target, client_id):
    """The look-up's answer, for a client that had its token retrieved just now."""
    client = vault.client(with_consumer_key(target, client_id))
    retrieved = vault.retrieve(client)
    assert retrieved.status == 200, retrieved
    return vault.reader_of(client).look_up(client)


class Glewlwyd(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        path = urllib.parse.urlsplit(glewlwyd.about["issuer"]).path
        cls.metadata = glewlwyd.client.get(path + "/.well-known/openid-configuration").json
        cls.endpoint = by_endpoint(token_endpoint=cls.metadata["token_endpoint"])

    def assert_gets_a_token(self, target, client_id):
        """That glewlwyd knows as living (RFC 7662), and as this client's."""
        token = token_of(target, client_id).json["access_token"]
        basic = base64.b64encode(f"{glewlwyd.about['client_id']}:{glewlwyd.about['client_secret']}"
                                 .encode()).decode()
        path = urllib.parse.urlsplit(glewlwyd.about["issuer"]).path + "/introspect"
        known = glewlwyd.client.request(
            "POST", path, raw=urllib.parse.urlencode({"token": token}).encode(),
            headers={"Authorization": f"Basic {basic}",
                     "Content-Type": "application/x-www-form-urlencoded"})
        self.assertTrue(known.json["active"], known)
        self.assertEqual(claims_of(token)["client_id"], client_id)

    def test_it_offers_six_ways(self):
        self.assertEqual(self.metadata["token_endpoint_auth_methods_supported"],
                         ["client_secret_basic", "client_secret_post", "client_secret_jwt",
                          "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"])

    def with_secret(self, method, where):
        secret = secrets.token_urlsafe(40)
        target = system(where, method, consumer_secrets=[{"value": secret}])
        return target, admin.register(method, client_secret=secret)

    def with_key(self, kind, where):
        target = system(where, "private_key_jwt", client_keys=[{"generate": kind}])
        return target, admin.register("private_key_jwt", jwks=jwks(target))

    def test_a_secret_is_taken_in_the_header_and_in_the_form(self):
        #
        for method in ("client_secret_basic", "client_secret_post"):
            for where in (self.endpoint, by_issuer()):
                with self.subTest(method=method, way=where["service_provider"]):
                    self.assert_gets_a_token(*self.with_secret(method, where))

    def test_a_secret_or_a_key_signs_what_is_made_out_to_the_token_endpoint(self):
        #
        for where in (self.endpoint, by_issuer("glewlwyd")):
            way = where["service_provider"]
            with self.subTest(kind="secret", way=way):
                self.assert_gets_a_token(*self.with_secret("client_secret_jwt", where))
            for kind in ("p256", "ed25519", "rsa_2048"):
                with self.subTest(kind=kind, way=way):
                    self.assert_gets_a_token(*self.with_key(kind, where))

    def test_it_refuses_what_is_made_out_to_the_issuer_and_we_do_not_give_in(self):
        #
        for target, client_id in (self.with_secret("client_secret_jwt", by_issuer()),
                                  self.with_key("p256", by_issuer())):
            with self.subTest(method=target["client_authentication"]):
                answer = vault.retrieve(vault.client(with_consumer_key(target, client_id)))
                self.assertEqual((answer.status, answer.json["cause"]), (424, "refused"), answer)

    def assert_gets_a_bound_token(self, target, client_id):
        """It binds what it gives for a certificate to it, so that no robot could use it."""
        answer = token_of(target, client_id)
        self.assertEqual((answer.status, answer.json["type"]), (409, "/problems/token_is_bound"), answer)

    def by_certificate(self):
        return by_issuer(), by_endpoint(
            token_endpoint=self.metadata["token_endpoint"],
            mtls_token_endpoint=self.metadata["mtls_endpoint_aliases"]["token_endpoint"])

    def test_a_certificate_of_a_ca_that_it_trusts_is_enough(self):
        #
        for number, where in enumerate(self.by_certificate()):
            for known_by in ("tls_client_auth_subject_dn", "tls_client_auth_san_dns"):
                with self.subTest(way=where["service_provider"], known_by=known_by):
                    name = f"robot-{number}.example"
                    target = system(where, "tls_client_auth", client_certificates=[entered_pair(name)])
                    self.assertEqual(target["token_endpoint"],
                                     self.metadata["mtls_endpoint_aliases"]["token_endpoint"])
                    value = name if known_by.endswith("dns") else f"CN={name},O=Example"
                    self.assert_gets_a_bound_token(target, admin.register("tls_client_auth",
                                                                          **{known_by: value}))

    def test_another_certificate_of_the_same_ca_is_not(self):
        #
        target = system(by_issuer(), "tls_client_auth",
                        client_certificates=[entered_pair("other.example")])
        client_id = admin.register("tls_client_auth", tls_client_auth_san_dns="robot.example")
        answer = vault.retrieve(vault.client(with_consumer_key(target, client_id)))
        self.assertEqual((answer.status, answer.json["cause"]), (424, "refused"), answer)

    def test_a_self_signed_certificate_that_is_registered_is_enough(self):
        #
        for where in self.by_certificate():
            with self.subTest(way=where["service_provider"]):
                target = system(where, "self_signed_tls_client_auth",
                                client_certificates=[self_signed.entered()])
                self.assert_gets_a_bound_token(target, admin.register(
                    "self_signed_tls_client_auth",
                    jwks={"keys": [self_signed.jwk()]}))


if __name__ == "__main__":
    unittest.main()
