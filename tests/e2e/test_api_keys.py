"""User API keys: one's own without a permission, until when, where, and when they were used last."""
import datetime
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


def refused(answer):
    return answer.status, answer.json.get("field")


def days(key):
    made, ends = (datetime.datetime.fromisoformat(key[name].replace("Z", "+00:00"))
                  for name in ("created_at", "expires_at"))
    return round((ends - made) / datetime.timedelta(days=1))


class WithServer(unittest.TestCase):
    ENVIRONMENT = {}

    @classmethod
    def setUpClass(cls):
        cls.server = harness.Strongroom(world, name=cls.__name__, env=cls.ENVIRONMENT).start()
        cls.addClassCleanup(cls.server.stop)
        cls.vault = Vault(cls.server)

    def user(self, *roles):
        """Somebody who signed in and has these roles: a name, and a project's name or None."""
        name = self.vault.name("user")
        made = self.vault.create("users", {"name": name})
        group = self.vault.create("groups", {"name": self.vault.name("group")})["id"]
        for role, project in roles:
            self.vault.create(f"groups/{group}/roles", {"role": role, "project": project})
        answer = self.vault.http.request("PUT", f"{API}/groups/{group}/members/{made['id']}")
        self.assertEqual(answer.status, 204, answer)
        person = Person(self.server)
        self.assertEqual(person.sign_in(name, made["initial_password"]).status, 200)
        self.assertEqual(person.change_password(made["initial_password"]).status, 200)
        person.id = made["id"]
        return person

    def make(self, person, status=201, **members):
        answer = person.post("/api-keys", {"name": "script"} | members)
        self.assertEqual(answer.status, status, answer)
        return answer.json

    def by(self, key):
        return self.server.client(key["key"])


class OnesOwn(WithServer):
    def test_who_signed_in_makes_sees_and_revokes_their_own_without_a_permission(self):
        person, other = self.user(("Viewer", None)), self.user(("Viewer", None))
        key, foreign = self.make(person), self.make(other)
        self.assertEqual(key["user"], person.id)
        self.assertEqual(self.by(key).get(f"{API}/projects").status, 200)
        listed = person.get("/api-keys").json["items"]
        self.assertEqual([one["id"] for one in listed], [key["id"]])
        self.assertEqual(person.get("/api-keys", query={"user": person.id}).json["total"], 1)
        self.assertEqual(problem(person.get("/api-keys", query={"user": other.id})),
                         (403, "permission_denied"))
        path = f"/api-keys/{foreign['id']}"
        self.assertEqual(problem(person.get(path)), (403, "permission_denied"))
        self.assertEqual(problem(person.request("DELETE", path)), (403, "permission_denied"))
        self.assertEqual(person.get(f"/api-keys/{key['id']}").json["state"], "active")
        self.assertEqual(person.request("DELETE", f"/api-keys/{key['id']}").status, 204)
        self.assertEqual(person.get(f"/api-keys/{key['id']}").json["state"], "revoked")
        self.assertEqual(problem(self.by(key).get(f"{API}/whoami")), (401, "unauthenticated"))
        self.assertEqual(self.by(foreign).get(f"{API}/whoami").status, 200)

    def test_a_manager_of_keys_sees_those_of_everybody_and_of_one(self):
        person = self.user(("Viewer", None))
        key = self.make(person)
        of_one = self.vault.list("api-keys", user=person.id)
        self.assertEqual([one["id"] for one in of_one["items"]], [key["id"]])
        self.assertGreater(self.vault.list("api-keys")["total"], 1)
        self.assertEqual(refused(self.vault.http.get(f"{API}/api-keys", query={"user": "x"})),
                         (400, "user"))
        self.assertEqual(self.vault.delete("api-keys", key["id"]).status, 204)
        self.assertEqual(problem(self.by(key).get(f"{API}/whoami")), (401, "unauthenticated"))

    def test_a_key_makes_no_other_and_sees_only_itself_unless_it_manages_keys(self):
        key = self.make(self.user(("Viewer", None)))
        script = self.by(key)
        self.assertEqual(problem(script.post(f"{API}/api-keys", {"name": "more"})),
                         (403, "permission_denied"))
        self.assertEqual(problem(script.get(f"{API}/api-keys")), (403, "permission_denied"))
        self.assertEqual(script.get(f"{API}/api-keys/{key['id']}").status, 200)

    def test_nobody_gives_a_key_what_they_lack(self):
        person = self.user(("Viewer", None))
        answer = person.post("/api-keys", {"name": "more", "permissions": ["view", "configure"]})
        self.assertEqual(problem(answer), (403, "permission_denied"))
        self.assertEqual(answer.json["permission"], "configure")

    def test_it_follows_its_users_rights_and_dies_with_them(self):
        person = self.user(("Developer", None))
        key = self.make(person, permissions=["view", "configure"])
        script = self.by(key)
        self.assertEqual(set(script.get(f"{API}/whoami").json["everywhere"]), {"view", "configure"})
        group = self.vault.http.get(f"{API}/users/{person.id}").json["groups"][0]["id"]
        self.assertEqual(self.vault.delete(f"groups/{group}/members", person.id).status, 204)
        self.assertEqual(script.get(f"{API}/whoami").json["permissions"], [])
        disabled = self.vault.http.request("PATCH", f"{API}/users/{person.id}", {"disabled": True})
        self.assertEqual(disabled.status, 200, disabled)
        self.assertEqual(problem(script.get(f"{API}/whoami")), (401, "unauthenticated"))
        enabled = self.vault.http.request("PATCH", f"{API}/users/{person.id}", {"disabled": False})
        self.assertEqual(enabled.status, 200, enabled)
        self.assertEqual(problem(script.get(f"{API}/whoami")), (401, "unauthenticated"))

    def test_it_is_shown_when_and_from_where_it_was_used_last(self):
        person = self.user(("Viewer", None))
        key = self.make(person)
        path = f"/api-keys/{key['id']}"
        unused = person.get(path).json
        self.assertEqual((unused["last_used_at"], unused["last_used_from"]), (None, ""))
        self.assertEqual(self.by(key).get(f"{API}/whoami").status, 200)
        used = person.get(path).json
        self.assertGreaterEqual(used["last_used_at"], key["created_at"])
        self.assertEqual(used["last_used_from"], "127.0.0.1")
        self.server.restart()
        self.vault.reconnect()
        kept = person.reconnect().get(path).json
        self.assertEqual(kept["last_used_at"], used["last_used_at"])


