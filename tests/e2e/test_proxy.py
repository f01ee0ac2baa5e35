"""Providers behind a forward proxy: a real one, and ones that refuse, drop and lie."""
import pathlib
import unittest

import harness
from vault import Vault

CREDENTIALS = "robots:canary-proxy-password"
SECRET = "canary-consumer-secret"
# Words of a hostile proxy that must reach nobody.
FOREIGN = (b"words of the proxy", b"at-lie", b"canary-proxy-password", SECRET.encode())


def setUpModule():
    global world, hostile, proxy, proxies, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    proxy = world.tinyproxy(CREDENTIALS)
    proxies = world.hostile_proxies()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def endpoint(behaviour="good"):
    return hostile.about["token"] + behaviour


def client_through(url, **more):
    return vault.client_at(endpoint(), "key", SECRET, world=world, proxy=url, **more)


def asked_through(tiny, asking):
    before = len(tiny.connects())
    asking()
    return tiny.connects()[before:]


class ATargetSystemsOwnProxy(unittest.TestCase):
    def test_a_token_comes_through_it(self):
        client = client_through(proxy.url, proxy_credentials=CREDENTIALS)
        robot = vault.reader_of(client)
        connects = asked_through(proxy, lambda: self.assertEqual(robot.look_up(client).status, 200))
        port = hostile.about["origin"].rsplit(":", 1)[1]
        self.assertEqual(connects, [f"CONNECT 127.0.0.1:{port} HTTP/1.1"])

    def test_wrong_or_no_credentials_are_the_proxys_hop(self):
        for credentials in ("robots:wrong", None):
            with self.subTest(credentials=credentials):
                client = client_through(proxy.url, proxy_credentials=credentials)
                answer = vault.retrieve(client)
                self.assertEqual((answer.status, answer.json["cause"]),
                                 (503, "proxy_authentication"), answer)
                self.assertIn("credentials", answer.json["detail"])
                self.assertEqual(answer.json["who_must_act"], "operator")

    def test_its_credentials_go_in_and_never_come_out(self):
        client = client_through(proxy.url, proxy_credentials=CREDENTIALS)
        shown = vault.http.get(f"/api/v1/target-systems/{client['target_system']}")
        self.assertTrue(shown.json["has_proxy_credentials"])
        self.assertEqual(shown.json["proxy"], proxy.url)
        for text in (shown.body, server.process.errors.read_bytes(),
                     (server.data / "state.db").read_bytes(),
                     (server.data / "state.db-wal").read_bytes()):
            self.assertNotIn(b"canary-proxy-password", text)

    def test_another_proxy_holds_the_secrets_and_gets_no_credentials(self):
        client = client_through(proxy.url, proxy_credentials=CREDENTIALS)
        system = client["target_system"]
        changed = vault.update("target-systems", system, {"proxy": proxies["407"]})
        self.assertEqual(changed.status, 200, changed)
        self.assertTrue(changed.json["destination_held"])
        self.assertFalse(changed.json["has_proxy_credentials"])
        refused = vault.retrieve(client)
        self.assertEqual(refused.json["type"], "/problems/destination_held")
        back = vault.update("target-systems", system, {"proxy": "none"})
        self.assertTrue(back.json["destination_held"])

    def test_a_proxy_on_a_closed_address_is_refused(self):
        #
        client = vault.client_at("https://login.example.org/token", "key", SECRET, world=world,
                                 proxy=proxy.url, allowed_addresses=[])
        answer = vault.retrieve(client)
        self.assertEqual(answer.json["cause"], "address_policy", answer)
        self.assertIn("proxy", answer.json["detail"])

    def test_a_closed_endpoint_is_refused_behind_it_too(self):
        # A-104, E14
        for url in ("https://169.254.169.254/token", "https://[fd00:ec2::254]/token"):
            client = vault.client_at(url, "key", SECRET, world=world, proxy=proxy.url,
                                     proxy_credentials=CREDENTIALS)
            answer = vault.retrieve(client)
            self.assertEqual(answer.json["cause"], "address_policy", answer)

    def test_what_is_no_proxy_is_refused(self):
        members = {"name": "bad", "service_provider": "generic", "consumer_key": "key",
                   "token_endpoint": "https://login.example.org/token"}
        for field, more in (("/proxy", {"proxy": "socks5://127.0.0.1:1"}),
                            ("/proxy", {"proxy": "http://user:password@127.0.0.1:1"}),
                            ("/proxy_credentials", {"proxy_credentials": CREDENTIALS}),
                            ("/proxy_credentials",
                             {"proxy": "http://127.0.0.1:1", "proxy_credentials": "no colon"})):
            with self.subTest(more=more):
                answer = vault.http.post("/api/v1/target-systems", members | more)
                self.assertEqual((answer.status, answer.json["field"]), (400, field), answer)


