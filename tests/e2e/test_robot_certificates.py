"""Robots without a key: client certificates, as one configured CA made them, and revoked them."""
import unittest

import harness
import pki
from client_pair import Pair, openssl
from vault import API, LOOKUP, Vault

QUICK = True


class Authority:
    """A CA that can revoke."""

    def __init__(self, name, below=None):
        self.directory = pki.make(world.directory / name)
        if below:
            below.certify(self)
        (self.directory / "index.txt").touch()
        (self.directory / "crlnumber").write_text("01\n")
        (self.directory / "ca.cnf").write_text(
            "[ca]\ndefault_ca=here\n[here]\n"
            f"database={self.directory}/index.txt\ncrlnumber={self.directory}/crlnumber\n"
            "default_md=sha256\ndefault_crl_days=2\ncrl_extensions=list\n"
            # Of two CAs with one name only this tells whose list it is (RFC 5280 section 5.2.1).
            "[list]\nauthorityKeyIdentifier=keyid:always\n")
        self.crl_file = self.directory / "crl.pem"
        self.list()

    @property
    def ca_pem(self):
        return (self.directory / "ca.pem").read_text()

    @property
    def sha256(self):
        return openssl("x509", "-in", self.directory / "ca.pem", "-noout", "-fingerprint",
                       "-sha256").strip().split("=")[1]

    def _ca(self, *words):
        openssl("ca", "-config", self.directory / "ca.cnf", "-cert", self.directory / "ca.pem",
                "-keyfile", self.directory / "ca.key", *words)

    def certify(self, authority):
        """Makes it an intermediate CA of this one."""
        directory = authority.directory
        openssl("req", "-new", "-key", directory / "ca.key", "-subj", "/CN=" + directory.name,
                "-out", directory / "ca.csr")
        (directory / "ca.ext").write_text("basicConstraints=critical,CA:TRUE\n"
                                          "keyUsage=critical,keyCertSign,cRLSign\n"
                                          "subjectKeyIdentifier=hash\n")
        openssl("x509", "-req", "-in", directory / "ca.csr", "-days", "2",
                "-CA", self.directory / "ca.pem", "-CAkey", self.directory / "ca.key",
                "-CAcreateserial", "-extfile", directory / "ca.ext", "-out", directory / "ca.pem")

    def list(self):
        """Written beside it and moved: nobody reads half a list."""
        new = self.crl_file.with_suffix(".new")
        self._ca("-gencrl", "-out", new)
        new.rename(self.crl_file)

    def revoke(self, certificate_file):
        self._ca("-revoke", certificate_file)
        self.list()

    def pair(self, name, **more):
        return Pair(self.directory, name, self.directory, **more)


def setUpModule():
    global world, server, vault, hostile, ours, theirs
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    ours, theirs = Authority("ours"), Authority("theirs")
    (world.directory / "cas.pem").write_text(ours.ca_pem + theirs.ca_pem)
    (world.directory / "crls.pem").write_text("")
    write_lists()
    server = harness.Strongroom(world, env={
        "STRONGROOM_SERVER__CLIENT_CA_FILE": str(world.directory / "cas.pem"),
        "STRONGROOM_SERVER__CLIENT_CRL_FILE": str(world.directory / "crls.pem")}).start()
    vault = Vault(server)


def write_lists(*more):
    new = world.directory / "crls.new"
    new.write_text("".join(one.crl_file.read_text() for one in (ours, theirs, *more)))
    new.rename(world.directory / "crls.pem")


def identity(robot, authority=None, **name):
    members = {"kind": "certificate", "ca_sha256": (authority or ours).sha256} | name
    return vault.expect(201, vault.http.post(f"{API}/robots/{robot.id}/identities", members))


