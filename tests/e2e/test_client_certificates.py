"""Client credentials with certificate, at a server that is oidc-provider behind Microsoft's face."""
import base64
import calendar
import json
import subprocess
import time
import unittest
import uuid

import harness
from vault import API, Vault

QUICK = True
PASSWORD = "canary-certificate-password"


def setUpModule():
    global world, front, server, vault, rsa, other_rsa
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    front = world.microsoft_front()
    providers = world.directory / "providers"
    providers.mkdir()
    legacy = legacy_entry()
    (providers / f"{legacy['id']}.json").write_text(json.dumps(legacy))
    config = world.directory / "strongroom.toml"
    config.write_text(f'[catalogue]\ndirectory = "{providers}"\n')
    server = harness.Strongroom(world, options=["--config", config]).start()
    vault = Vault(server)
    rsa, other_rsa = new_key("rsa"), new_key("other-rsa")


def legacy_entry():
    """Microsoft's entry as it was before PS256: RS256 and the SHA-1 thumbprint."""
    entry = json.loads((harness.TOP / "providers/microsoft.json").read_text())
    del entry["$schema"]
    entry |= {"id": "microsoft-legacy", "name": "Microsoft, RS256 and x5t"}
    entry["client_assertion"] |= {"algorithms": ["RS256"], "thumbprints": ["x5t"]}
    return entry


def openssl(*words, binary=False):
    done = subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)
    return done.stdout if binary else done.stdout.decode()


def new_key(name, *kind):
    path = world.directory / f"{name}.key"
    path.write_text(openssl("genpkey", *(kind or ("-algorithm", "RSA", "-pkeyopt",
                                                  "rsa_keygen_bits:2048"))))
    return path


def certificate(key, *more, name="robot"):
    """A self-signed certificate in PEM, valid now unless `more` says something else."""
    words = more or ("-days", "30")
    return openssl("req", "-x509", "-key", key, "-subj", f"/O=Example/CN={name}",
                   "-addext", "basicConstraints=critical,CA:FALSE", *words)


def dated_certificate(key, begins, ends):
    """`openssl ca` is the one command that sets both dates; they are "20260101000000Z"."""
    directory = world.directory / f"ca-{uuid.uuid4()}"
    directory.mkdir()
    (directory / "index").touch()
    (directory / "serial").write_text("01")
    (directory / "ca.conf").write_text(
        f"[ca]\ndefault_ca=d\n[d]\ndatabase={directory}/index\nserial={directory}/serial\n"
        f"new_certs_dir={directory}\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n")
    request = directory / "request.pem"
    openssl("req", "-new", "-key", key, "-subj", "/CN=dated", "-out", request)
    return openssl("ca", "-batch", "-notext", "-selfsign", "-config", directory / "ca.conf",
                   "-keyfile", key, "-in", request, "-startdate", begins, "-enddate", ends)


def file_with(text, binary=None):
    path = world.directory / f"file-{uuid.uuid4()}"
    if binary is None:
        path.write_text(text)
    else:
        path.write_bytes(binary)
    return path


def der(pem):
    return base64.b64encode(openssl("x509", "-in", file_with(pem), "-outform", "DER",
                                    binary=True)).decode()


def der_key(path):
    return base64.b64encode(openssl("pkcs8", "-topk8", "-nocrypt", "-in", path, "-outform", "DER",
                                    binary=True)).decode()


def pkcs12(pem, key, *more):
    return base64.b64encode(openssl("pkcs12", "-export", "-in", file_with(pem), "-inkey", key,
                                    "-passout", f"pass:{PASSWORD}", *more, binary=True)).decode()


