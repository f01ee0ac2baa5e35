"""People at the edges: nobody locks everybody out, and names are names, whatever they look like."""
import unittest

import harness
from person import Person
from vault import API, LOOKUP, Vault

QUICK = True
PATHS = ("../../etc/passwd", "..", "../admin", "a/../../b", "..\\..\\x", "%2e%2e%2fadmin", "/etc/passwd", "./x",
         "name/", "//x")


def setUpModule():
    global world
    world = harness.World()
    unittest.addModuleCleanup(world.close)


def problem(answer):
    return answer.status, answer.json["type"].removeprefix("/problems/")


class LockedOut(unittest.TestCase):
    """Of everybody who may do everything, one is left: in a group, by its role."""

    def setUp(self):
        self.server = harness.Strongroom(world, name=self._testMethodName).start()
        self.addCleanup(self.server.stop)
        first = Person.administrator(self.server)
        made = first.post("/users", {"name": "last"}).json
        self.own_id = made["id"]
        self.group = first.post("/groups", {"name": "Administrators"}).json["id"]
        self.role = first.post(f"/groups/{self.group}/roles", {"role": "Administrator"}).json["id"]
        self.assertEqual(first.request("PUT", f"/groups/{self.group}/members/{self.own_id}").status, 204)
        self.last = Person(self.server)
        self.assertEqual(self.last.sign_in("last", made["initial_password"]).status, 200)
        self.assertEqual(self.last.change_password(made["initial_password"]).status, 200)
        gone = self.last.request("DELETE", f"/users/{first.session['user']['id']}")
        self.assertEqual(gone.status, 204)

    def refused(self, method, path, data=None):
        with self.subTest(request=f"{method} {path}"):
            self.assertEqual(problem(self.last.request(method, path, data)), (409, "last_administrator"))
            self.assertEqual(self.last.get("/users").status, 200)

    def test_no_change_of_groups_roles_or_users_leaves_nobody(self):
        self.refused("DELETE", f"/groups/{self.group}/roles/{self.role}")
        self.refused("DELETE", f"/groups/{self.group}/members/{self.own_id}")
        self.refused("DELETE", f"/groups/{self.group}")
        self.refused("DELETE", f"/users/{self.own_id}")
        self.refused("PATCH", f"/users/{self.own_id}", {"disabled": True})

    def test_a_role_with_everything_that_can_be_edited_is_no_administrator(self):
        # Whoever edits it could take from it what editing needs.
        every = self.last.get("/session").json["permissions"]
        own = self.last.post("/roles", {"name": "Everything", "permissions": every}).json["id"]
        self.assertEqual(self.last.post(f"/groups/{self.group}/roles", {"role": own}).status, 201)
        self.refused("DELETE", f"/groups/{self.group}/roles/{self.role}")
        found = self.last.get("/roles").json["items"]
        built_in = next(role for role in found if role["name"] == "Administrator")
        changed = self.last.request("PATCH", f"/roles/{built_in['id']}", {"permissions": ["view"]},
                                    headers={"If-Match": f'"{built_in["revision"]}"'})
        self.assertEqual(problem(changed), (409, "built_in"))
        self.assertEqual(problem(self.last.request("DELETE", f"/roles/{built_in['id']}")), (409, "built_in"))

    def test_somebody_without_a_password_or_disabled_is_nobody_to_leave_it_to(self):
        for members in ({"password": False}, {"disabled": True}):
            made = self.last.post("/users", {"name": f"no {len(members)} {[*members]}"} | members).json
            joined = self.last.request("PUT", f"/groups/{self.group}/members/{made['id']}")
            self.assertEqual(joined.status, 204)
        self.refused("DELETE", f"/groups/{self.group}/members/{self.own_id}")

    def test_a_role_that_allows_nothing_of_it_does_not_lock_out_either(self):
        # Roles add up: one that allows little takes nothing away.
        self.assertEqual(self.last.post(f"/groups/{self.group}/roles", {"role": "Viewer"}).status, 201)
        self.assertEqual(self.last.get("/users").status, 200)
        empty = self.last.post("/roles", {"name": "Nothing", "permissions": []})
        self.assertEqual((empty.status, empty.json["field"]), (400, "/permissions"))


class Names(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = harness.Strongroom(world, name="names").start()
        cls.addClassCleanup(cls.server.stop)
        cls.vault = Vault(cls.server)
        cls.hostile = world.hostile()

    def test_those_that_look_like_paths_are_kept_letter_by_letter_or_refused_by_name(self):
        before = {path for path in world.directory.rglob("*") if "/tls/" not in str(path)}
        for collection, more in (("users", {"password": False}), ("groups", {}), ("projects", {}),
                                 ("roles", {"permissions": ["view"]}), ("api-keys", {"permissions": ["view"]})):
            for name in PATHS:
                with self.subTest(collection=collection, name=name):
                    answer = self.vault.http.post(f"{API}/{collection}", {"name": name} | more)
                    if answer.status == 400:
                        self.assertEqual(answer.json["field"], "/name")
                        continue
                    self.assertEqual((answer.status, answer.json["name"]), (201, name))
                    again = self.vault.get(collection, answer.json["id"])
                    self.assertEqual(again["name"], name)
        after = {path for path in world.directory.rglob("*") if "/tls/" not in str(path)}
        self.assertEqual({str(path) for path in after - before}, set())

    def test_a_robot_is_under_no_path_but_its_own(self):
        client = self.vault.client_at(self.hostile.about["token"] + "good", world=world)
        secret = self.vault.robot("Reader", "sales")
        self.vault.grant(client, secret)
        runner = self.vault.robot("Machine", "machines", kind="runner", serves=["finance"])
        for name in PATHS + ("../sales/Reader", "finance/../sales/Reader"):
            with self.subTest(name=name):
                made = self.vault.http.post(f"{API}/robots", {"project": self.vault.project["id"], "name": name,
                                                              "path": "finance"})
                self.assertIn(made.status, (201, 400))
                if made.status == 400:
                    self.assertEqual(made.json["field"], "/name")
                for asked in (f"finance/{name}", name):
                    answer = runner.http.get(LOOKUP, query=client["question"],
                                             headers={"X-Strongroom-Robot": asked})
                    self.assertEqual(answer.status, 404, asked)

    def test_paths_with_steps_back_are_no_paths(self):
        client = self.vault.client_at(self.hostile.about["token"] + "good", world=world)
        for path in ("../sales", "finance/../sales", "..", "finance/..", "finance//x"):
            with self.subTest(path=path):
                made = self.vault.http.post(f"{API}/robots", {
                    "project": self.vault.project["id"], "name": self.vault.name("robot"), "path": path})
                self.assertEqual((made.status, made.json.get("field")), (400, "/path"))
                rule = self.vault.http.post(f"{API}/robot-access", {
                    "oauth_client": client["id"], "path_pattern": path + "/*"})
                self.assertEqual((rule.status, rule.json.get("field")), (400, "/path_pattern"))


if __name__ == "__main__":
    unittest.main()
