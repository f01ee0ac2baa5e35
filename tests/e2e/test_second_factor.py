"""A code beside the password, showing again who one is, and passwords that nobody may choose."""
import hashlib
import json
import re
import subprocess
import unittest

import harness
from authenticator import Authenticator
from person import Person, first_password
from vault import API, Vault

QUICK = True
SOMETHING = "01890a5d-ac96-774b-bcce-b302099a8051"


def setUpModule():
    global world
    world = harness.World()
    unittest.addModuleCleanup(world.close)


def problem(answer):
    return answer.status, answer.json["type"].removeprefix("/problems/")


class WithServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = harness.Strongroom(world, name=cls.__name__).start()
        cls.addClassCleanup(cls.server.stop)
        cls.vault = Vault(cls.server)

    def restart(self, *people):
        self.server.restart()
        type(self).vault = Vault(self.server)
        for person in people:
            person.reconnect()

    def user(self, name):
        """(a person of that name who has signed in, and their id)."""
        made = self.vault.create("users", {"name": name})
        person = Person(self.server)
        self.assertEqual(person.sign_in(name, made["initial_password"]).status, 200)
        self.assertEqual(person.change_password(made["initial_password"]).status, 200)
        return person, made["id"]

    def enabled(self, person):
        """(the app, the recovery codes)."""
        begun = person.post("/session/second-factor")
        self.assertEqual(begun.status, 201, begun)
        app = Authenticator(begun.json)
        confirmed = person.post("/session/second-factor/confirm", {"code": app.code()})
        self.assertEqual(confirmed.status, 200, confirmed)
        return app, confirmed.json["recovery_codes"]

    def events(self, action):
        items = self.vault.audit_events(action=action, page_size=1000)["items"]
        return [one["event"] for one in items]


class SecondFactor(WithServer):
    def test_a_code_is_asked_for_once_the_app_has_shown_one(self):
        person, id = self.user("ada")
        self.assertEqual(person.get("/session/second-factor").json, {"second_factor": None})
        begun = person.post("/session/second-factor")
        self.assertEqual(begun.headers["Cache-Control"], "no-store")
        app = Authenticator(begun.json)
        self.assertEqual(app.label, f"{self.server.origin.removeprefix('https://')}:ada")
        self.assertEqual(person.get("/session").json["second_factor"],
                         {"is_confirmed": False, "recovery_codes_left": 0})
        self.assertEqual(Person(self.server).sign_in("ada").status, 200)  # not asked for yet
        wrong = person.post("/session/second-factor/confirm", {"code": app.wrong()})
        self.assertEqual((wrong.status, wrong.json["field"]), (400, "/code"))
        code = app.code()
        done = person.post("/session/second-factor/confirm", {"code": f"{code[:3]} {code[3:]}"})
        self.assertEqual(done.status, 200, done)
        codes = done.json["recovery_codes"]
        self.assertEqual(len(set(codes)), 10)
        for one in codes:
            self.assertRegex(one, r"^[0-9a-z]{4}(-[0-9a-z]{4}){2}$")
        shown = person.get("/session").json
        self.assertEqual((shown["has_second_factor"], shown["step_up_ways"], shown["second_factor"]),
                         (True, ["password", "code"], {"is_confirmed": True, "recovery_codes_left": 10}))
        self.assertTrue(self.vault.get("users", id)["has_second_factor"])
        self.assertEqual(problem(person.post("/session/second-factor")), (409, "second_factor_exists"))

        other = Person(self.server)
        asked = other.sign_in("ada")
        self.assertEqual(problem(asked), (401, "second_factor_required"))
        self.assertEqual(asked.json["field"], "/code")
        self.assertIsNone(other.cookie)
        refused = other.sign_in("ada", code=app.wrong())
        self.assertEqual((problem(refused), refused.json["field"]), ((401, "wrong_credentials"), "/code"))
        # Of a wrong password nothing more is said than of anybody's.
        for more in ({}, {"code": codes[0]}):
            guess = other.sign_in("ada", "wrong", **more)
            nobody = other.sign_in("nobody", "wrong", **more)
            self.assertEqual({**guess.json, "request_id": ""}, {**nobody.json, "request_id": ""})
        self.assertEqual(problem(other.sign_in("ada", code=code)), (401, "wrong_credentials"))  # used
        fresh = app.code()
        self.assertEqual(other.sign_in("ada", code=fresh).status, 200)
        self.restart(other)
        self.assertEqual(problem(other.sign_in("ada", code=fresh)), (401, "wrong_credentials"))

        # Each recovery code once, however it is typed.
        typed = codes[0].upper().replace("-", " ")
        left = other.sign_in("ada", code=typed)
        self.assertEqual(left.json["second_factor"]["recovery_codes_left"], 9)
        self.assertEqual(problem(other.sign_in("ada", code=codes[0])), (401, "wrong_credentials"))
        renewed = other.post("/session/second-factor/recovery-codes")
        self.assertEqual(renewed.status, 200, renewed)
        self.assertEqual(problem(other.sign_in("ada", code=codes[1])), (401, "wrong_credentials"))
        self.assertEqual(other.sign_in("ada", code=renewed.json["recovery_codes"][1]).status, 200)

        told = {action: len(self.events(f"second_factor.{action}")) for action in
                ("enabled", "refused", "recovery_code_used", "recovery_codes_renewed")}
        self.assertEqual(told["enabled"], 1)
        self.assertEqual((told["recovery_code_used"], told["recovery_codes_renewed"]), (2, 1))
        self.assertEqual(told["refused"], 5)
        self.assertEqual(other.request("DELETE", "/session/second-factor").status, 204)
        self.assertEqual(Person(self.server).sign_in("ada").status, 200)
        self.assertEqual(len(self.events("second_factor.disabled")), 1)

        secrets = [begun.json["secret"], code, *codes, *renewed.json["recovery_codes"]]
        kept = b"".join(path.read_bytes() for path in self.server.data.rglob("*.db*"))
        for secret in secrets[:1] + secrets[2:]:
            self.assertNotIn(secret.encode(), kept)
            self.assertNotIn(secret, self.server.log)

    def test_guesses_are_throttled_and_a_missing_code_is_none(self):
        person, _ = self.user("grace")
        app, codes = self.enabled(person)
        other = Person(self.server)
        for _ in range(7):
            self.assertEqual(problem(other.sign_in("grace")), (401, "second_factor_required"))
        answers = []
        for _ in range(8):
            answers.append(problem(other.sign_in("grace", code=app.wrong())))
            if answers[-1][0] == 429:
                break
            # The right password alone does not set the count back.
            self.assertIn(problem(other.sign_in("grace"))[0], (401, 429))
        self.assertEqual(answers[-1], (429, "too_many_attempts"))
        self.assertEqual(problem(other.sign_in("grace", code=codes[0])), (429, "too_many_attempts"))

    def test_somebody_else_ends_it_for_who_lost_everything(self):
        person, id = self.user("alan")
        self.enabled(person)
        self.assertEqual(self.vault.http.request("DELETE", f"{API}/users/{id}/second-factor").status, 204)
        self.assertFalse(self.vault.get("users", id)["has_second_factor"])
        self.assertEqual(Person(self.server).sign_in("alan").status, 200)
        for running in (True, False):
            self.enabled(person)
            if not running:
                self.server.stop()
            done = world.run("user", "reset-second-factor", "Alan", "--data", self.server.data)
            self.assertEqual(done.returncode, 0, done.stderr)
            lost = world.run("user", "reset-second-factor", "nobody", "--data", self.server.data)
            self.assertEqual(lost.returncode, 3)
            self.assertIn("There is no such user.", lost.stderr)
            if not running:
                self.server.start()
                type(self).vault = Vault(self.server)
                person.reconnect()
            self.assertEqual(Person(self.server).sign_in("alan").status, 200)
        self.assertEqual(sorted(one["actor_kind"] for one in self.events("second_factor.reset")),
                         ["server", "server", "user"])


