"""Signing in from a terminal: a code that a person compares, a key that is kept, and its end."""
import json
import os
import re
import stat
import unittest

import harness
from command_line import DONE, FAILED, NOT_AUTHORIZED, NOT_FOUND, TRY_AGAIN, USAGE, CommandLine, file_with
from person import Person
from vault import API, Vault

QUICK = True


def setUpModule():
    global world, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def problem(answer):
    return answer.status, answer.json["type"].removeprefix("/problems/")


class Login(CommandLine):
    """Each test has a home of its own, and a person who is signed in to the console."""

    @classmethod
    def setUpClass(cls):
        cls.use(world, server)

    def setUp(self):
        self.home = world.directory / self.id().rsplit(".", 1)[1]
        self.home.mkdir()
        self.at_home = {"XDG_CONFIG_HOME": str(self.home)}
        self.file = self.home / "strongroom" / "login.json"
        self.person = Person.administrator(server)

    def start(self, *words):
        """`strongroom login`, until it has said its code."""
        words = words or ("--url", server.origin, "--ca-file", server.ca_file)
        process = world.keep(harness.Process(f"login-{self.home.name}", [harness.BINARY, "login", *words],
                                             world.directory, env=world.environment() | self.at_home))
        code = process.wait_for_line(process.errors, lambda line: re.search(r"code=([B-Z]{4}-[B-Z]{4})$", line.strip()))
        return process, code.group(1)

    def ended(self, process):
        return process.child.wait(harness.PATIENCE_SECONDS)

    def decide(self, code, how, data=None, status=204):
        answer = self.person.post(f"/terminal-sign-ins/{code}/{how}", data)
        self.assertEqual(answer.status, status, answer)
        return answer

    def sign_in(self, *words):
        process, code = self.start(*words)
        self.decide(code, "approve", {})
        self.assertEqual(self.ended(process), DONE, process.tail())
        return process

    def somebody(self, name):
        """A user who has signed in and chosen a password."""
        made = vault.create("users", {"name": name})
        person = Person(server)
        person.sign_in(name, made["initial_password"])
        person.change_password(made["initial_password"])
        return person

    def saved(self):
        return json.loads(self.file.read_text())["logins"]

    def test_a_person_approves_and_the_key_serves_until_logout(self):
        process, code = self.start()
        shown = self.person.get(f"/terminal-sign-ins/{code.lower().replace('-', '')}").json
        self.assertEqual((shown["user_code"], shown["state"], shown["address"]), (code, "waiting", "127.0.0.1"))
        self.assertEqual(shown["host"], os.uname().nodename)
        self.decide(code, "approve", {"expires_in_days": 3})
        self.assertEqual(self.ended(process), DONE, process.tail())
        self.assertIn("Signed in as admin", process.tail())
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(self.file.parent.stat().st_mode), 0o700)
        [kept] = self.saved()
        self.assertNotIn(kept["api_key"], process.tail() + process.output.read_text())
        # Neither address nor CA nor key is named any more.
        me = json.loads(self.run_as(self.at_home, "whoami", "--output", "json").stdout)
        self.assertEqual(me["user"]["name"], "admin")
        self.assertEqual(me["api_key"]["name"], f"terminal on {os.uname().nodename}")
        self.assertEqual(me["api_key"]["expires_at"], kept["expires_at"])
        client = server.client(kept["api_key"])
        self.assertEqual(client.get(API + "/whoami").status, 200)
        done = self.run_as(self.at_home, "logout")
        self.assertIn("Signed out", done.stderr)
        self.assertFalse(self.file.exists())
        self.assertEqual(client.get(API + "/whoami").status, 401)
        refused = self.run_as(self.at_home, "whoami", "--url", server.origin, code=USAGE)
        self.assertIn("strongroom login", refused.stderr)
        self.run_as(self.at_home, "logout", code=NOT_FOUND)
        actions = [one["event"]["action"] for one in vault.list("audit-events", page_size=20)["items"]]
        for action in ("api_key.created", "terminal_sign_in.completed", "api_key.revoked"):
            self.assertIn(action, actions)

    def test_a_key_file_counts_before_what_is_kept(self):
        self.sign_in()
        key = file_with(world, "wrong-user.key", "srk_user_x\n")
        self.run_as(self.at_home, "whoami", "--key-file", key, "--url", server.origin, "--ca-file", server.ca_file,
                    code=NOT_AUTHORIZED)
        self.run_as(self.at_home | {"STRONGROOM_KEY_FILE": str(key)}, "whoami", "--url", server.origin, "--ca-file",
                    server.ca_file, code=NOT_AUTHORIZED)
        self.run_as(self.at_home, "whoami")

    def test_signing_in_again_replaces_the_key(self):
        self.sign_in()
        [first] = self.saved()
        self.sign_in()
        [second] = self.saved()
        self.assertNotEqual(first["api_key"], second["api_key"])
        self.assertEqual(server.client(first["api_key"]).get(API + "/whoami").status, 401)
        self.run_as(self.at_home, "whoami")

    def test_a_revoked_key_says_what_to_do_and_is_forgotten_by_logout(self):
        self.sign_in()
        [kept] = self.saved()
        self.assertEqual(vault.delete("api-keys", kept["api_key_id"]).status, 204)
        refused = self.run_as(self.at_home, "whoami", code=NOT_AUTHORIZED)
        self.assertIn("strongroom login", refused.stderr)
        self.run_as(self.at_home, "logout")
        self.assertFalse(self.file.exists())

    def test_each_server_has_an_entry_of_its_own(self):
        other = harness.Strongroom(world, name="other").start()
        self.addCleanup(other.stop)
        self.sign_in()
        mine, self.person = self.person, Person.administrator(other)
        self.sign_in("--server", other.origin + "/", "--ca-file", other.ca_file)
        self.assertEqual([one["url"] for one in self.saved()], [server.origin, other.origin])
        self.run_as(self.at_home, "logout")  # of the one that came last
        self.assertEqual([one["url"] for one in self.saved()], [server.origin])
        self.run_as(self.at_home, "whoami")
        # Away: nothing is forgotten that may live on, unless one says so.
        self.person = mine
        kept = self.file.read_text().replace(server.origin, other.origin)
        self.file.write_text(kept)
        other.stop()
        self.run_as(self.at_home, "logout", code=TRY_AGAIN)
        self.assertTrue(self.file.exists())
        self.run_as(self.at_home, "logout", "--only-here")
        self.assertFalse(self.file.exists())

    def test_what_is_denied_gets_nothing(self):
        process, code = self.start()
        self.decide(code, "deny")
        self.assertEqual(self.ended(process), NOT_AUTHORIZED)
        self.assertIn("denied", process.tail())
        self.assertFalse(self.file.exists())
        again = self.decide(code, "approve", {}, status=409)
        self.assertEqual(again.json["type"], "/problems/sign_in_decided")

    def begun(self):
        """A sign-in of a terminal that asks by hand: its code, and what asks once."""
        made = server.client().post(API + "/terminal-sign-ins", {"host": "elsewhere"}).json
        self.assertEqual((made["expires_in"], made["interval"]), (600, 2))
        terminal = server.client()
        return made["user_code"], lambda: terminal.post(API + "/terminal-sign-ins/token",
                                                        {"device_code": made["device_code"]})

    def test_whoever_asks_too_often_is_slowed_down(self):
        code, ask = self.begun()
        self.assertEqual(problem(ask()), (400, "authorization_pending"))
        soon = ask()
        self.assertEqual((problem(soon), soon.json["interval"]), ((400, "slow_down"), 7))
        self.decide(code, "deny")
        self.assertEqual(problem(ask()), (400, "access_denied"))

    def test_nobody_approves_twice_and_the_key_is_fetched_once(self):
        # E22
        code, ask = self.begun()
        self.decide(code, "approve", {"permissions": ["view"]})
        self.assertEqual(self.person.get(f"/terminal-sign-ins/{code}").json["state"], "approved")
        for how in ("approve", "deny"):
            again = self.decide(code, how, {}, status=409)
            self.assertEqual(again.json["type"], "/problems/sign_in_decided")
        found = ask()
        self.assertEqual((found.status, found.json["name"]), (200, "terminal on elsewhere"))
        me = server.client(found.json["api_key"]).get(API + "/whoami").json
        self.assertEqual(me["permissions"], ["view"])
        self.assertEqual(problem(ask()), (400, "expired_token"))
        self.assertEqual(problem(self.person.get(f"/terminal-sign-ins/{code}")), (404, "not_found"))

    def test_codes_and_answers_that_cannot_be(self):
        somebody = self.somebody("mistaken")
        for code in ("BBBB-BBBB", "nonsense", "BCDF"):
            self.assertEqual(problem(somebody.get(f"/terminal-sign-ins/{code}")), (404, "not_found"))
        anybody = server.client()
        self.assertEqual(anybody.get(API + "/terminal-sign-ins/BBBB-BBBB").status, 401)
        wrong = anybody.post(API + "/terminal-sign-ins/token", {"device_code": "srk_terminal_x"})
        self.assertEqual(problem(wrong), (400, "expired_token"))
        _, code = self.start()
        days = self.decide(code, "approve", {"expires_in_days": 4000}, status=400)
        self.assertEqual(days.json["field"], "/expires_in_days")
        # With a session alone, and with its token: no key may make another one this way.
        self.assertEqual(vault.http.post(f"{API}/terminal-sign-ins/{code}/approve", {}).status, 401)
        forged = self.person.post(f"/terminal-sign-ins/{code}/approve", {}, token=False)
        self.assertEqual(problem(forged), (403, "csrf_token_wrong"))
        # Whoever tries one after the other has to wait.
        guesser = self.somebody("guesser")
        answers = [guesser.get("/terminal-sign-ins/CCCC-CCCC") for _ in range(8)]
        self.assertEqual(problem(answers[-1]), (429, "too_many_attempts"))
        self.assertGreater(answers[-1].json["retry_after"], 0)

    def test_a_person_gives_no_more_than_they_have(self):
        made = vault.create("users", {"name": "viewer"})
        viewer = Person(server)
        viewer.sign_in("viewer", made["initial_password"])
        _, code = self.start()
        refused = viewer.post(f"/terminal-sign-ins/{code}/approve", {})
        self.assertEqual(problem(refused), (403, "password_change_needed"))
        viewer.change_password(made["initial_password"])
        group = vault.create("groups", {"name": "viewers"})
        vault.create(f"groups/{group['id']}/roles", {"role": "Viewer", "project": None})
        self.assertEqual(vault.http.request("PUT", f"{API}/groups/{group['id']}/members/{made['id']}").status, 204)
        refused = viewer.post(f"/terminal-sign-ins/{code}/approve", {"permissions": ["view", "configure"]})
        self.assertEqual((refused.status, refused.json["permission"]), (403, "configure"))
        answer = viewer.post(f"/terminal-sign-ins/{code}/approve", {})
        self.assertEqual(answer.status, 204, answer)
        harness.wait_until(self.file.exists, "the key to be kept")
        me = json.loads(self.run_as(self.at_home, "whoami", "--output", "json").stdout)
        self.assertEqual((me["user"]["name"], me["permissions"]), ("viewer", ["view"]))

    def test_a_robots_key_lives_or_does_not(self):
        robot = vault.robot(name="asked")
        key = file_with(world, "asked.key", robot.key + "\n")
        as_robot = self.at_home | {"STRONGROOM_URL": server.origin, "STRONGROOM_CA_FILE": str(server.ca_file),
                                   "STRONGROOM_KEY_FILE": str(key)}
        denied = vault.list("audit-events", action="lookup.denied")["total"]
        told = json.loads(self.run_as(as_robot, "whoami", "--output", "json").stdout)
        self.assertEqual(told, {"robot_key": {"lives": True}})
        self.assertEqual(vault.list("audit-events", action="lookup.denied")["total"], denied)
        key.write_text("srk_robot_" + "x" * 49 + "\n")
        self.run_as(as_robot, "whoami", code=NOT_AUTHORIZED)

    def test_a_file_that_others_may_read_is_refused(self):
        self.sign_in()
        self.file.chmod(0o644)
        refused = self.run_as(self.at_home, "whoami", code=NOT_AUTHORIZED)
        self.assertIn("chmod", refused.stderr)
        self.run_as(self.at_home, "login", "--url", server.origin, "--ca-file", server.ca_file, code=NOT_AUTHORIZED)
        self.file.chmod(0o600)
        self.file.parent.chmod(0o777)
        self.run_as(self.at_home, "whoami", code=NOT_AUTHORIZED)
        self.file.parent.chmod(0o700)
        self.run_as(self.at_home, "whoami")
        elsewhere = self.home / "elsewhere"
        self.file.rename(elsewhere)
        self.file.symlink_to(elsewhere)
        self.run_as(self.at_home, "whoami", code=USAGE)
        self.file.unlink()
        self.file.write_text("no JSON")
        self.file.chmod(0o600)
        self.run_as(self.at_home, "whoami", code=FAILED)

    def test_a_server_that_is_away_or_not_trusted(self):
        away = self.run_as(self.at_home, "login", "--url", "https://127.0.0.1:1", "--ca-file", server.ca_file,
                           code=TRY_AGAIN)
        self.assertNotIn("code=", away.stderr)
        unknown = self.run_as(self.at_home, "login", "--url", server.origin, code=TRY_AGAIN)
        self.assertIn("--ca-file", unknown.stderr)
        self.assertFalse(self.file.exists())
        homeless = {"XDG_CONFIG_HOME": "relative", "HOME": ""}
        process = self.run_as(homeless, "login", "--url", server.origin, "--ca-file", server.ca_file, code=USAGE)
        self.assertIn("XDG_CONFIG_HOME", process.stderr)

    def test_one_address_has_not_all_the_places(self):
        somebody = server.client(source="127.0.0.9")
        answers = [somebody.post(API + "/terminal-sign-ins", {"host": "x"}) for _ in range(21)]
        self.assertEqual({one.status for one in answers[:20]}, {200})
        self.assertEqual(problem(answers[20]), (429, "too_many_attempts"))
        self.assertEqual(server.client().post(API + "/terminal-sign-ins", {}).status, 200)


if __name__ == "__main__":
    unittest.main()
