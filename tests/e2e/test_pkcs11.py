"""Private keys that stay in a security token and sign there: SoftHSM 2, which is not ours."""
import json
import os
import pathlib
import subprocess
import unittest
import uuid

import harness
from command_line import file_with
from vault import API, Vault

QUICK = True
PIN = "canary-pin-5678"
MODULE = next((path for path in ("/usr/lib/softhsm/libsofthsm2.so",
                                 "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
                                 "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so")
               if pathlib.Path(path).exists()), None)


class SoftToken:
    """A token called "robots", with its files in this world's directory."""

    def __init__(self):
        self.files = world.directory / "tokens"
        self.files.mkdir()
        self.away = world.directory / "tokens-away"
        config = world.directory / "softhsm2.conf"
        config.write_text(f"directories.tokendir = {self.files}\nobjectstore.backend = file\n"
                          "log.level = ERROR\n")
        self.env = {"SOFTHSM2_CONF": str(config)}
        self.run("softhsm2-util", "--init-token", "--free", "--label", "robots", "--so-pin", "1234",
                 "--pin", PIN)

    def run(self, *words):
        subprocess.run(words, check=True, capture_output=True, env=os.environ | self.env)

    def tool(self, *words):
        self.run("pkcs11-tool", "--module", MODULE, "--token-label", "robots", "--login", "--pin", PIN,
                 *words)

    def make_key(self, kind, label, number):
        self.tool("--keypairgen", "--key-type", kind, "--label", label, "--id", number)

    def remove(self):
        self.files.rename(self.away)

    def put_back(self):
        self.away.rename(self.files)


def config_file(name, **settings):
    path = world.directory / f"{name}.toml"
    path.write_text("[pkcs11]\n" + "".join(f'{key} = "{value}"\n' for key, value in settings.items()))
    return path


def pin_file(name, pin):
    path = world.directory / name
    path.touch(mode=0o600)
    path.write_text(pin + "\n")
    return path


def setUpModule():
    global world, provider, front, token, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    provider = world.oidc_provider()
    front = world.microsoft_front()
    token = SoftToken()
    for number, (kind, label) in enumerate((("rsa:2048", "rsa"), ("EC:prime256v1", "elliptic"),
                                            ("EC:edwards25519", "edwards")), 1):
        token.make_key(kind, label, f"{number:02}")
    config = config_file("pkcs11", module=MODULE, token="robots", pin_file=pin_file("pin", PIN))
    server = harness.Strongroom(world, options=["--config", config], env=token.env).start()
    vault = Vault(server)


def system_with(*uris, consumer_key="not registered yet"):
    return vault.target_system(provider.about["token_endpoint"], consumer_key, "unused", world=world,
                               consumer_secrets=[], client_authentication="private_key_jwt",
                               client_keys=[{"pkcs11_uri": uri} for uri in uris], scopes=["api:read"])


def refused(**key):
    answer = vault.http.post(f"{API}/target-systems", {
        "name": vault.name("bad"), "service_provider": "generic",
        "token_endpoint": "https://id.example/token", "consumer_key": "k",
        "client_authentication": "private_key_jwt", "client_keys": [key]})
    return answer


def registered(target, alg):
    """The target system, known to the provider by the public half of its key."""
    keys = vault.http.get(f"{API}/target-systems/{target['id']}/jwks").json
    answer = provider.client.request("POST", "/reg", {
        "grant_types": ["client_credentials"], "response_types": [], "redirect_uris": [],
        "token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": alg,
        "scope": "api:read", "jwks": keys})
    assert answer.status == 201, answer.body
    return vault.expect(200, vault.update("target-systems", target["id"],
                                          {"consumer_key": answer.json["client_id"]}))


# Of a generic entry, what a provider with nothing but a token endpoint has not.
ABSENT = ("token_exchange", "mtls_token_endpoint", "authorization_endpoint", "authorization", "openid", "revocation_endpoint",
          "introspection_endpoint", "verification", "device_authorization_endpoint", "jwt_bearer")


