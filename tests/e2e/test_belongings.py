"""Somebody leaves: what is theirs is found, and handed over."""
import unittest

import harness
from vault import API, Vault

QUICK = True


def setUpModule():
    global world, server, vault, hostile
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def user(name, email):
    return vault.create("users", {"name": name, "email": email, "full_name": name.title()})


def belongings(one):
    return vault.expect(200, vault.http.get(f"{API}/users/{one['id']}/belongings"))


def reassign(one, to):
    return vault.http.post(f"{API}/users/{one['id']}/belongings/reassign", {"to": to["id"]})


class Leaving(unittest.TestCase):
    def test_what_somebody_owns_goes_to_somebody_else(self):
        ada, bob = user("ada", "ada@example.org"), user("bob", "bob@example.org")
        owner = {"name": "Ada", "email": "Ada@Example.ORG"}
        system = vault.target_system(hostile.about["token"] + "good", "id", "secret", world=world,
                                     owner=owner)
        client = vault.client(system, owner=owner)
        secret = vault.secret(system, owner=owner)
        robot = vault.reader_of(client)
        self.assertEqual(robot.look_up(client).status, 200)
        mine = belongings(ada)
        self.assertEqual([one["id"] for one in mine["target_systems"]], [system["id"]])
        self.assertEqual([one["id"] for one in mine["oauth_clients"]], [client["id"]])
        self.assertEqual([one["id"] for one in mine["secrets"]], [secret["id"]])
        self.assertEqual(belongings(bob)["oauth_clients"], [])
        done = reassign(ada, bob)
        self.assertEqual((done.status, done.json), (200, {"target_systems": 1, "oauth_clients": 1, "secrets": 1}))
        self.assertEqual((belongings(ada)["target_systems"], belongings(ada)["secrets"]), ([], []))
        self.assertEqual(vault.get("secrets", secret["id"])["owner"]["email"], "bob@example.org")
        self.assertEqual(vault.get("oauth-clients", client["id"])["owner"],
                         {"name": "Bob", "email": "bob@example.org"})
        self.assertEqual(robot.look_up(client).status, 200)

    def test_goes_to_no_one_who_cannot_be_asked(self):
        leaver, nobody = user("eve", "eve@example.org"), user("none", "")
        for to in (leaver, nobody, {"id": "00000000-0000-4000-8000-000000000000"}):
            answer = reassign(leaver, to)
            self.assertEqual((answer.status, answer.json["field"]), (400, "/to"))


if __name__ == "__main__":
    unittest.main()
