"""People sign in to the console: from the first password to the lost one."""
import sqlite3
import stat
import unittest

import harness
from person import COOKIE, Person, first_password
from vault import API, Vault

QUICK = True
CHOSEN = "correct horse battery"
FLAGS = ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"]


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

    def reset(self, *words):
        return world.run("user", "reset-password", *words, "--data", self.server.data)


class FirstSignIn(WithServer):
    def test_the_first_password_opens_nothing_but_its_own_change(self):
        file = self.server.data / "initial-admin-password"
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        self.assertIn("has\nto be changed", file.read_text())
        password = first_password(self.server)
        self.assertIn(str(file), self.server.log)
        self.assertIn(str(file), self.server.process.output.read_text())

        person = Person(self.server)
        begun = person.sign_in("Admin", password)
        self.assertEqual(begun.status, 200, begun)
        self.assertTrue(begun.json["must_change_password"])
        self.assertEqual(begun.json["idle_timeout_seconds"], 30 * 60)
        self.assertEqual(begun.json["preferences"], {})
        self.assertEqual(begun.json["server"]["public_url"], self.server.origin)
        self.assertEqual(begun.json["server"]["profile"], "development")
        self.assertEqual(problem(person.get("/projects")), (403, "password_change_needed"))
        self.assertEqual(problem(person.post("/projects", {"name": "x"})),
                         (403, "password_change_needed"))
        self.assertTrue(person.get("/session").json["must_change_password"])

        first_cookie = person.cookie
        for chosen in ("short", password, "passwordpassword"):
            refused = person.change_password(password, chosen)
            self.assertEqual((refused.status, refused.json["field"]), (400, "/new_password"))
        refused = person.change_password("wrong", CHOSEN)
        self.assertEqual((refused.status, refused.json["field"]), (400, "/current_password"))
        self.assertTrue(file.exists())

        self.server.restart()  # the file, and what it says, are still good
        self.assertEqual(first_password(self.server), password)
        person.reconnect()
        changed = person.change_password(password, CHOSEN)
        self.assertEqual(changed.status, 200, changed)
        self.assertFalse(changed.json["must_change_password"])
        self.assertFalse(file.exists())
        self.assertNotEqual(person.cookie, first_cookie)
        self.assertEqual(person.get("/projects").status, 200)

        old = Person(self.server)
        old.cookie = first_cookie
        self.assertEqual(problem(old.get("/session")), (401, "session_ended"))
        self.assertEqual(problem(old.sign_in("admin", password)), (401, "wrong_credentials"))
        self.assertEqual(Person(self.server).sign_in("admin", CHOSEN).status, 200)
        self.server.restart()
        self.assertFalse(file.exists())