class KeysInAToken(unittest.TestCase):
    def assert_token_of(self, target):
        client = vault.client(target)
        retrieved = vault.retrieve(client)
        self.assertEqual(retrieved.status, 200, retrieved.body)
        access_token = vault.reader_of(client).look_up(client).json["access_token"]
        called = provider.client.get("/api", headers={"Authorization": f"Bearer {access_token}"})
        self.assertEqual((called.status, called.json["client_id"]), (200, target["consumer_key"]))

    def test_a_key_in_the_token_gets_a_token_with_every_algorithm(self):
        #
        for uri, alg, kind in (("pkcs11:token=robots;object=rsa", "PS256", "RSA 2048 (PKCS#11)"),
                               ("pkcs11:object=elliptic", "ES256", "P-256 (PKCS#11)"),
                               ("pkcs11:id=%03", "EdDSA", "Ed25519 (PKCS#11)")):
            with self.subTest(alg):
                target = system_with(uri)
                self.assertEqual(target["client_keys"][0]["key_type"], kind)
                self.assert_token_of(registered(target, alg))

    def test_rs256_where_the_providers_entry_asks_for_it(self):
        #
        entry = json.loads((harness.TOP / "providers/generic.json").read_text())
        del entry["$schema"]
        entry |= {"id": "rs256-only", "name": "RS256 only", "client_authentication": ["private_key_jwt"]}
        entry["client_assertion"]["algorithms"] = ["RS256"]
        entry["grants"] = ["client_credentials"]
        for member in ABSENT:
            del entry[member]
        entry["sources"] = {fact: pages for fact, pages in entry["sources"].items()
                            if fact.split(".")[0] not in ABSENT}
        entry["variables"] = entry["variables"][:1]
        providers = world.directory / "rs256-providers"
        providers.mkdir()
        (providers / "rs256-only.json").write_text(json.dumps(entry))
        config = config_file("rs256", module=MODULE, token="robots", pin_file=world.directory / "pin")
        config.write_text(config.read_text() + f'[catalogue]\ndirectory = "{providers}"\n')
        other = harness.Strongroom(world, options=["--config", config], env=token.env,
                                   name="rs256").start()
        global vault
        before, vault = vault, Vault(other)
        try:
            target = vault.target_system(
                provider.about["token_endpoint"], "not yet", "unused", world=world,
                service_provider="rs256-only", consumer_secrets=[],
                client_keys=[{"pkcs11_uri": "pkcs11:object=rsa"}], scopes=["api:read"])
            self.assert_token_of(registered(target, "RS256"))
        finally:
            vault = before
            other.stop()

    def test_a_token_that_is_removed_while_serving_and_comes_back(self):
        #
        target = registered(system_with("pkcs11:object=elliptic"), "ES256")
        client = vault.client(target)
        self.assertEqual(vault.retrieve(client).status, 200)
        token.remove()
        try:
            gone = vault.retrieve(client)
            self.assertEqual((gone.status, gone.json["type"]),
                             (503, "/problems/security_token_missing"), gone.body)
            self.assertIn("The security token with the key is not there", gone.json["detail"])
            # What needs no signature goes on: the public half is ours.
            keys = vault.http.get(f"{API}/target-systems/{target['id']}/jwks")
            self.assertEqual(keys.json["keys"][0]["kid"], target["client_keys"][0]["kid"])
            self.assertEqual(refused(pkcs11_uri="pkcs11:object=rsa").status, 503)
        finally:
            token.put_back()
        back = harness.wait_until(lambda: vault.retrieve(client).status == 200, "the token to be back")
        self.assertTrue(back)

    def test_a_token_that_comes_back_with_another_key_under_the_name_is_refused(self):
        #
        token.make_key("EC:prime256v1", "replaced", "10")
        client = vault.client(registered(system_with("pkcs11:object=replaced"), "ES256"))
        self.assertEqual(vault.retrieve(client).status, 200)
        for kind in ("privkey", "pubkey"):
            token.tool("--delete-object", "--type", kind, "--id", "10")
        gone = vault.retrieve(client)
        self.assertEqual((gone.status, gone.json["type"]),
                         (503, "/problems/security_token_key_missing"), gone.body)
        token.make_key("EC:prime256v1", "replaced", "10")
        other = harness.wait_until(
            lambda: (answer := vault.retrieve(client)).status == 409 and answer, "the other key")
        self.assertEqual(other.json["type"], "/problems/security_token_other_key")

    def test_what_names_no_key_is_refused_with_the_reason(self):
        for key, words in (({"pkcs11_uri": "key1"}, "not a PKCS#11 URI"),
                           ({"pkcs11_uri": "pkcs11:object=rsa?pin-value=5678"}, "PIN"),
                           ({"pkcs11_uri": "pkcs11:object=rsa?module-path=/x.so"}, "module"),
                           ({"pkcs11_uri": "pkcs11:token=robots"}, "names no key"),
                           ({"pkcs11_uri": "pkcs11:object=nobody"}, "no private key of this name"),
                           ({"pkcs11_uri": "pkcs11:token=other;object=rsa"}, "another token")):
            with self.subTest(key):
                answer = refused(**key)
                self.assertEqual((answer.status, answer.json["field"]),
                                 (400, "/client_keys/0/pkcs11_uri"), answer.body)
                self.assertIn(words, answer.json["detail"])
        both = refused(pkcs11_uri="pkcs11:object=rsa", generate="p256")
        self.assertEqual((both.status, both.json["field"]), (400, "/client_keys/0/private_key"))

    def test_a_certificate_for_a_key_in_the_token_signs_and_is_no_use_in_tls(self):
        #
        target = system_with("pkcs11:object=rsa")
        request = vault.http.get(f"{API}/target-systems/{target['id']}/certificate-request",
                                 query={"common_name": "robot"})
        self.assertEqual(request.status, 200, request.body)
        path = world.directory / "token.csr"
        path.write_bytes(request.body)
        subprocess.run(["openssl", "req", "-in", path, "-verify", "-noout"], check=True,
                       capture_output=True)
        issued = subprocess.run(
            ["openssl", "x509", "-req", "-in", path, "-CA", world.pki / "ca.pem", "-CAkey",
             world.pki / "ca.key", "-CAcreateserial", "-days", "2"], check=True, capture_output=True,
            text=True).stdout
        # Both: the certificate replaces what is there, and belongs to the key that is kept.
        keys = {"client_keys": [{"id": target["client_keys"][0]["id"]}],
                "client_certificates": [{"certificate": issued}]}
        in_tls = vault.update("target-systems", target["id"],
                              keys | {"client_authentication": "tls_client_auth"})
        self.assertEqual((in_tls.status, in_tls.json["field"]),
                         (400, "/client_certificates/0/certificate"), in_tls.body)
        self.assertIn("security token", in_tls.json["detail"])
        signing = vault.expect(200, vault.update("target-systems", target["id"], keys))
        self.assertEqual(signing["client_certificates"][0]["key_type"], "RSA 2048 (PKCS#11)")
        self.assert_token_of(registered(signing, "PS256"))

    def test_neither_pin_nor_key_is_in_the_data_or_the_log(self):
        self.assertNotIn(PIN, server.log)
        for path in server.data.rglob("*"):
            if path.is_file():
                self.assertNotIn(PIN.encode(), path.read_bytes(), path)