class StepUp(WithServer):
    @staticmethod
    def declared():
        told = subprocess.run([harness.BINARY, "permission-table"], check=True, capture_output=True, text=True)
        return [one for one in json.loads(told.stdout)["routes"] if one["step_up"]]

    def ask(self, http, route):
        path = re.sub(r"\{[a-z_]+\}", SOMETHING, route["pattern"])
        data = None if route["method"] in ("GET", "DELETE") else {}
        return http.request(route["method"], path.removeprefix(API), data)

    def test_what_gives_rights_or_tokens_wants_it(self):
        routes = {(one["method"], one["pattern"].removeprefix(API)) for one in self.declared()}
        for expected in (("POST", "/kills"), ("DELETE", "/kills/{id}"), ("POST", "/api-keys"), ("POST", "/roles"),
                         ("PATCH", "/roles/{id}"), ("DELETE", "/roles/{id}"), ("POST", "/users"),
                         ("PATCH", "/users/{id}"), ("POST", "/users/{id}/reset-password"),
                         ("DELETE", "/users/{id}/second-factor"), ("POST", "/groups/{id}/roles"),
                         ("DELETE", "/groups/{id}/roles/{role}"), ("PUT", "/groups/{id}/members/{user}"),
                         ("POST", "/single-sign-on"), ("PUT", "/single-sign-on/{id}"),
                         ("POST", "/oauth-clients/{id}/extract"),
                         ("POST", "/target-systems/{id}/approve-destination"),
                         ("POST", "/session/second-factor"), ("DELETE", "/session/second-factor"),
                         ("POST", "/session/second-factor/recovery-codes")):
            self.assertIn(expected, routes)

    def test_each_route_that_declares_it_is_closed_until_somebody_shows_again_who_they_are(self):
        person = Person.administrator(self.server)
        self.assertEqual(person.get("/session").json["step_up_ways"], ["password"])
        for route in self.declared():
            with self.subTest(route=route["pattern"], fresh="the sign-in"):
                self.assertNotIn(b"step_up_required", self.ask(person, route).body)
        person = Person(self.server)  # that went through a lot: its own second factor ended
        self.assertEqual(person.sign_in().status, 200)
        self.restart(person)  # as after ten minutes: what was shown before counts no more
        self.assertIsNone(person.get("/session").json["stepped_up_until"])
        for route in self.declared():
            with self.subTest(route=route["pattern"]):
                self.assertEqual(problem(self.ask(person, route)), (403, "step_up_required"))
        self.assertEqual(person.get("/users").status, 200)
        self.assertEqual(person.post("/projects", {"name": "Without"}).status, 201)
        # A key is not asked.
        for route in self.declared():
            if route["where"] != "session":
                with self.subTest(route=route["pattern"], by="a key"):
                    path = re.sub(r"\{[a-z_]+\}", SOMETHING, route["pattern"])
                    data = None if route["method"] == "DELETE" else {}
                    self.assertNotIn(b"step_up_required",
                                     self.vault.http.request(route["method"], path, data).body)
        before = len(self.events("permission.denied"))
        self.assertEqual(problem(person.post("/session/step-up", {"password": "wrong"})), (401, "wrong_credentials"))
        self.assertEqual(problem(person.post("/users", {"name": "x"})), (403, "step_up_required"))
        self.assertEqual(len(self.events("permission.denied")), before)
        self.assertEqual(person.post("/session/step-up", {"password": Person.PASSWORD}).status, 204)
        self.assertIsNotNone(person.get("/session").json["stepped_up_until"])
        for route in self.declared():
            with self.subTest(route=route["pattern"], fresh="step-up"):
                self.assertNotIn(b"step_up_required", self.ask(person, route).body)
        self.assertEqual(len(self.events("session.stepped_up")), 1)

    def test_whoever_has_a_second_factor_shows_that_too(self):
        person, _ = self.user("ada")
        app, codes = self.enabled(person)
        self.restart(person)
        for sent, wanted in (({"password": Person.PASSWORD}, "second_factor_required"),
                             ({"password": Person.PASSWORD, "code": app.wrong()}, "wrong_credentials"),
                             ({"password": "wrong", "code": codes[0]}, "wrong_credentials"),
                             ({"code": codes[0]}, "wrong_credentials")):
            self.assertEqual(problem(person.post("/session/step-up", sent)), (401, wanted))
            self.assertIsNone(person.get("/session").json["stepped_up_until"])
        self.assertEqual(person.post("/session/step-up", {"password": Person.PASSWORD, "code": codes[0]}).status, 204)
        # A new password alone makes no session that is as good.
        changed = person.change_password(Person.PASSWORD, "another long password")
        self.assertEqual(changed.status, 200, changed)
        self.assertIsNone(changed.json["stepped_up_until"])
        self.assertEqual(problem(person.request("DELETE", "/session/second-factor")), (403, "step_up_required"))

    def test_guesses_count(self):
        person, _ = self.user("grace")
        answers = [problem(person.post("/session/step-up", {"password": "wrong"})) for _ in range(8)]
        self.assertIn((429, "too_many_attempts"), answers)


