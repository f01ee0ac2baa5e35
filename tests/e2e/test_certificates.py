"""The server's own certificate: for which names, replaced while it serves, warned about in time."""
import json
import os
import shutil
import signal
import socket
import ssl
import unittest

import harness
import pki

QUICK = True


def setUpModule():
    global world
    world = harness.World()
    unittest.addModuleCleanup(world.close)


def place(origin):
    host, port = origin.removeprefix("https://").rsplit(":", 1)
    return host.strip("[]"), int(port)


def presented(server):
    return ssl.get_server_certificate(place(server.origin)).strip()


def with_own_certificate(name, **more):
    """A server with a certificate of its own, and the directory where that lies."""
    files = pki.make(world.directory / f"{name}-certificate", **more)
    server = harness.Strongroom(world, name=name, env={
        "STRONGROOM_SERVER__CERTIFICATE": str(files / "server.pem"),
        "STRONGROOM_SERVER__PRIVATE_KEY": str(files / "server.key")}).start()
    return server, files


def replace(files, renewed, keep_times=False):
    """Puts new files in the old ones' place; with the old times, only a signal tells of them."""
    for file in ("server.key", "server.pem"):
        times = os.stat(files / file)
        shutil.copy(renewed / file, files / file)
        if keep_times:
            os.utime(files / file, ns=(times.st_atime_ns, times.st_mtime_ns))


class OwnCertificate(unittest.TestCase):
    def test_new_files_are_noticed_without_a_restart(self):
        server, files = with_own_certificate("noticed")
        first = presented(server)
        self.assertEqual(first, (files / "server.pem").read_text().strip())
        replace(files, pki.make(world.directory / "noticed-renewed"))
        harness.wait_until(lambda: presented(server) != first, "the new certificate")
        server.stop()

    def test_a_hangup_gives_new_connections_the_new_certificate_and_leaves_open_ones(self):
        server, files = with_own_certificate("hangup")
        first = presented(server)
        open_before = harness.Client(server.origin, files / "ca.pem")
        self.assertEqual(open_before.get("/api/v1/whoami").status, 401)
        renewed = pki.make(world.directory / "hangup-renewed")
        replace(files, renewed, keep_times=True)
        server.process.send(signal.SIGHUP)
        harness.wait_until(lambda: "The certificate was read again." in server.log, "the reload")
        self.assertNotEqual(presented(server), first)
        new = harness.Client(server.origin, renewed / "ca.pem")
        self.assertEqual(new.get("/api/v1/whoami").status, 401)
        connection = open_before._connection.sock
        self.assertEqual(open_before.get("/api/v1/whoami").status, 401)
        self.assertIs(open_before._connection.sock, connection)
        self.assertEqual(ssl.DER_cert_to_PEM_cert(connection.getpeercert(True)).strip(), first)
        server.stop()

    def test_half_a_renewal_leaves_the_old_certificate_in_place(self):
        server, files = with_own_certificate("half")
        first = presented(server)
        shutil.copy(pki.make(world.directory / "half-renewed") / "server.pem", files / "server.pem")
        server.process.send(signal.SIGHUP)
        harness.wait_until(lambda: "the old one stays" in server.log, "the refusal")
        self.assertEqual(presented(server), first)
        server.stop()

    def test_the_log_warns_in_time_and_once(self):
        def warnings(server):
            return [line for line in map(json.loads, server.log.splitlines())
                    if "expires soon" in line["message"]]
        soon, _ = with_own_certificate("soon", days=20)
        self.assertEqual([line["level"] for line in warnings(soon)], ["warning"])
        self.assertIn("expires_at", warnings(soon)[0])
        soon.process.send(signal.SIGHUP)
        harness.wait_until(lambda: "The certificate was read again." in soon.log, "the reload")
        soon.stop()
        self.assertEqual(len(warnings(soon)), 1)
        later, _ = with_own_certificate("later", days=60)
        later.stop()
        self.assertEqual(warnings(later), [])

    def test_the_log_says_that_it_is_too_late(self):
        over, _ = with_own_certificate("over", days=0)
        over.stop()
        self.assertEqual(over.log.count("has expired; replace its files now"), 1)
        self.assertNotIn("expires soon", over.log)


    def test_its_ca_is_not_ours_to_give(self):
        server, files = with_own_certificate("configured")
        self.assertEqual(harness.Client(server.origin, files / "ca.pem").get("/api/v1/ca-certificate").status, 404)
        server.stop()


class LocalCertificate(unittest.TestCase):
    def test_anybody_may_have_the_certificate_of_the_local_ca_and_no_more_of_it(self):
        server = harness.Strongroom(world, name="public-ca").start()
        answer = server.client().get("/api/v1/ca-certificate")
        self.assertEqual((answer.status, answer.body), (200, server.ca_file.read_bytes()))
        self.assertEqual(answer.body.count(b"-----BEGIN"), 1)
        self.assertNotIn(b"PRIVATE KEY", answer.body)
        server.stop()

    def verified(self, server, name):
        """Whether a new connection vouches for `name`."""
        trust = ssl.create_default_context(cafile=server.ca_file)
        try:
            with socket.create_connection(place(server.origin)) as plain, \
                    trust.wrap_socket(plain, server_hostname=name):
                return True
        except ssl.SSLCertVerificationError:
            return False

    def greeting(self, server):
        """The addresses that the start message prints, in its order."""
        text = harness.wait_until(
            lambda: (said := server.process.output.read_text()).endswith("\n\n") and said,
            "the start message")
        shown = text.partition("Strongroom serves at")[2].partition("health and metrics")[0]
        return shown.split()

    def test_a_server_on_all_addresses_prints_and_certifies_each_of_them(self):
        server = harness.Strongroom(world, name="everywhere").start()
        self.assertEqual(self.greeting(server), [server.origin])
        self.assertFalse(self.verified(server, socket.gethostname()))
        server.stop()
        ca = server.ca_file.read_bytes()
        leaf = (server.data / "tls/server.crt").read_bytes()

        server.listen = "0.0.0.0:0"
        server.start()
        printed = self.greeting(server)
        self.assertEqual(place(printed[-1])[0], "127.0.0.1")
        self.assertEqual(len(printed), len(set(printed)))
        for address in printed:
            with self.subTest(address=address):
                self.assertEqual(
                    harness.Client(address, server.ca_file).get("/api/v1/whoami").status, 401)
        self.assertTrue(self.verified(server, socket.gethostname()))
        self.assertEqual(server.ca_file.read_bytes(), ca)
        self.assertNotEqual((server.data / "tls/server.crt").read_bytes(), leaf)
        server.stop()

        server.listen = "127.0.0.1:0"
        server.start()
        self.assertFalse(self.verified(server, socket.gethostname()))
        self.assertEqual(server.ca_file.read_bytes(), ca)
        server.stop()

    def test_a_public_address_is_printed_and_certified(self):
        server = harness.Strongroom(world, name="public", listen="0.0.0.0:0", env={
            "STRONGROOM_SERVER__PUBLIC_URL": "https://vault.example:8443"}).start()
        self.assertEqual(self.greeting(server), ["https://vault.example:8443"])
        self.assertTrue(self.verified(server, "vault.example"))
        server.stop()


if __name__ == "__main__":
    unittest.main()