class Starting(unittest.TestCase):
    def start_with(self, name, **settings):
        config = config_file(name, **settings)
        process = harness.Strongroom(world, options=["--config", config], env=token.env,
                                     name=name).launch()
        self.assertNotEqual(process.child.wait(60), 0)
        return process.tail()

    def test_a_wrong_pin_says_so_and_how(self):
        said = self.start_with("wrong-pin", module=MODULE, token="robots",
                               pin_file=pin_file("wrong", "canary-wrong-pin"))
        self.assertIn("does not accept the PIN", said)
        self.assertIn("pkcs11.pin_file", said)
        self.assertNotIn("canary-wrong-pin", said)

    def test_half_of_the_settings_says_what_is_missing(self):
        self.assertIn("pkcs11.token", self.start_with("no-token", module=MODULE))
        self.assertIn("pkcs11.pin_file", self.start_with("no-pin", module=MODULE, token="robots"))
        self.assertIn("cannot be loaded", self.start_with(
            "no-module", module="/nowhere.so", token="robots", pin_file=world.directory / "pin"))
        open_to_all = pin_file("open", PIN)
        open_to_all.chmod(0o644)
        self.assertIn("chmod 600", self.start_with("open-pin", module=MODULE, token="robots",
                                                   pin_file=open_to_all))

    def test_a_token_that_is_not_there_yet_does_not_keep_the_server_from_starting(self):
        config = config_file("absent", module=MODULE, token="absent", pin_file=world.directory / "pin")
        absent = harness.Strongroom(world, options=["--config", config], env=token.env,
                                    name="absent").start()
        self.assertIn("its keys work when it is", absent.log)
        self.assertEqual(absent.stop(), 0)


