"""Users, groups and roles: who may do what where, and what becomes of it when it is taken away."""
import subprocess
import sys
import unittest

import harness
from person import Person
from vault import API, Vault

QUICK = True


def setUpModule():
    global world
    world = harness.World()
    unittest.addModuleCleanup(world.close)


def problem(answer):
    return answer.status, answer.json["type"].removeprefix("/problems/")


class People(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = harness.Strongroom(world, name=cls.__name__).start()
        cls.addClassCleanup(cls.server.stop)
        cls.vault = Vault(cls.server)
        cls.admin = Person.administrator(cls.server)
        cls.other = cls.vault.create("projects", {"name": "Other"})

    def user(self, name, **more):
        """A user who has signed in and chosen a password."""
        made = self.vault.create("users", {"name": name} | more)
        person = Person(self.server)
        self.assertEqual(person.sign_in(name, made["initial_password"]).status, 200)
        self.assertEqual(person.change_password(made["initial_password"]).status, 200)
        person.id = made["id"]
        return person

    def group(self, *roles):
        """A group with these roles: a name, or a name and a project's name."""
        group = self.vault.create("groups", {"name": self.vault.name("group")})
        for role, project in roles:
            self.vault.create(f"groups/{group['id']}/roles", {"role": role, "project": project})
        return group["id"]

    def put(self, person, *groups):
        for group in groups:
            answer = self.vault.http.request("PUT", f"{API}/groups/{group}/members/{person.id}")
            self.assertEqual(answer.status, 204, answer)

    def test_a_new_user_may_do_nothing_until_a_group_gives_a_role(self):
        person = self.user("nobody", full_name="No Body", email="nobody@example.org")
        session = person.get("/session").json
        self.assertEqual((session["permissions"], session["everywhere"], session["projects"]),
                         ([], [], []))
        self.assertEqual(session["user"]["email"], "nobody@example.org")
        self.assertEqual(problem(person.get("/projects")), (403, "permission_denied"))
        self.put(person, self.group(("Viewer", None)))
        self.assertEqual(person.get("/projects").status, 200)
        self.assertEqual(person.get("/session").json["everywhere"], ["view"])

    def test_a_role_in_a_project_is_a_role_nowhere_else(self):
        person = self.user("developer")
        self.put(person, self.group(("Developer", "Other")))
        self.assertEqual([one["name"] for one in person.get("/projects").json["items"]], ["Other"])
        made = person.post("/robots", {"project": "Other", "name": "mine"})
        self.assertEqual(made.status, 201, made)
        foreign = self.vault.robot(name="foreign")
        self.assertEqual(problem(person.get(f"/robots/{foreign.id}")), (404, "not_found"))
        refused = person.post("/robots", {"project": self.vault.project["id"], "name": "there"})
        self.assertEqual((refused.status, refused.json["field"]), (400, "/project"))
        refused = person.post("/target-systems", {"name": "global", "service_provider": "generic"})
        self.assertIn(refused.status, (400, 403))
        self.assertEqual(problem(person.post("/projects", {"name": "third"})),
                         (403, "permission_denied"))
        # What is in a role of the project alone is held somewhere, and shown so.
        session = person.get("/session").json
        self.assertEqual(session["everywhere"], [])
        self.assertIn("configure", session["permissions"])
        self.assertEqual([one["name"] for one in session["projects"]], ["Other"])

    def test_what_somebody_has_in_a_project_is_shown_to_who_sees_the_project(self):
        hidden = self.vault.create("projects", {"name": self.vault.name("hidden")})
        person = self.user("of-two-projects")
        group = self.group(("Developer", "Other"), ("Operator", hidden["name"]), ("Viewer", None))
        self.put(person, group)
        manager = self.user("of-one-project")
        self.put(manager, self.group(("Project administrator", "Other")))

        def shown(reader):
            of_group = reader(f"/groups/{group}").json["roles"]
            listed = next(one for one in reader("/groups", query={"page_size": 1000}).json["items"]
                          if one["id"] == group)
            self.assertEqual(listed["roles"], of_group)
            grants = reader(f"/users/{person.id}").json["grants"]
            return ({one["project"] and one["project"]["name"] for one in of_group},
                    {one["name"] for one in grants["projects"]}, set(grants["permissions"]))
        everything = shown(lambda path, **more: self.vault.http.get(API + path, **more))
        self.assertEqual(everything[0], {None, "Other", hidden["name"]})
        self.assertEqual(everything[1], {"Other", hidden["name"]})
        self.assertIn("kill", everything[2])
        part = shown(manager.get)
        self.assertEqual(part[:2], ({None, "Other"}, {"Other"}))
        self.assertEqual(part[2], {"view", "configure", "disable", "retrieve"})

    def test_names_that_look_the_same_are_refused_for_users_groups_and_roles(self):
        for collection, more in (("users", {}), ("groups", {}), ("roles", {"permissions": ["view"]})):
            with self.subTest(collection=collection):
                self.vault.create(collection, {"name": "Mimi Morris"} | more)
                made = self.vault.create(collection, {"name": "Somebody"} | more)

                def answers(name, method="POST", path=f"{API}/{collection}"):
                    headers = {}
                    if method == "PATCH":
                        path += f"/{made['id']}"
                        headers = {"If-Match": self.vault.http.get(path).headers.get("ETag", "*")}
                    answer = self.vault.http.request(method, path, {"name": name} | (
                        more if method == "POST" else {}), headers=headers)
                    return *problem(answer), answer.json["field"]
                for method in ("POST", "PATCH"):
                    self.assertEqual(answers("mimi morris", method), (409, "duplicate", "/name"))
                    for name in ("Mimi Rnorris", "\uff2dimi Morris"):
                        self.assertEqual(answers(name, method), (409, "look_alike", "/name"), name)
                    # A Cyrillic letter among Latin ones.
                    self.assertEqual(answers("S\u043emebody else", method),
                                     (400, "invalid_argument", "/name"))

    def test_what_is_taken_away_is_gone_at_once(self):
        person = self.user("leaver")
        group = self.group(("Viewer", None))
        self.put(person, group)
        key = person.post("/api-keys", {"name": "script", "permissions": ["view"]})
        self.assertEqual(key.status, 201, key)
        script = self.server.client(key.json["key"])
        self.assertEqual(script.get(f"{API}/projects").status, 200)
        key = self.vault.http.post(f"{API}/groups/{group}/roles", {"role": "Auditor"})
        self.assertEqual(key.status, 201)
        self.assertEqual(person.get("/audit-events").status, 200)
        removed = self.vault.delete(f"groups/{group}/roles", key.json["id"])
        self.assertEqual(removed.status, 204)
        self.assertEqual(problem(person.get("/audit-events")), (403, "permission_denied"))
        self.assertEqual(self.vault.delete(f"groups/{group}/members", person.id).status, 204)
        self.assertEqual(problem(person.get("/projects")), (403, "permission_denied"))
        disabled = self.vault.http.request("PATCH", f"{API}/users/{person.id}", {"disabled": True})
        self.assertTrue(disabled.json["disabled"])
        self.assertEqual(problem(person.get("/session")), (401, "session_ended"))
        self.assertEqual(problem(script.get(f"{API}/whoami")), (401, "unauthenticated"))
        self.assertEqual(problem(Person(self.server).sign_in("leaver")), (401, "wrong_credentials"))

    def test_nobody_grants_what_they_lack(self):
        manager = self.user("manager")
        role = self.vault.create("roles", {"name": "People manager", "permissions": [
            "view", "manage_users", "manage_roles"]})
        self.put(manager, self.group((role["id"], None)))
        group = manager.post("/groups", {"name": "mine"}).json["id"]
        answer = manager.post(f"/groups/{group}/roles", {"role": "Administrator"})
        self.assertEqual((answer.status, answer.json["permission"]), (403, "configure"))
        self.assertEqual(manager.post(f"/groups/{group}/roles", {"role": "viewer"}).status, 201)
        answer = manager.post("/roles", {"name": "More", "permissions": ["extract"]})
        self.assertEqual((answer.status, answer.json["permission"]), (403, "extract"))
        admins = self.group(("Administrator", None))
        answer = manager.request("PUT", f"/groups/{admins}/members/{manager.id}")
        self.assertEqual(answer.status, 403)
        admin_id = self.admin.session["user"]["id"]
        self.assertEqual(manager.post(f"/users/{admin_id}/reset-password").status, 403)

    def test_the_last_administrator_stays(self):
        admin_id = self.admin.session["user"]["id"]
        self.assertEqual(problem(self.admin.request("DELETE", f"/users/{admin_id}")),
                         (409, "last_administrator"))
        answer = self.admin.request("PATCH", f"/users/{admin_id}", {"disabled": True})
        self.assertEqual(problem(answer), (409, "last_administrator"))
        self.assertEqual(self.admin.get("/session").status, 200)

    def test_roles_that_are_built_in_stay_and_ones_own_are_changed(self):
        roles = {role["name"]: role for role in self.vault.list("roles")["items"]}
        self.assertEqual([name for name, role in roles.items() if role["built_in"]],
                         ["Administrator", "Project administrator", "Developer", "Operator", "Viewer",
                          "Auditor", "Runner"])
        self.assertEqual([name for name, role in roles.items() if "extract" in role["permissions"]],
                         ["Administrator"])
        refused = self.vault.update("roles", roles["Viewer"]["id"], {"permissions": ["kill"]})
        self.assertEqual(problem(refused), (409, "built_in"))
        own = self.vault.create("roles", {"name": "Help desk", "permissions": ["view"]})
        changed = self.vault.update("roles", own["id"], {"permissions": ["view", "disable"]})
        self.assertEqual(changed.json["permissions"], ["view", "disable"])
        group = self.group((own["id"], None))
        self.assertEqual(problem(self.vault.delete("roles", own["id"])), (409, "in_use"))
        self.assertEqual(self.vault.delete("groups", group).status, 204)
        self.assertEqual(self.vault.delete("roles", own["id"]).status, 204)

    def test_people_see_and_end_their_own_sessions(self):
        person = self.user("twice")
        again = Person(self.server)
        again.sign_in("twice")
        listed = person.get("/sessions").json["items"]
        self.assertEqual(sorted(one["is_this_one"] for one in listed), [False, True])
        elsewhere = next(one["id"] for one in listed if not one["is_this_one"])
        self.assertEqual(self.admin.request("DELETE", f"/sessions/{elsewhere}").status, 404)
        self.assertEqual(person.request("DELETE", f"/sessions/{elsewhere}").status, 204)
        self.assertEqual(problem(again.get("/session")), (401, "session_ended"))
        self.assertEqual(person.get("/session").status, 200)

    def test_all_of_it_is_there_after_a_restart(self):
        person = self.user("stays")
        self.put(person, self.group(("Developer", "Other")))
        before = person.get("/session").json["projects"]
        self.server.restart()
        for one in (self.vault, person, self.admin):
            one.reconnect()
        self.assertEqual(person.get("/session").json["projects"], before)
        shown = self.admin.post("/session/step-up", {"password": Person.PASSWORD})  # for the tests after this
        self.assertEqual(shown.status, 204)

    def test_the_table_of_permissions_in_the_docs_is_that_of_the_program(self):
        tool = harness.TOP / "tools/permission_table.py"
        checked = subprocess.run([sys.executable, tool, "--check", harness.BINARY], capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_names_that_differ_by_case_are_one_name(self):
        self.user("Grace")
        answer = self.vault.http.post(f"{API}/users", {"name": " gRACE "})
        self.assertEqual((problem(answer), answer.json["field"]), ((409, "duplicate"), "/name"))


if __name__ == "__main__":
    unittest.main()
