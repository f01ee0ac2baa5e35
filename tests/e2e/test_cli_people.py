"""Users, groups and roles from the command line."""
import stat
import unittest

import harness
from command_line import CONFLICT, NOT_AUTHORIZED, NOT_FOUND, USAGE, CommandLine
from person import Person

QUICK = True


def setUpModule():
    global world, server
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    server = harness.Strongroom(world).start()


class People(CommandLine):
    @classmethod
    def setUpClass(cls):
        cls.use(world, server)

    def signed_in(self, name, password):
        person = Person(server)
        self.assertEqual(person.sign_in(name, password).status, 200)
        self.assertEqual(person.change_password(password).status, 200)
        return person

    def test_a_user_is_added_named_changed_and_deleted(self):
        made = self.made("user", "create", "ada", "--full-name", "Ada Lovelace", "--email", "ada@example.org")
        self.assertTrue(made["initial_password"])
        self.assertEqual(self.made("user", "show", "ADA")["id"], made["id"])
        changed = self.made("user", "update", "ada", "--name", "countess", "--full-name", "")
        self.assertEqual((changed["name"], changed["full_name"], changed["email"]), ("countess", "", "ada@example.org"))
        self.assertEqual([one["name"] for one in self.listed("user", "list", "--filter", "countess")], ["countess"])
        self.assertRegex(self.done("user", "list", "--output", "table").stdout, r"(?m)^NAME +FULL NAME +EMAIL")
        kept = self.done("user", "delete", "countess")
        self.assertIn("--yes", kept.stderr)
        self.made("user", "show", "countess")
        self.done("user", "delete", "countess", "--yes")
        self.run_as(self.admin, "user", "show", "countess", code=NOT_FOUND)

    def test_a_first_password_goes_into_a_file(self):
        file = world.directory / "bob.password"
        made = self.made("user", "create", "bob", "--write-to", file)
        self.assertNotIn("initial_password", made)
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        self.signed_in("bob", file.read_text().strip())
        refused = self.run_as(self.admin, "user", "new-password", "bob", "--write-to", file, code=CONFLICT)
        self.assertIn("new-password", refused.stderr)
        other = world.directory / "bob.password.2"
        self.done("user", "new-password", "bob", "--write-to", other)
        self.signed_in("bob", other.read_text().strip())
        without = self.made("user", "create", "machine", "--no-password")
        self.assertIsNone(without["initial_password"])

    def test_a_disabled_user_is_out_at_once(self):
        password = self.made("user", "create", "carol")["initial_password"]
        carol = self.signed_in("carol", password)
        self.assertEqual(len(self.made("user", "sessions", "carol")["items"]), 1)
        self.done("user", "end-sessions", "carol")
        self.assertEqual(carol.get("/session").status, 401)
        self.assertTrue(self.made("user", "disable", "carol")["disabled"])
        self.assertEqual(Person(server).sign_in("carol").status, 401)
        self.assertFalse(self.made("user", "enable", "carol")["disabled"])
        self.assertEqual(Person(server).sign_in("carol").status, 200)

    def test_what_somebody_owns_is_listed_and_given_to_another(self):
        for name in ("leaver", "heir"):
            self.made("user", "create", name, "--email", f"{name}@example.org", "--no-password")
        self.made("project", "create", "Belongings")
        self.made("target-system", "create", "CRM", "--project", "Belongings", "--provider", "generic",
                  "--token-endpoint", "https://login.example.org/token", "--consumer-key", "robots", "--owner-name", "Leaver",
                  "--owner-email", "leaver@example.org")
        owned = self.made("user", "belongings", "leaver")["target_systems"]
        self.assertEqual([one["name"] for one in owned], ["CRM"])
        self.assertEqual(self.made("user", "reassign", "leaver", "--to", "heir")["target_systems"], 1)
        self.assertEqual(self.made("target-system", "show", "CRM", "--project", "Belongings")["owner"]["email"],
                         "heir@example.org")
        self.run_as(self.admin, "user", "reassign", "heir", "--to", "nobody", code=NOT_FOUND)

    def test_a_group_gives_its_members_roles_where_it_has_them(self):
        dan = self.signed_in("dan", self.made("user", "create", "dan")["initial_password"])
        self.made("project", "create", "Payroll")
        self.made("group", "create", "Payroll people", "--description", "who run it", "--claim-value", "payroll")
        self.done("group", "member", "add", "payroll people", "dan")
        self.assertEqual(dan.get("/projects").status, 403)
        granted = self.made("group", "grant", "Payroll people", "developer", "--project", "payroll")
        self.assertEqual((granted["role"]["name"], granted["project"]["name"]), ("Developer", "Payroll"))
        self.assertEqual([one["name"] for one in dan.get("/projects").json["items"]], ["Payroll"])
        self.made("group", "grant", "Payroll people", "Viewer")
        self.assertGreater(dan.get("/projects").json["total"], 1)
        members = self.made("group", "member", "list", "Payroll people")["items"]
        self.assertEqual([one["user"]["name"] for one in members], ["dan"])
        row = self.done("group", "list", "--filter", "payroll", "--output", "table").stdout.splitlines()[1]
        self.assertIn("Developer, Viewer", row)
        # Each where it was given, and no other.
        self.run_as(self.admin, "group", "revoke", "Payroll people", "Developer", code=NOT_FOUND)
        self.run_as(self.admin, "group", "revoke", "Payroll people", "Viewer", "--project", "Payroll", code=NOT_FOUND)
        self.done("group", "revoke", "Payroll people", "Viewer")
        self.assertEqual(dan.get("/projects").json["total"], 1)
        self.done("group", "member", "remove", "Payroll people", "dan")
        self.assertEqual(dan.get("/projects").status, 403)
        self.assertEqual(self.made("group", "update", "Payroll people", "--name", "Pay")["name"], "Pay")
        self.done("group", "delete", "Pay", "--yes")
        self.run_as(self.admin, "group", "show", "Pay", code=NOT_FOUND)

    def test_roles_of_ones_own(self):
        made = self.made("role", "create", "Help desk", "--permission", "view", "--permission", "disable")
        self.assertEqual(made["permissions"], ["view", "disable"])
        self.assertEqual(self.made("role", "update", "help desk", "--permission", "view")["permissions"], ["view"])
        self.assertEqual(len(self.listed("role", "list", "--filter", "Help desk")), 1)
        self.run_as(self.admin, "role", "create", "x", "--permission", "everything", code=USAGE)
        self.run_as(self.admin, "role", "create", "x", code=USAGE)
        self.run_as(self.admin, "role", "update", "Viewer", "--permission", "kill", code=CONFLICT)
        self.made("group", "create", "Help")
        self.made("group", "grant", "Help", "Help desk")
        in_use = self.run_as(self.admin, "role", "delete", "Help desk", "--yes", code=CONFLICT)
        self.assertIn("in_use", in_use.stderr)
        self.done("group", "delete", "Help", "--yes")
        self.done("role", "delete", "Help desk", "--yes")

    def test_who_may_not_is_told_so_and_nothing_happens(self):
        key = world.directory / "viewer.key"
        self.done("api-key", "create", "--data", server.data, "--user", "watcher", "--permission", "view",
                  "--name", "watching", "--key-file", key)
        viewer = self.admin | {"STRONGROOM_KEY_FILE": str(key)}
        for words in (("user", "list"), ("user", "delete", "admin", "--yes"), ("group", "create", "Mine"),
                      ("role", "create", "Mine", "--permission", "view"), ("user", "new-password", "admin")):
            self.run_as(viewer, *words, code=NOT_AUTHORIZED)
        self.run_as(viewer, "role", "list")
        last = self.run_as(self.admin, "user", "delete", "admin", "--yes", code=CONFLICT)
        self.assertIn("last_administrator", last.stderr)

    def test_a_name_that_many_have_in_theirs_is_found(self):
        for number in range(3):
            self.made("user", "create", f"zoe{number}", "--no-password")
        self.made("user", "create", "zoe", "--no-password")
        self.assertEqual(self.made("user", "show", "zoe")["name"], "zoe")
        self.run_as(self.admin, "user", "show", "zo", code=NOT_FOUND)
        self.run_as(self.admin, "user", "create", "ZOE", code=CONFLICT)


if __name__ == "__main__":
    unittest.main()