class CommandLine(unittest.TestCase):
    def command(self, *words):
        key = file_with(world, "pkcs11-admin.key", vault.key)
        done = world.run(*words, env={
            "STRONGROOM_URL": server.origin, "STRONGROOM_CA_FILE": str(server.ca_file),
            "STRONGROOM_KEY_FILE": str(key)})
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_a_key_is_named_by_its_uri(self):
        name = vault.name("by command")
        made = self.command("target-system", "create", name, "--provider", "generic", "--token-endpoint",
                            provider.about["token_endpoint"], "--consumer-key", "k",
                            "--client-authentication", "private_key_jwt", "--client-key-pkcs11-uri",
                            "pkcs11:token=robots;object=elliptic", "--output", "json")
        self.assertEqual(json.loads(made)["client_keys"][0]["key_type"], "P-256 (PKCS#11)")

    def test_microsoft_knows_a_key_in_the_token_by_its_certificate(self):
        #
        token.make_key("rsa:2048", "microsoft", "20")
        name, application = vault.name("at Microsoft"), str(uuid.uuid4())
        self.command("target-system", "create", name, "--provider", "microsoft", "--consumer-key",
                     application, "--client-authentication", "private_key_jwt", "--default-tenant",
                     front.about["tenants"][0], "--scope", front.about["resource"] + "/.default",
                     "--trusted-ca-file", file_with(world, "front-ca.pem", front.ca_pem),
                     "--allow-address", "127.0.0.1", "--proxy", front.about["proxy"],
                     "--client-key-pkcs11-uri", "pkcs11:token=robots;object=microsoft")
        request = file_with(world, "microsoft.csr", self.command(
            "target-system", "certificate-request", name, "--common-name", "robots.example.org"))
        issued = subprocess.run(
            ["openssl", "x509", "-req", "-in", request, "-CA", world.pki / "ca.pem", "-CAkey",
             world.pki / "ca.key", "-CAcreateserial", "-days", "2"], check=True, capture_output=True,
            text=True).stdout
        self.command("target-system", "update", name, "--client-certificate-file",
                     file_with(world, "microsoft.crt", issued))
        uploaded = self.command("target-system", "certificate", name)
        answer = front.client.post("/_test/applications", {
            "client_id": application, "certificates": [uploaded], "secrets": []})
        self.assertEqual(answer.status, 201, answer.body)
        self.assertIn("passed", self.command("target-system", "test", name))
        target = vault.find("target-systems", name)
        self.assertEqual(target["client_certificates"][0]["key_type"], "RSA 2048 (PKCS#11)")
        client = vault.client(target)
        retrieved = vault.retrieve(client)
        self.assertEqual(retrieved.status, 200, retrieved.body)
        token_header = [one["header"] for one in front.client.get("/_test/requests").json
                        if one["client_id"] == application][-1]
        self.assertEqual(token_header, {"alg": "PS256", "typ": "JWT", "x5t#S256":
                                        target["client_certificates"][0]["x5t_s256"]})

    def test_the_test_of_a_target_system_says_that_the_token_is_not_there(self):
        target = registered(system_with("pkcs11:object=elliptic"), "ES256")
        path = f"{API}/target-systems/{target['id']}/test"
        report = vault.expect(200, vault.http.post(path))
        self.assertTrue(report["ok"], report)
        token.remove()
        try:
            gone = vault.http.post(path)
            self.assertEqual((gone.status, gone.json["type"]),
                             (503, "/problems/security_token_missing"), gone.body)
        finally:
            token.put_back()
        harness.wait_until(lambda: vault.http.post(path).status == 200, "the token to be back")