class Certificates(unittest.TestCase):
    def setUp(self):
        self.client = vault.client_at(hostile.about["token"] + "good", world=world)
        self.robot = vault.reader_of(self.client)

    def ask(self, pair, key=None):
        http = server.client(key, pair=pair)
        self.addCleanup(http.close)
        return http.get(LOOKUP, query=self.client["question"])

    def test_a_certificate_is_known_by_subject_uri_or_dns_name(self):
        pair = ours.pair("reader", alternative_name="reader.example,URI:spiffe://example/reader")
        for name in ({"subject": "CN=reader,O=Example"}, {"san_uri": "spiffe://example/reader"},
                     {"san_dns": "reader.example"}):
            with self.subTest(name=name):
                made = identity(self.robot, **name)
                self.assertEqual(self.ask(pair).status, 200)
                event = vault.audit_events(action="token.handed_out", actor_id=self.robot.id)
                self.assertEqual(event["items"][0]["event"]["key_id"], made["id"])
                vault.delete(f"robots/{self.robot.id}/identities", made["id"])
                self.assertEqual(self.ask(pair).status, 401)

    def test_the_same_name_by_another_ca_is_another_certificate(self):
        identity(self.robot, subject="CN=twin,O=Example")
        self.assertEqual(self.ask(ours.pair("twin")).status, 200)
        self.assertEqual(self.ask(theirs.pair("twin")).status, 401)  # a CA that is configured too
        unknown = Authority(vault.name("unknown"))
        self.assertEqual(self.ask(unknown.pair("twin")).status, 401)
        self.assertEqual(self.ask(Pair(world.directory, "twin")).status, 401)  # self-signed

    def test_a_certificate_for_servers_is_none_for_clients(self):
        identity(self.robot, subject="CN=server,O=Example")
        self.assertEqual(self.ask(ours.pair("server", usage="serverAuth")).status, 401)

    def test_none_is_needed_and_a_key_that_is_sent_counts_alone(self):
        identity(self.robot, subject="CN=both,O=Example")
        pair = ours.pair("both")
        self.assertEqual(self.robot.look_up(self.client).status, 200)
        self.assertEqual(self.ask(pair, vault.robot().key).status, 404)
        self.assertEqual(self.ask(pair, "srk_robot_wrong").status, 401)
        self.assertEqual(self.ask(None).status, 401)

    def test_a_wrong_certificate_keeps_nobody_from_the_console_s_api(self):
        http = server.client(vault.key, pair=Pair(world.directory, "browser"))
        self.addCleanup(http.close)
        self.assertEqual(http.get(f"{API}/whoami").status, 200)

    def test_revocation_ends_it_on_connections_that_are_open_too(self):
        identity(self.robot, subject="CN=leaving,O=Example")
        pair = ours.pair("leaving")
        http = server.client(pair=pair)
        self.addCleanup(http.close)
        self.assertEqual(http.get(LOOKUP, query=self.client["question"]).status, 200)
        ours.revoke(pair.certificate_file)
        write_lists()
        harness.wait_until(
            lambda: http.get(LOOKUP, query=self.client["question"]).status == 401,
            "the list is read again", pause=1)
        self.assertEqual(self.ask(pair).status, 401)
        self.assertEqual(self.ask(pair).status, 401)

    def test_so_does_revocation_of_the_ca_between(self):
        between = Authority("between", below=ours)
        pair = between.pair("below")
        chain = pair.certificate_file.with_suffix(".chain")
        chain.write_text(pair.certificate + between.ca_pem)
        pair.certificate_file = chain  # what a client sends is the chain without its root
        identity(self.robot, subject="CN=below,O=Example")
        write_lists(between)
        harness.wait_until(lambda: self.ask(pair).status == 200, "the lists are read", pause=1)
        ours.revoke(between.directory / "ca.pem")
        write_lists(between)
        harness.wait_until(lambda: self.ask(pair).status == 401, "they are read again", pause=1)

    def test_what_is_wrong_is_named(self):
        for more, field in (({"ca_sha256": "ab"}, "/ca_sha256"), ({}, "/subject"),
                            ({"subject": "CN=a", "san_dns": "a.example"}, "/subject"),
                            ({"subject": "CN=a", "issuer": "https://a.example"}, "/issuer")):
            with self.subTest(field=field):
                members = {"kind": "certificate", "ca_sha256": ours.sha256} | more
                answer = vault.http.post(f"{API}/robots/{self.robot.id}/identities", members)
                self.assertEqual((answer.status, answer.json["field"]), (400, field), answer)


class Settings(unittest.TestCase):
    def test_a_file_that_holds_no_ca_keeps_the_server_from_starting(self):
        (world.directory / "empty.pem").write_text("nothing\n")
        wrong = harness.Strongroom(world, name="wrong", env={
            "STRONGROOM_SERVER__CLIENT_CA_FILE": str(world.directory / "empty.pem")})
        process = wrong.launch()
        harness.wait_until(lambda: not process.running(), "it ends")
        self.assertIn("CAs", wrong.log)


if __name__ == "__main__":
    unittest.main()