class Sessions(WithServer):
    def setUp(self):
        self.person = Person.administrator(self.server)

    def test_the_cookie_is_for_this_host_alone(self):
        answer = self.person.sign_in()
        name, *flags = answer.headers["Set-Cookie"].split("; ")
        self.assertTrue(name.startswith(f"{COOKIE}=srk_session_"))
        self.assertEqual(flags, FLAGS)
        ended = self.person.request("DELETE", "/session")
        self.assertEqual(ended.status, 204)
        self.assertEqual(ended.headers["Set-Cookie"].split("; "), [f"{COOKIE}=", *FLAGS, "Max-Age=0"])

    def test_a_session_works_as_a_key_does(self):
        who = self.person.get("/whoami").json
        self.assertEqual((who["user"]["name"], who["api_key"]), ("admin", None))
        made = self.person.post("/projects", {"name": "By session"})
        self.assertEqual(made.status, 201, made)
        events = self.person.get("/audit-events", query={"action": "project.created"}).json["items"]
        event = next(one["event"] for one in events
                     if one["event"]["subject_id"] == made.json["id"])
        self.assertEqual((event["actor_kind"], event["actor_id"]), ("user", who["user"]["id"]))
        self.assertIsNone(event.get("key_id"))
        key = self.person.post("/api-keys", {"name": "By session"})
        self.assertEqual(key.status, 201, key)
        self.assertEqual(key.json["user"], who["user"]["id"])
        vault = self.server.client(key.json["key"])
        self.assertEqual(vault.get(f"{API}/whoami").json["user"], who["user"])

    def test_a_change_needs_the_token_and_no_other_sites_page_can_send_one(self):
        self.assertEqual(problem(self.person.post("/projects", {"name": "x"}, token=False)),
                         (403, "csrf_token_wrong"))
        self.assertEqual(problem(self.person.request("DELETE", "/session", token=False)),
                         (403, "csrf_token_wrong"))
        cross = {"Sec-Fetch-Site": "cross-site"}
        self.assertEqual(problem(self.person.post("/projects", {"name": "x"}, headers=cross)),
                         (403, "cross_site_request"))
        somebody = Person(self.server)
        self.assertEqual(problem(somebody.post("/session", {"user": "admin", "password": CHOSEN},
                                               headers=cross)), (403, "cross_site_request"))
        for form in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data"):
            sent = somebody.request("POST", "/session", headers={"Content-Type": form},
                                    raw=b'{"user": "admin", "password": "correct horse battery"}')
            self.assertEqual(problem(sent), (415, "unsupported_media_type"))

    def test_a_session_that_ended_says_so(self):
        cookie = self.person.cookie
        self.assertEqual(self.person.request("DELETE", "/session").status, 204)
        self.person.cookie = cookie
        for method, path in (("GET", "/session"), ("GET", "/projects"), ("POST", "/projects"),
                             ("DELETE", "/session")):
            self.assertEqual(problem(self.person.request(method, path, {})), (401, "session_ended"))
        self.person.cookie = None
        self.assertEqual(problem(self.person.get("/session")), (401, "unauthenticated"))
        # No session, and a key: that is no sign-in either.
        key = {"Authorization": f"Bearer {self.server.admin_key()}"}
        self.assertEqual(self.person.get("/session", headers=key).status, 401)

    def test_a_session_outlives_the_server_whichever_way_that_ends(self):
        kept = {"columns": ["label", "state"], "page_size": 50, "theme": "dark"}
        self.assertEqual(self.person.request("PUT", "/session/preferences", kept).json["preferences"],
                         kept)
        for number in (harness.signal.SIGTERM, harness.signal.SIGKILL):
            before = self.person.session
            self.server.restart(number)
            after = self.person.reconnect().get("/session")
            self.assertEqual(after.status, 200, after)
            self.assertEqual(after.json["preferences"], kept)
            self.assertEqual(after.json["csrf_token"], before["csrf_token"])
            self.assertEqual(after.json["expires_at"], before["expires_at"])
        self.assertEqual(self.person.post("/projects", {"name": "After"}).status, 201)

    def test_preferences_are_an_object_of_some_size_and_each_persons_own(self):
        def put(raw):
            return self.person.request("PUT", "/session/preferences", raw=raw,
                                       headers={"Content-Type": "application/json"})
        largest = b'{"a":"' + b"x" * (16384 - 8) + b'"}'
        self.assertEqual(put(largest).status, 200)
        self.assertEqual(put(largest + b" ").status, 400)
        for bad in (b"[]", b"null", b'"a"', b"{", b"", b'{"a":1,"a":2}'):
            self.assertEqual(put(bad).status, 400, bad)
        self.assertEqual(put(b' {"n": 1e2, "o": {}} ').json["preferences"], {"n": 100, "o": {}})
        self.server.admin_key(user="ada")
        password = self.reset("ada").stdout.strip()
        ada = Person(self.server)
        self.assertEqual(ada.sign_in("ada", password).json["preferences"], {})

    def test_a_row_that_is_put_back_stops_the_next_start(self):
        server = harness.Strongroom(world, name="put-back").start()
        person = Person.administrator(server)
        database = server.data / "state.db"
        with sqlite3.connect(database) as raw:
            rows = raw.execute("SELECT * FROM sessions").fetchall()
        self.assertEqual(person.request("DELETE", "/session").status, 204)
        server.stop()
        with sqlite3.connect(database) as raw:
            raw.executemany(f"INSERT INTO sessions VALUES ({', '.join('?' * len(rows[0]))})", rows)
        process = server.launch()
        harness.wait_until(lambda: not process.running(), "the refusal")
        self.assertEqual(process.child.returncode, 1)
        self.assertIn("table sessions", process.tail())


class LostPassword(WithServer):
    def test_a_new_one_ends_the_sessions_and_has_to_be_changed(self):
        person = Person.administrator(self.server)
        done = self.reset()
        self.assertEqual(done.returncode, 0, done.stderr)
        password = done.stdout.strip()
        self.assertEqual(len(password.split("-")), 5)
        self.assertEqual(problem(person.get("/session")), (401, "session_ended"))
        self.assertEqual(problem(person.sign_in()), (401, "wrong_credentials"))
        self.assertTrue(person.sign_in("admin", password).json["must_change_password"])
        self.assertEqual(person.change_password(password).status, 200)

        self.server.stop()
        offline = self.reset("ADMIN").stdout.strip()
        self.server.start()
        person.reconnect()
        self.assertEqual(problem(person.get("/session")), (401, "session_ended"))
        self.assertTrue(person.sign_in("admin", offline).json["must_change_password"])
        self.assertEqual(person.change_password(offline).status, 200)
        events = person.get("/audit-events", query={"action": "user.password_reset"}).json["items"]
        self.assertEqual([one["event"]["actor_kind"] for one in events], ["server", "server"])

    def test_nobody_who_is_not_there_gets_one(self):
        for running in (True, False):
            if not running:
                self.server.stop()
            done = self.reset("nobody")
            self.assertEqual((done.returncode, done.stdout), (3, ""))
            self.assertIn("There is no such user.", done.stderr)
        self.server.start()
        self.assertEqual(world.run("user", "reset-password", "--help").returncode, 0)
        self.assertEqual(world.run("user", "reset-password").returncode, 2)