class BreachedPasswords(unittest.TestCase):
    PUBLISHED = "correct horse battery staple"

    def list_of(self, *passwords):
        lines = sorted(hashlib.sha1(one.encode()).hexdigest().upper() for one in passwords)
        return "".join(f"{line}:{number + 1}\r\n" for number, line in enumerate(lines))

    def test_none_of_them_can_be_chosen(self):
        file = world.directory / "breached.txt"
        file.write_text(self.list_of(self.PUBLISHED, *(f"password number {n}" for n in range(500))))
        server = harness.Strongroom(world, name="breached", options=["--breached-passwords", str(file)]).start()
        self.addCleanup(server.stop)
        person = Person(server)
        first = first_password(server)
        self.assertEqual(person.sign_in("admin", first).status, 200)
        for chosen in (self.PUBLISHED, "password number 77"):
            refused = person.change_password(first, chosen)
            self.assertEqual((problem(refused), refused.json["field"]),
                             ((400, "breached_password"), "/new_password"))
        self.assertEqual(person.change_password(first, "password number 501").status, 200)

    def test_a_file_that_is_none_stops_the_start(self):
        good = self.list_of("one", "two", "three").splitlines(keepends=True)
        for name, text in (("unsorted", "".join(reversed(good))), ("none", "one\ntwo\n"), ("missing", None)):
            with self.subTest(file=name):
                file = world.directory / f"{name}.txt"
                if text is not None:
                    file.write_text(text)
                server = harness.Strongroom(world, name=f"breached-{name}",
                                            options=["--breached-passwords", str(file)])
                process = server.launch()
                harness.wait_until(lambda: not process.running(), "the refusal")
                self.assertEqual(process.child.returncode, 1)
                self.assertIn("breached passwords", process.tail())
