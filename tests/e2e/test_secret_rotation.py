"""Two secrets side by side while one is replaced, and when they are over."""
import json
import time
import unittest

import harness
from vault import Vault

QUICK = True


def setUpModule():
    global world, hostile, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def secrets_of(system):
    return vault.get("target-systems", system["id"])["consumer_secrets"]


def refused_and_accepted(lane, *behaviours):
    return hostile.script(lane, *behaviours)


class Rotation(unittest.TestCase):
    def system(self, *secrets, **more):
        endpoint = refused_and_accepted(self.id(), "only?secret=current")
        return vault.target_system(endpoint, "key", "unused", world=world,
                                   client_authentication="client_secret_post",
                                   consumer_secrets=[{"value": one} for one in secrets]) | more

    def events(self, system):
        events = vault.audit_events(action="target_system.secret_dropped")["items"]
        return [one["event"] for one in events if one["event"]["subject_id"] == system["id"]]

    def test_the_old_one_is_dropped_when_the_new_one_was_accepted(self):
        system = self.system("current", "former")
        before = secrets_of(system)
        client = vault.client(system)
        self.assertEqual(vault.retrieve(client).status, 200)
        after = secrets_of(system)
        self.assertEqual([one["id"] for one in after], [before[0]["id"]])
        said = [line for line in map(json.loads, server.log.splitlines())
                if "older consumer secret was deleted" in line["message"]]
        self.assertIn(system["id"], [line["target_system"] for line in said])
        self.assertIsNotNone(after[0]["accepted_at"])
        event = self.events(system)[0]
        self.assertEqual((event["actor"]["kind"] if "actor" in event else event["actor_kind"],
                          event["reason"], event["fields"]),
                         ("server", "newer_accepted", ["consumer_secrets"]))
        self.assertEqual(vault.reader_of(client).look_up(client).status, 200)

    def test_as_long_as_the_new_one_is_refused_the_old_one_serves_and_is_tried_first(self):
        #
        system = self.system("future", "current")
        client = vault.client(system)
        path = hostile.about["token"].replace(hostile.about["origin"], "") + f"scripted/{self.id()}"
        self.assertEqual(vault.retrieve(client).status, 200)
        self.assertEqual(len(hostile.requests(path)), 2)
        kept = secrets_of(system)
        self.assertEqual([one["accepted_at"] is None for one in kept], [True, False])
        self.assertEqual(vault.retrieve(client).status, 200)
        self.assertEqual(len(hostile.requests(path)), 3)
        self.assertEqual(self.events(system), [])
        # The day comes at which the provider takes the new one alone.
        hostile.script(self.id(), "only?secret=future")
        self.assertEqual(vault.retrieve(client).status, 200)
        self.assertEqual(len(secrets_of(system)), 1)

    def test_dropping_is_a_change_that_others_notice(self):
        system = self.system("current", "former")
        read = vault.http.get(f"/api/v1/target-systems/{system['id']}")
        self.assertEqual(vault.retrieve(vault.client(system)).status, 200)
        late = vault.http.request("PATCH", f"/api/v1/target-systems/{system['id']}",
                                  {"description": "late"}, headers={"If-Match": read.headers["ETag"]})
        self.assertEqual(late.status, 412)
        self.assertEqual(vault.update("target-systems", system["id"], {"description": "d"}).status, 200)


class Expiry(unittest.TestCase):
    def test_dates_are_metrics(self):
        soon = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 5 * 86400))
        system = vault.target_system(hostile.about["token"] + "good", "key", "unused", world=world,
                                     consumer_secrets=[{"value": "a", "expires_on": soon}])
        keys = vault.target_system(hostile.about["token"] + "good", "key", "unused", world=world,
                                   consumer_secrets=[{"value": "a", "expires_on": "2020-02-29"}],
                                   client_keys=[{"generate": "p256", "expires_on": "2099-12-31"}])
        server.stop()  # what is read each minute is read at the start, too
        server.start()
        vault.reconnect()
        lines = dict(line.rsplit(" ", 1) for line in server.metrics().splitlines()
                     if line.startswith("strongroom_credential"))
        name = 'strongroom_credential_expires_timestamp_seconds{target_system="%s",kind="%s"}'
        self.assertAlmostEqual(float(lines[name % (system["id"], "secret")]),
                               time.time() + 5 * 86400, delta=86400)
        self.assertEqual(float(lines[name % (keys["id"], "key")]), 4102358400)
        self.assertEqual(float(lines[name % (keys["id"], "secret")]), 1582934400)
        counts = {within: float(lines['strongroom_credentials_expiring{within="%s"}' % within])
                  for within in ("expired", "7d", "30d")}
        self.assertEqual(counts, {"expired": 1, "7d": 2, "30d": 2})


if __name__ == "__main__":
    unittest.main()
