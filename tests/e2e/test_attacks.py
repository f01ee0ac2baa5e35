"""What happened to others and is tried here in no other test; docs/attacks.md has all of it."""
import json
import secrets
import unittest

import yaml

import harness
from person import COOKIE, Person, first_password
from vault import API, LOOKUP, Vault

QUICK = True

FOREIGN_TYPES = ("text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded",
                 "application/xml", "application/json-seq", "text/json", "")


def setUpModule():
    global world, server, vault, plain
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    server = harness.Strongroom(world).start()
    vault = Vault(server)
    plain = harness.Client(server.origin, server.ca_file)  # not held against the contract


def json_operations():
    """(method, path, ways to sign in) of what api.yaml says to take JSON and nothing else, from people."""
    contract = yaml.safe_load((harness.TOP / "api.yaml").read_text())
    for path, item in contract["paths"].items():
        for method, operation in item.items():
            body = operation.get("requestBody") if isinstance(operation, dict) else None
            if not body or [*body.get("content", {})] != ["application/json"] or "{" in path:
                continue
            ways = {name for way in operation.get("security", contract["security"]) for name in way}
            if "robotKey" not in ways:
                yield method.upper(), path, ways


class Bodies(unittest.TestCase):
    def test_a_body_is_what_it_says_or_it_is_nothing(self):
        # E9
        asked = 0
        person = Person.administrator(server)
        signed_in = {"Cookie": f"{COOKIE}={person.cookie}", "X-CSRF-Token": person.session["csrf_token"]}
        for method, path, ways in json_operations():
            shown = signed_in if "sessionCookie" in ways else {}
            for kind in FOREIGN_TYPES:
                with self.subTest(method=method, path=path, kind=kind):
                    answer = plain.request(method, path, raw=b'{"name": "from a form"}',
                                           headers=shown | {"Content-Type": kind})
                    self.assertEqual(answer.status, 415, answer)
                    asked += 1
        self.assertGreater(asked, 50)
        self.assertNotIn("from a form", json.dumps(vault.list("projects")))


class Credentials(unittest.TestCase):
    def ask(self, path, **headers):
        return plain.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def test_no_credential_stands_in_for_another(self):
        # E10
        person = Person.administrator(server)
        cookie = f"{COOKIE}={person.cookie}"
        projects = f"{API}/projects"
        self.assertEqual(self.ask(projects, Cookie=cookie).status, 200)
        for wrong in (f"Bearer srk_user_{secrets.token_hex(20)}", "Bearer ", "Basic YWRtaW46YWRtaW4=",
                      "Bearer null", f"bearer {person.cookie}"):
            with self.subTest(authorization=wrong):
                self.assertEqual(self.ask(projects, Cookie=cookie, Authorization=wrong).status, 401)
        self.assertEqual(self.ask(projects).status, 401)
        self.assertEqual(self.ask(projects, X_Forwarded_User="admin", X_Remote_User="admin").status, 401)
        # Nor does a person's right stand in for a robot's, or the other way round.
        question = f"{LOOKUP}?project=x&target_system=y&label=z"
        self.assertEqual(self.ask(question, Cookie=cookie).status, 401)
        self.assertEqual(self.ask(question, Authorization=f"Bearer {vault.http.key}").status, 401)
        robot = vault.robot()
        self.assertIn(self.ask(projects, Authorization=f"Bearer {robot.key}").status, (401, 403))

    def test_a_key_in_an_address_is_no_key(self):
        # E18
        for name in ("key", "api_key", "access_token", "token", "authorization"):
            with self.subTest(name=name):
                answer = self.ask(f"{API}/projects?{name}={vault.http.key}")
                self.assertEqual(answer.status, 401, answer)
        self.assertNotIn(vault.http.key, server.log)


class Catalogue(unittest.TestCase):
    REGISTRATION = {"client_id", "client_secret", "consumer_key", "consumer_secret", "consumer_secrets",
                    "password", "private_key", "registration"}

    def members(self, value):
        """The names of all members that have a text: values, and no words about a box."""
        if isinstance(value, list):
            return set().union(*map(self.members, value))
        if not isinstance(value, dict):
            return set()
        own = {name for name, one in value.items() if isinstance(one, str) and one}
        return own.union(*map(self.members, value.values()))

    def test_no_entry_brings_a_registration_along(self):
        # E26
        files = [path for path in sorted((harness.TOP / "providers").glob("*.json"))
                 if path.name != "schema.json"]
        self.assertGreater(len(files), 8)
        entries = [json.loads(path.read_text()) for path in files]
        entries.append(vault.expect(200, vault.http.get(f"{API}/service-providers")))
        for entry in entries:
            self.assertEqual(self.members(entry) & self.REGISTRATION, set(), entry.get("id"))


class FreshServer(unittest.TestCase):
    GUESSES = (("admin", "admin"), ("admin", "password"), ("admin", "strongroom"), ("admin", ""),
               ("root", "root"), ("administrator", "administrator"))
    DEBUGGING = ("/metrics", "/livez", "/readyz", "/debug", "/debug/pprof/", "/actuator/env", "/.env",
                 "/.git/config", "/server-status", "/swagger", "/console/../admin.sock", "/admin",
                 f"{API}/debug", f"{API}/config", f"{API}/test", "/_test/revoke")

    def test_it_has_no_credential_that_anybody_could_know(self):
        # E31
        fresh = [harness.Strongroom(world, name=f"fresh-{number}").start() for number in (1, 2)]
        for one in fresh:
            self.addCleanup(one.stop)
        passwords = {first_password(one) for one in fresh}
        self.assertEqual(len(passwords), 2)
        self.assertTrue(all(len(password) >= 16 for password in passwords))
        for user, password in self.GUESSES:
            with self.subTest(user=user):
                answer = Person(fresh[0]).sign_in(user, password)
                self.assertIn(answer.status, (400, 401, 429), answer)
        # The right one opens nothing before it is changed.
        person = Person(fresh[1])
        self.assertEqual(person.sign_in("admin", first_password(fresh[1])).status, 200)
        self.assertEqual(person.get("/projects").status, 403)

    def test_nothing_answers_but_what_is_documented(self):
        # E31
        for path in self.DEBUGGING:
            with self.subTest(path=path):
                self.assertIn(plain.get(path).status, (400, 404))
                self.assertIn(plain.request("TRACE", path).status, (400, 404, 405))
        shown = world.run("config", "show").stdout
        self.assertIn('server.listen = "127.0.0.1:', shown)
        self.assertIn('management.listen = "127.0.0.1:', shown)
