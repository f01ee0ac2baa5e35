"""A group of 100,000 people: who is in it is told page by page, and nobody's requests wait for its size.

bench/fill_people.cc makes them, through the services of identity.
"""
import statistics
import subprocess
import time
import unittest

import closing
import harness
from vault import API, Vault

PEOPLE = 100_000
FILL = harness.BINARY.parent / "bench/strongroom_fill"
TIMES = 41      # requests of which the middle one is compared
TOLERANCE = 5   # times as long as on a server without people, which the machine's noise explains
GRACE = 0.005   # seconds


def setUpModule():
    global world
    world = harness.World()
    unittest.addModuleCleanup(world.close)


def fill(data):
    if not FILL.exists():
        raise harness.HarnessError(f"{FILL} is not built: run ./dev test")
    subprocess.run([FILL, "--data", data, "--requests", world.directory / "requests", "--clients", "0",
                    "--robots", "1", "--systems", "1", "--users", str(PEOPLE)], check=True)


class Place:
    """A server, and somebody who is in one of its groups."""

    def __init__(self, name, member):
        self.server = harness.Strongroom(world, name=name)
        if member:
            fill(self.server.data)
        self.vault = Vault(self.server.start())
        if not member:
            member = "user 0"
            user = self.vault.create("users", {"name": member, "password": False})
            group = self.vault.create("groups", {"name": "Everybody"})
            self.vault.create(f"groups/{group['id']}/roles", {"role": "Viewer"})
            self.vault.expect(204, self.vault.http.request("PUT", f"{API}/groups/{group['id']}/members/{user['id']}"))
        self.group = self.vault.find("groups", "Everybody")
        made = world.run("api-key", "create", "--data", self.server.data, "--user", member, "--permission", "view")
        self.member = self.server.client(made.stdout.split()[-1])

    def seconds(self, http, path, **query):
        """How long this takes, in the middle of many times."""
        taken = []
        for _ in range(TIMES):
            start = time.monotonic()
            self.vault.expect(200, http.get(API + path, query=query))
            taken.append(time.monotonic() - start)
        return statistics.median(taken)


class ManyPeople(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.few, cls.many = Place("few", None), Place("many", f"user {PEOPLE - 1}")

    def members(self, page, size=100):
        return self.many.vault.list(f"groups/{self.many.group['id']}/members", page=page, page_size=size)

    def test_requests_take_as_long_as_with_few(self):
        told = []
        for path in ("/whoami", "/projects", "/oauth-clients"):
            few, many = (place.seconds(place.member, path) for place in (self.few, self.many))
            told.append(f"{path[1:]} {many * 1000:.1f} ms ({few * 1000:.1f} with one)")
            with self.subTest(path=path):
                self.assertLess(many, few * TOLERANCE + GRACE)
        pages = self.many.seconds(self.many.vault.http, f"/groups/{self.many.group['id']}/members", page_size=100)
        users = self.many.seconds(self.many.vault.http, "/users", page_size=100)
        closing.line(f"many people: {PEOPLE} " + ", ".join(told) +
                     f", a page of members {pages * 1000:.0f} ms, of users {users * 1000:.0f} ms")
        self.assertLess(max(pages, users), 5)

    def test_everybody_is_on_one_page_and_on_one_alone(self):
        self.assertEqual(self.many.vault.get("groups", self.many.group["id"])["members"], PEOPLE)
        pages = [self.members(page) for page in (1, 2, PEOPLE // 100)]
        self.assertEqual({(page["total"], len(page["items"])) for page in pages}, {(PEOPLE, 100)})
        self.assertEqual(len({one["user"]["id"] for page in pages for one in page["items"]}), 300)
        self.assertEqual(self.members(PEOPLE // 100 + 1)["items"], [])
        found = self.many.vault.list("users", filter=f"user {PEOPLE - 1}")
        self.assertEqual([one["name"] for one in found["items"]], [f"user {PEOPLE - 1}"])

    def test_one_who_comes_or_goes_leaves_the_others_as_they_are(self):
        vault, path = self.many.vault, f"{API}/groups/{self.many.group['id']}/members/"
        user = vault.create("users", {"name": vault.name("late"), "password": False})
        for method, members in (("PUT", PEOPLE + 1), ("DELETE", PEOPLE)):
            self.assertEqual(vault.http.request(method, path + user["id"]).status, 204)
            self.assertEqual(self.members(1)["total"], members)
            self.assertEqual(self.many.member.get(f"{API}/projects").status, 200)

    def test_when_the_group_is_deleted_its_rights_are_gone_at_once(self):  # runs last: methods go by name
        self.assertEqual(self.many.member.get(f"{API}/projects").status, 200)
        self.assertEqual(self.many.vault.delete("groups", self.many.group["id"]).status, 204)
        self.assertEqual(self.many.member.get(f"{API}/projects").status, 403)
        self.many.server.restart()
        member = self.many.server.client(self.many.member.key)
        self.assertEqual(member.get(f"{API}/projects").status, 403)


if __name__ == "__main__":
    unittest.main()