class ATargetSystemsOwnTlsProxy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.proxy = world.tls_proxy()

    def through(self, here=None, **more):
        return (here or vault).client_at(endpoint(), "key", SECRET, world=world, proxy=self.proxy.url,
                                         **more)

    def test_the_trusted_ca_vouches_for_it_too(self):
        #
        client = self.through(trusted_ca_pem=world.ca_pem + self.proxy.ca_pem)
        connects = asked_through(self.proxy, lambda: self.assertEqual(
            vault.reader_of(client).look_up(client).status, 200))
        self.assertEqual(connects, [hostile.about["origin"].removeprefix("https://")])
        report = vault.http.post(f"/api/v1/target-systems/{client['target_system']}/test").json
        verdicts = {hop["hop"]: hop["verdict"] for hop in report["hops"]}
        self.assertEqual((verdicts["proxy"], verdicts["tls"], report["ok"]), ("passed", "passed", True))

    def test_without_its_ca_it_is_asked_for_nothing(self):
        #
        client = self.through()
        def refused():
            answer = vault.retrieve(client)
            self.assertEqual((answer.status, answer.json["cause"]), (503, "proxy"), answer)
            self.assertIn("certificate of the proxy", answer.json["detail"])
        self.assertEqual(asked_through(self.proxy, refused), [])

    def test_naming_the_servers_ca_takes_none_from_the_proxy(self):
        #
        env = {"STRONGROOM_HTTP__EXTRA_CA_FILE": str(self.proxy.ca_file)}
        started = harness.Strongroom(world, name="extra-ca-of-proxy", env=env).start()
        self.addCleanup(started.stop)
        here = Vault(started)
        client = self.through(here)
        asked = asked_through(self.proxy, lambda: self.assertEqual(here.retrieve(client).status, 200))
        self.assertEqual(len(asked), 1)

    def test_the_machines_proxy_is_not_for_a_target_system_to_vouch_for(self):
        #
        started = harness.Strongroom(world, name="tls-proxy-of-all",
                                     env={"STRONGROOM_HTTP__PROXY": self.proxy.url}).start()
        self.addCleanup(started.stop)
        here = Vault(started)
        client = here.client_at(endpoint(), "key", SECRET, world=world,
                                trusted_ca_pem=world.ca_pem + self.proxy.ca_pem)
        self.assertEqual(here.retrieve(client).json["cause"], "proxy")

    def test_another_trusted_ca_holds_the_secrets(self):
        client = self.through()
        changed = vault.update("target-systems", client["target_system"],
                               {"trusted_ca_pem": world.ca_pem + self.proxy.ca_pem})
        self.assertEqual((changed.status, changed.json["destination_held"]), (200, True), changed)