def number(value):
    """An ASN.1 INTEGER."""
    return tagged(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def tagged(tag, content):
    size = len(content)
    length = bytes([size]) if size < 128 else \
        bytes([0x80 + (size.bit_length() + 7) // 8]) + size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag]) + length + content


def key_of_16_kbit():
    """PKCS#1 of that size, whose numbers nobody had the patience to make primes."""
    half = (1 << 8191) + 1
    numbers = (0, half * half, 65537, half * half - 2, half, half, half - 2, half - 2, half - 2)
    text = base64.encodebytes(tagged(0x30, b"".join(map(number, numbers)))).decode()
    return f"-----BEGIN RSA PRIVATE KEY-----\n{text}-----END RSA PRIVATE KEY-----\n"


# As `openssl pkcs12 -export` writes it, but with three keys, which that cannot.
THREE_KEYS = base64.b64encode((harness.TOP / "tests/fixtures/three-keys.p12").read_bytes()).decode()


def members(application, certificates, **more):
    return {"name": vault.name("Microsoft"), "project": vault.project["id"],
            "service_provider": "microsoft", "consumer_key": application,
            "client_authentication": "private_key_jwt", "client_certificates": certificates,
            "default_tenant": front.about["tenants"][0],
            "scopes": [front.about["resource"] + "/.default"], "trusted_ca_pem": front.ca_pem,
            "allowed_addresses": ["127.0.0.1/32"], "proxy": front.about["proxy"]} | more


def registered(*certificates, **more):
    """The id of an application at Microsoft that these certificates, in PEM, were uploaded to."""
    application = str(uuid.uuid4())
    answer = front.client.post("/_test/applications", {
        "client_id": application, "certificates": list(certificates)} | more)
    assert answer.status == 201, answer
    return application


def asked(application):
    return [one for one in front.client.get("/_test/requests").json
            if one["client_id"] == application]


class ARealToken(unittest.TestCase):
    def token(self, application, target, **more):
        client = vault.client(target, **more)
        retrieved = vault.retrieve(client)
        self.assertEqual(retrieved.status, 200, retrieved)
        looked_up = vault.reader_of(client).look_up(client)
        self.assertEqual(looked_up.status, 200, looked_up)
        called = front.client.get(
            "/api", headers={"Authorization": f"Bearer {looked_up.json['access_token']}"})
        self.assertEqual((called.status, called.json["client_id"]), (200, application))
        return looked_up

    def test_comes_for_pem_der_and_pkcs12(self):
        #
        pem = certificate(rsa)
        locked = openssl("pkcs8", "-topk8", "-in", rsa, "-passout", f"pass:{PASSWORD}")
        for way, given in (
                ("PEM", {"certificate": pem, "private_key": rsa.read_text()}),
                ("PEM under a password", {"certificate": pem, "private_key": locked,
                                          "password": PASSWORD}),
                ("DER", {"certificate": der(pem), "private_key": der_key(rsa)}),
                ("PKCS#12", {"pkcs12": pkcs12(pem, rsa), "password": PASSWORD})):
            with self.subTest(way):
                application = registered(pem)
                target = vault.create("target-systems", members(application, [given]))
                shown = target["client_certificates"][0]
                self.assertEqual((shown["subject"], shown["key_type"]),
                                 ("CN=robot,O=Example", "RSA 2048"))
                self.token(application, target)
                header = asked(application)[-1]["header"]
                self.assertEqual(header, {"alg": "PS256", "typ": "JWT",
                                          "x5t#S256": shown["x5t_s256"]})

    def test_comes_from_every_cloud_and_for_a_domain_as_tenant(self):
        #
        pem = certificate(rsa)
        for host, key in zip(front.about["hosts"], (rsa, new_key("us"), new_key("cn"))):
            with self.subTest(host):
                pem = certificate(key)
                application = registered(pem)
                target = vault.create("target-systems", members(
                    application, [{"certificate": pem, "private_key": key.read_text()}],
                    endpoint_parameters={"cloud": host}))
                self.token(application, target, tenant="contoso.onmicrosoft.com")
                self.assertEqual([(one["host"], one["tenant"]) for one in asked(application)],
                                 [(host, "contoso.onmicrosoft.com")])

    def test_comes_with_rs256_and_the_sha1_thumbprint_where_the_entry_asks(self):
        #
        pem = certificate(rsa)
        application = registered(pem)
        target = vault.create("target-systems", members(
            application, [{"certificate": pem, "private_key": rsa.read_text()}],
            service_provider="microsoft-legacy"))
        self.token(application, target)
        header = asked(application)[-1]["header"]
        self.assertEqual((header["alg"], sorted(header)), ("RS256", ["alg", "typ", "x5t"]))

    def test_comes_for_the_staged_next_certificate_where_the_provider_has_only_that(self):
        current, following = certificate(rsa, name="current"), certificate(other_rsa, name="next")
        application = registered(following)
        target = vault.create("target-systems", members(application, [
            {"certificate": current, "private_key": rsa.read_text()},
            {"certificate": following, "private_key": other_rsa.read_text()}]))
        self.token(application, target)
        tried = [one["header"]["x5t#S256"] for one in asked(application)]
        self.assertEqual(tried, [one["x5t_s256"] for one in target["client_certificates"]])

    def test_comes_for_a_certificate_that_was_issued_for_a_key_that_was_made_here(self):
        current = certificate(rsa, name="current")
        first = vault.create("target-systems", members("to come", [
            {"certificate": current, "private_key": rsa.read_text()}]))
        kept = {"id": first["client_certificates"][0]["id"]}
        path = f"{API}/target-systems/{first['id']}"
        prepared = vault.expect(200, vault.update("target-systems", first["id"], {
            "client_certificates": [kept], "client_keys": [{"generate": "rsa_2048"}]}))
        kid = prepared["client_keys"][0]["kid"]
        request = vault.http.get(path + "/certificate-request",
                                 query={"kid": kid, "common_name": "robots.example.org"})
        self.assertEqual(request.status, 200, request)
        self.assertIn("self-signature verify OK", subprocess.run(
            ["openssl", "req", "-in", file_with(request.body.decode()), "-noout", "-verify"],
            check=True, capture_output=True, text=True).stderr.replace("Certificate request ", ""))
        authority = world.pki
        issued = openssl("x509", "-req", "-in", file_with(request.body.decode()), "-days", "30",
                         "-CA", authority / "ca.pem", "-CAkey", authority / "ca.key",
                         "-CAcreateserial")
        application = registered(issued)
        done = vault.expect(200, vault.update("target-systems", first["id"], {
            "consumer_key": application, "client_certificates": [kept, {"certificate": issued}]}))
        self.assertEqual((done["client_keys"], len(done["client_certificates"])), ([], 2))
        self.assertEqual(done["client_certificates"][1]["subject"], "CN=robots.example.org")
        self.token(application, done)
        exported = vault.http.get(path + "/certificate",
                                  query={"certificate": done["client_certificates"][1]["id"]})
        self.assertEqual(exported.body.decode(), issued)


class BadInput(unittest.TestCase):
    def refused(self, given, at, words, first=()):
        answer = vault.http.post(f"{API}/target-systems", members("app", [*first, given]))
        self.assertEqual(
            (answer.status, answer.json.get("field")),
            (400, f"/client_certificates/{len(first)}/{at}"), answer)
        self.assertIn(words, answer.json["detail"])
        for canary in (PASSWORD, rsa.read_text().splitlines()[1]):
            self.assertNotIn(canary.encode(), answer.body)

    def pair(self, pem, key=None):
        return {"certificate": pem, "private_key": (key or rsa).read_text()}

    def test_a_certificate_that_is_no_use_is_refused_with_the_reason(self):
        good = certificate(rsa)
        elliptic = new_key("ec", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
        for given, words in (
                (self.pair(good, other_rsa), "does not belong"),
                (self.pair(dated_certificate(rsa, "20200101000000Z", "20210101000000Z")), "expired"),
                (self.pair(dated_certificate(rsa, "20900101000000Z", "20910101000000Z")),
                 "not valid yet"),
                (self.pair(certificate(rsa, "-addext", "keyUsage=keyEncipherment")), "digitalSignature"),
                (self.pair(certificate(elliptic), elliptic), "another kind"),
                (self.pair("garbage"), "not a certificate"),
                ({"certificate": good}, "private key"),
                ({"private_key": rsa.read_text()}, "one of the two"),
                (self.pair(good) | {"pkcs12": "AAAA"}, "one of the two")):
            with self.subTest(words):
                self.refused(given, "certificate", words)
        self.refused(self.pair(good), "certificate", "same", first=[self.pair(good)])

    def test_a_key_that_is_no_use_is_refused_with_the_reason(self):
        pem = certificate(rsa)
        locked = openssl("pkcs8", "-topk8", "-in", rsa, "-passout", f"pass:{PASSWORD}")
        for key, more, words in ((locked, {"password": "wrong"}, "password"),
                                 (locked, {}, "password"), ("garbage", {}, "private key"),
                                 (key_of_16_kbit(), {}, "8192")):
            with self.subTest(words):
                self.refused({"certificate": pem, "private_key": key} | more, "private_key", words)

    def test_a_container_that_is_no_use_is_refused_with_the_reason(self):
        pem = certificate(rsa)
        for given, words in (
                ({"pkcs12": pkcs12(pem, rsa), "password": "wrong"}, "password"),
                ({"pkcs12": pkcs12(pem, rsa)}, "password"),
                ({"pkcs12": "AAAA"}, "PKCS#12"),
                ({"pkcs12": "not base64!"}, "PKCS#12"),
                ({"pkcs12": THREE_KEYS, "password": "three"}, "more than one private key")):
            with self.subTest(words):
                self.refused(given, "pkcs12", words)

    def test_the_next_certificate_may_be_not_valid_yet_and_the_first_may_not(self):
        following = dated_certificate(other_rsa, "20900101000000Z", "20910101000000Z")
        pem = certificate(rsa)
        application = registered(pem)
        target = vault.create("target-systems", members(
            application, [self.pair(pem), self.pair(following, other_rsa)]))
        self.assertEqual(target["client_certificates"][1]["not_before"], "2090-01-01T00:00:00Z")
        self.assertEqual(vault.retrieve(vault.client(target)).status, 200)
        only = vault.update("target-systems", target["id"], {
            "client_certificates": [{"id": target["client_certificates"][1]["id"]}]})
        client = vault.client(vault.expect(200, only))
        answer = vault.retrieve(client)
        self.assertEqual((answer.status, answer.json["type"], answer.json["not_before"]),
                         (409, "/problems/client_certificate_expired", "2090-01-01T00:00:00Z"))
        looked_up = vault.reader_of(client).look_up(client)
        self.assertEqual((looked_up.status, looked_up.json["type"]),
                         (424, "/problems/client_certificate_expired"))

    def test_its_end_is_a_metric(self):
        target = vault.create("target-systems", members("22222222-2222-4333-8444-555555555555", [
            {"certificate": certificate(key := new_key("metric"), "-days", "5"),
             "private_key": key.read_text()}]))
        ends = calendar.timegm(time.strptime(target["client_certificates"][0]["not_after"],
                                             "%Y-%m-%dT%H:%M:%SZ"))
        server.stop()  # what is read each minute is read at the start, too
        server.start()
        vault.reconnect()
        name = 'strongroom_credential_expires_timestamp_seconds{target_system="%s",kind="certificate"}'
        lines = dict(line.rsplit(" ", 1) for line in server.metrics().splitlines()
                     if line.startswith("strongroom_credential"))
        self.assertEqual(float(lines[name % target["id"]]), ends)
        self.assertGreaterEqual(float(lines['strongroom_credentials_expiring{within="7d"}']), 1)

    def test_without_a_certificate_nothing_is_sent(self):
        target = vault.create("target-systems", members("app", [], client_keys=[
            {"generate": "rsa_2048"}]))
        answer = vault.retrieve(vault.client(target))
        self.assertEqual((answer.status, answer.json["type"]),
                         (409, "/problems/no_client_certificate"))
        tested = vault.http.post(f"{API}/target-systems/{target['id']}/test")
        self.assertIn("certificate", json.dumps(tested.json))

    def test_what_is_stored_stays_where_it_was_entered_for(self):
        #
        pem = certificate(rsa)
        target = vault.create("target-systems", members("app", [self.pair(pem)]))
        moved = vault.update("target-systems", target["id"], {
            "endpoint_parameters": {"cloud": front.about["hosts"][1]},
            "client_certificates": [{"id": target["client_certificates"][0]["id"]}]})
        self.assertEqual((moved.status, moved.json["field"]), (400, "/client_certificates/0/id"))
        elsewhere = vault.http.post(f"{API}/target-systems", members(
            "app", [self.pair(certificate(rsa, name="another"))],
            endpoint_parameters={"cloud": front.about["hosts"][1]}))
        self.assertEqual((elsewhere.status, elsewhere.json["type"], elsewhere.json["field"]),
                         (409, "/problems/client_key_in_use", "/client_certificates"))


class WhatMicrosoftRefuses(unittest.TestCase):
    def refused(self, target, cause, code, **client):
        answer = vault.retrieve(vault.client(target, **client))
        self.assertEqual((answer.json.get("cause"), answer.json.get("provider_code")),
                         (cause, code), answer)
        self.assertNotIn(b"AADSTS", answer.body)

    def test_is_told_by_its_number(self):
        #
        pem = certificate(rsa)
        given = [{"certificate": pem, "private_key": rsa.read_text()}]
        application = registered(pem)
        resource = "https://unknown.example.org/.default"
        for target, cause, code, client in (
                (members(registered(certificate(other_rsa)), given), "certificate_not_registered", 700027, {}),
                (members(application, given), "tenant_not_found", 90002, {"tenant": str(uuid.uuid4())}),
                (members(application, given, scopes=[resource]), "invalid_target", 500011, {}),
                (members(str(uuid.uuid4()), given), "application_not_found", 700016, {})):
            with self.subTest(code):
                self.refused(vault.create("target-systems", target), cause, code, **client)

    def test_secrets_too(self):
        #
        application = registered(secrets=[{"value": "the-living-secret"},
                                          {"value": "the-old-secret", "expired": True}])
        for secret, cause, code in (("the-old-secret", "secret_expired", 7000222),
                                    ("some-other-secret", "secret_wrong", 7000215)):
            with self.subTest(code):
                self.refused(vault.create("target-systems", members(
                    application, [], client_authentication="provider_default",
                    consumer_secret=secret)), cause, code)
        living = vault.create("target-systems", members(
            application, [], client_authentication="provider_default",
            consumer_secret="the-living-secret"))
        self.assertEqual(vault.retrieve(vault.client(living)).status, 200)


class Secrecy(unittest.TestCase):
    def test_neither_key_nor_password_comes_out_or_lies_on_the_disk(self):
        pem = certificate(rsa)
        target = vault.create("target-systems", members("app", [
            {"pkcs12": pkcs12(pem, rsa), "password": PASSWORD}]))
        path = f"{API}/target-systems/{target['id']}"
        raw = base64.b64decode(der_key(rsa))
        answers = [vault.http.get(path + end).body
                   for end in ("", "/jwks", "/certificate", "/certificate-request?common_name=x")]
        disk = [(server.data / name).read_bytes() for name in ("state.db", "state.db-wal")]
        for text in (*answers, *disk, server.log.encode()):
            for canary in (PASSWORD.encode(), raw[-64:], base64.b64encode(raw[-66:]),
                           *map(str.encode, rsa.read_text().splitlines()[2:4])):
                self.assertNotIn(canary, text)


class CommandLine(unittest.TestCase):
    def run_command(self, *words):
        key_file = world.directory / "certificates-admin.key"
        key_file.write_text(vault.key)
        env = {"STRONGROOM_URL": server.origin, "STRONGROOM_CA_FILE": str(server.ca_file),
               "STRONGROOM_KEY_FILE": str(key_file)}
        done = world.run(*words, env=env)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def shown(self, name):
        return json.loads(self.run_command("target-system", "show", name, "--output", "json"))

    def test_the_whole_life_of_a_certificate(self):
        pem = certificate(rsa)
        application = registered(pem)
        name = vault.name("by command")
        common = ("--provider", "microsoft", "--consumer-key", application,
                  "--client-authentication", "private_key_jwt", "--default-tenant",
                  front.about["tenants"][0], "--scope", front.about["resource"] + "/.default")
        container = file_with("", base64.b64decode(pkcs12(pem, rsa)))
        self.run_command("target-system", "create", name, *common, "--pkcs12-file", container,
                         "--client-certificate-password-file", file_with(PASSWORD + "\n"))
        self.assertEqual(self.run_command("target-system", "certificate", name), pem)
        first = self.shown(name)["client_certificates"][0]["id"]
        self.run_command("target-system", "update", name, "--keep-client-certificate", first,
                         "--generate-client-key", "rsa_2048", "--client-key-id", "next")
        request = self.run_command("target-system", "certificate-request", name,
                                   "--common-name", "robots", "--client-key-id", "next")
        issued = openssl("x509", "-req", "-in", file_with(request), "-days", "30", "-CA",
                         world.pki / "ca.pem", "-CAkey", world.pki / "ca.key", "-CAcreateserial")
        self.run_command("target-system", "update", name, "--keep-client-certificate", first,
                         "--client-certificate-file", file_with(issued))
        both = self.shown(name)["client_certificates"]
        self.assertEqual([one["subject"] for one in both], ["CN=robot,O=Example", "CN=robots"])
        self.assertEqual(self.run_command("target-system", "certificate", name, "--certificate",
                                          both[1]["id"]), issued)
        raw_certificate = file_with("", base64.b64decode(der(pem)))
        raw_key = file_with("", base64.b64decode(der_key(rsa)))
        self.run_command("target-system", "update", name, "--client-certificate-file",
                         raw_certificate, "--client-certificate-key-file", raw_key)
        self.assertEqual(len(self.shown(name)["client_certificates"]), 1)