class UntilWhen(WithServer):
    def test_half_a_year_unless_somebody_says_another_number_of_days(self):
        person = self.user(("Viewer", None))
        self.assertEqual(days(self.make(person)), 180)
        self.assertEqual(days(self.make(person, expires_in_days=7)), 7)
        self.assertEqual(self.make(person, expires_at="2027-06-01T00:00:00Z")["expires_at"],
                         "2027-06-01T00:00:00Z")

    def test_never_is_refused_and_so_is_what_is_no_number_of_days(self):
        person = self.user(("Viewer", None))
        for wish in (None, 0, -1, 3651):
            self.assertEqual(refused(person.post("/api-keys", {"name": "a", "expires_in_days": wish})),
                             (400, "/expires_in_days"), wish)
        for moment in (None, "2020-01-01T00:00:00Z", "2100-01-01T00:00:00Z", "soon"):
            self.assertEqual(refused(person.post("/api-keys", {"name": "a", "expires_at": moment})),
                             (400, "/expires_at"), moment)
        policy = person.get("/session").json["api_key_policy"]
        self.assertEqual(policy, {"longest_days": 3650, "may_never_expire": False})


class ByPolicy(WithServer):
    ENVIRONMENT = {"STRONGROOM_API_KEYS__LONGEST_DAYS": "30",
                   "STRONGROOM_API_KEYS__MAY_NEVER_EXPIRE": "true"}

    def test_an_organisation_says_how_long_at_most_and_whether_for_ever(self):
        person = self.user(("Viewer", None))
        self.assertEqual(days(self.make(person)), 30)
        self.assertEqual(days(self.make(person, expires_in_days=30)), 30)
        answer = person.post("/api-keys", {"name": "a", "expires_in_days": 31})
        self.assertEqual(refused(answer), (400, "/expires_in_days"))
        self.assertIsNone(self.make(person, expires_in_days=None)["expires_at"])
        policy = person.get("/session").json["api_key_policy"]
        self.assertEqual(policy, {"longest_days": 30, "may_never_expire": True})


class InProjects(WithServer):
    def test_a_key_of_a_project_does_nothing_elsewhere(self):
        here, there = (self.vault.create("projects", {"name": self.vault.name("project")})
                       for _ in range(2))
        person = self.user(("Developer", None))
        key = self.make(person, projects=[here["id"]])
        self.assertEqual(key["projects"], [here["id"]])
        script = self.by(key)
        self.assertEqual([one["id"] for one in script.get(f"{API}/projects").json["items"]],
                         [here["id"]])
        self.assertEqual(problem(script.get(f"{API}/projects/{there['id']}")), (404, "not_found"))
        made = script.post(f"{API}/robots", {"project": here["id"], "name": "mine"})
        self.assertEqual(made.status, 201, made)
        foreign = script.post(f"{API}/robots", {"project": there["id"], "name": "mine"})
        self.assertEqual(refused(foreign), (400, "/project"))
        self.assertEqual(script.get(f"{API}/whoami").json["everywhere"], [])

    def test_its_permissions_are_those_that_its_user_has_in_its_projects(self):
        here, there = (self.vault.create("projects", {"name": self.vault.name("project")})
                       for _ in range(2))
        person = self.user(("Viewer", here["name"]), ("Developer", there["name"]))
        key = self.make(person, projects=[here["id"]])
        self.assertEqual(key["permissions"], ["view"])
        answer = person.post("/api-keys", {"name": "more", "projects": [here["id"]],
                                           "permissions": ["view", "configure"]})
        self.assertEqual(refused(answer), (400, "/permissions"))

    def test_it_is_for_no_project_that_its_maker_does_not_see(self):
        hidden = self.vault.create("projects", {"name": self.vault.name("project")})
        shown = self.vault.create("projects", {"name": self.vault.name("project")})
        person = self.user(("Viewer", shown["name"]))
        for project in (hidden["id"], "01890a5d-ac96-774b-bcce-b302099a8051", "no id"):
            answer = person.post("/api-keys", {"name": "a", "permissions": ["view"],
                                               "projects": [shown["id"], project]})
            self.assertEqual(refused(answer), (400, "/projects/1"), project)


if __name__ == "__main__":
    unittest.main()
