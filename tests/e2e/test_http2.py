"""Providers that speak HTTP/2: the same tokens, and the same limits."""
import unittest

import harness
from vault import Vault


def setUpModule():
    global provider, vault, world
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    provider = world.http2_provider()
    vault = Vault(harness.Strongroom(world).start())


class Http2(unittest.TestCase):
    def test_it_is_spoken_where_it_is_offered(self):
        client = vault.client_at(provider.about["token"] + "good", world=world)
        answer = vault.reader_of(client).look_up(client)
        self.assertEqual((answer.status, answer.json["scope"]), (200, "http-2.0"), answer)
        report = vault.http.post(f"/api/v1/target-systems/{client['target_system']}/test")
        self.assertEqual(report.json["http_version"], "2", report)

    def test_limits_hold(self):
        #
        # What is larger than an HTTP/2 library takes ends the connection before we have seen it.
        for behaviour, causes in (("megabytes", {"oversized"}), ("reset", {"interrupted"}),
                                  ("huge-header", {"oversized", "interrupted"})):
            with self.subTest(behaviour=behaviour):
                client = vault.client_at(provider.about["token"] + behaviour, world=world)
                answer = vault.retrieve(client)
                self.assertEqual(answer.status, 503, answer)
                self.assertIn(answer.json["cause"], causes, answer)