class KeysAlone(unittest.TestCase):
    def test_a_directory_with_a_key_and_no_password_gets_one_from_its_host_alone(self):
        server = harness.Strongroom(world, name="keys-alone")
        server.start().stop()
        with sqlite3.connect(server.data / "state.db") as raw:  # as before anybody could sign in
            users = raw.execute("SELECT count(*) FROM users WHERE password_hash <> ''").fetchone()
        self.assertEqual(users, (1,))
        fresh = harness.Strongroom(world, name="fresh")
        (fresh.data / "root.key").write_bytes((server.data / "root.key").read_bytes())
        (fresh.data / "root.key").chmod(0o600)
        made = world.run("api-key", "create", "--data", fresh.data, "--user", "admin")
        self.assertEqual(made.returncode, 0, made.stderr)
        fresh.start()
        self.addCleanup(fresh.stop)
        self.assertIsNone(first_password(fresh))
        hint = f"user reset-password admin --data {fresh.data}"
        self.assertIn(hint, fresh.process.output.read_text())
        person = Person(fresh)
        for password in ("", "admin", "password1234"):
            self.assertIn(person.sign_in("admin", password).status, (400, 401))
        password = world.run("user", "reset-password", "--data", fresh.data).stdout.strip()
        self.assertEqual(person.sign_in("admin", password).status, 200)
        self.assertIn("manage_api_keys", person.session["permissions"])
        self.assertEqual(person.change_password(password).status, 200)
        key = made.stdout.split()[-1]  # works on
        self.assertEqual(fresh.client(key).get(f"{API}/whoami").json["user"]["id"], person.session["user"]["id"])


class Guessing(WithServer):
    def test_whoever_guesses_has_to_wait_and_learns_nothing(self):
        Person.administrator(self.server)
        guesser = Person(self.server)
        for name in ("admin", "nobody"):
            answers = [guesser.sign_in(name, f"guess number {n}") for n in range(7)]
            self.assertEqual([one.status for one in answers], [401] * 6 + [429])
            told = answers[-1].json
            self.assertEqual(told["type"], "/problems/too_many_attempts")
            self.assertEqual(answers[-1].headers["Retry-After"], "1")
            self.assertEqual(len({one.json["detail"] for one in answers[:6]}), 1)
        # The right one does not help before the time is over; then it does.
        harness.wait_until(lambda: guesser.sign_in().status == 200, "the wait to be over", patience=20)
        metrics = self.server.metrics()
        self.assertIn('strongroom_sign_ins_total{result="refused"} 12\n', metrics)
        self.assertRegex(metrics, r'strongroom_sign_ins_total\{result="throttled"\} [1-9]')
        events = guesser.get("/audit-events", query={"page_size": 1000}).json["items"]
        self.assertNotIn("unknown", {one["event"]["actor_kind"] for one in events})
        self.assertEqual(self.server.log.count("Sign-ins are refused for a while"), 1)


class Secrets(WithServer):
    def test_no_password_and_no_cookie_is_anywhere_but_where_it_belongs(self):
        password = first_password(self.server)
        person = Person.administrator(self.server)
        cookies = [person.cookie]
        person.sign_in("admin", "wrong but secret")
        person.sign_in()
        cookies.append(person.cookie)
        reset = self.reset().stdout.strip()
        person.sign_in("admin", reset)
        cookies.append(person.cookie)
        person.change_password(reset, "yet another secret")
        cookies.append(person.cookie)
        secrets = [password, CHOSEN, "wrong but secret", reset, "yet another secret", *cookies,
                   person.session["csrf_token"]]
        vault = Vault(self.server)
        audit = vault.http.get(f"{API}/audit-events", query={"page_size": 1000}).body.decode()
        self.server.stop()
        places = {"log": self.server.log, "output": self.server.process.output.read_text(),
                  "audit": audit}
        places |= {file.name: file.read_bytes().decode("latin-1")
                   for file in self.server.data.rglob("*") if file.is_file()}
        for secret in secrets:
            for name, text in places.items():
                self.assertNotIn(secret, text, name)
                self.assertNotIn(secret[13:40] if secret in cookies else secret, text, name)
        self.server.start()