class HostileProxies(unittest.TestCase):
    def test_each_is_a_clear_problem_without_its_words(self):
        # What the impostor lets through is TLS, of somebody who is not trusted.
        precise = {"impostor": "tls_untrusted", "407": "proxy_authentication",
                   "403": "proxy_refused", "token-instead": "proxy_refused"}
        for name, url in proxies.items():
            with self.subTest(proxy=name):
                client = client_through(url)
                seen = len(hostile.requests())
                answer = vault.retrieve(client)
                cause = precise.get(name, "proxy")
                self.assertEqual((answer.status, answer.json["cause"]), (503, cause), answer)
                report = vault.http.post(f"/api/v1/target-systems/{client['target_system']}/test")
                self.assertEqual(report.json["failed_hop"], cause.split("_")[0], report)
                for text in FOREIGN:
                    self.assertNotIn(text, answer.body)
                    self.assertNotIn(text, report.body)
                self.assertEqual(len(hostile.requests()), seen)


class TheMachinesProxy(unittest.TestCase):
    def start(self, name, **settings):
        env = {f"STRONGROOM_HTTP__{key.upper()}": str(value) for key, value in settings.items()}
        started = harness.Strongroom(world, name=name, env=env).start()
        self.addCleanup(started.stop)
        return Vault(started)

    def credentials_file(self, mode=0o600):
        path = pathlib.Path(world.directory / f"proxy-credentials-{mode:o}")
        path.write_text(CREDENTIALS + "\n")
        path.chmod(mode)
        return path

    def test_it_is_used_for_all_but_what_is_excepted(self):
        here = self.start("by-proxy", proxy=proxy.url, no_proxy="127.0.0.2, .example.org",
                          proxy_credentials_file=self.credentials_file())
        client = here.client_at(endpoint(), "key", SECRET, world=world)
        asked = asked_through(proxy, lambda: self.assertEqual(here.retrieve(client).status, 200))
        self.assertEqual(len(asked), 1)
        direct = here.client_at(endpoint(), "key", SECRET, world=world, proxy="none")
        asked = asked_through(proxy, lambda: self.assertEqual(here.retrieve(direct).status, 200))
        self.assertEqual(asked, [])

    def test_what_is_excepted_goes_directly(self):
        here = self.start("excepted", proxy=proxies["drop"], no_proxy="127.0.0.0/8")
        client = here.client_at(endpoint(), "key", SECRET, world=world)
        self.assertEqual(here.retrieve(client).status, 200)

    def test_the_environments_proxy_is_not_looked_at(self):
        env = {name: proxies["drop"] for name in ("http_proxy", "https_proxy", "HTTPS_PROXY",
                                                  "all_proxy", "ALL_PROXY")}
        started = harness.Strongroom(world, name="environment", env=env).start()
        self.addCleanup(started.stop)
        here = Vault(started)
        client = here.client_at(endpoint(), "key", SECRET, world=world)
        self.assertEqual(here.retrieve(client).status, 200)

    def test_an_extra_ca_is_trusted_where_none_is_named(self):
        #
        here = self.start("extra-ca", extra_ca_file=world.pki / "ca.pem")
        client = here.client_at(endpoint(), "key", SECRET, world=world, trusted_ca_pem="")
        self.assertEqual(here.retrieve(client).status, 200)
        other = vault.client_at(endpoint(), "key", SECRET, world=world, trusted_ca_pem="")
        self.assertEqual(vault.retrieve(other).json["cause"], "tls_untrusted")

    def test_a_server_does_not_start_with_settings_that_make_no_sense(self):
        for name, settings in {
                "readable": {"proxy": proxy.url,
                             "proxy_credentials_file": self.credentials_file(0o644)},
                "missing": {"extra_ca_file": "/nonexistent.pem"},
                "no-url": {"proxy": "proxy.example:3128"}}.items():
            with self.subTest(name=name):
                env = {f"STRONGROOM_HTTP__{key.upper()}": str(value)
                       for key, value in settings.items()}
                broken = harness.Strongroom(world, name=name, env=env)
                process = broken.launch()
                self.assertNotEqual(process.child.wait(30), 0)
                self.assertNotIn("canary", process.tail())
