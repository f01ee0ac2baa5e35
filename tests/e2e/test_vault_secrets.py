"""Secrets: passwords, API keys, certificates and texts that robots look up beside tokens."""
import base64
import datetime
import json
import pathlib
import shutil
import signal
import sqlite3
import ssl
import subprocess
import tempfile
import unittest
import urllib.parse

import command_line
import harness
import session
from client_pair import Pair
from vault import API, SECRET_LOOKUP, Vault

QUICK = True
CANARY = 'canary "secret" +%:/\\ 0123456789 ä€'
NEXT_CANARY = "canary-next-value-9876543210"
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def setUpModule():
    global world, server, vault, system
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    server = harness.Strongroom(world, env={"STRONGROOM_LOG__LEVEL": "debug"}).start()
    vault = Vault(server)
    system = vault.plain_system()


def events_of(secret, action):
    return [one["event"] for one in vault.audit_events(action=action)["items"]
            if one["event"]["subject_id"] == secret["id"]]


def add_value(secret, value, **more):
    return vault.http.post(f"{API}/secrets/{secret['id']}/values", {"value": value} | more)


def value_of(secret, is_current):
    return next(one for one in vault.get("secrets", secret["id"])["values"]
                if one["is_current"] == is_current)


def forms_of(secret):
    """The secret as it is, and as careless code might have written it."""
    raw = secret.encode()
    return {raw, base64.b64encode(raw).rstrip(b"="), base64.urlsafe_b64encode(raw).rstrip(b"="),
            raw.hex().encode(), urllib.parse.quote_plus(secret).encode(),
            secret.replace("\\", "\\\\").replace('"', '\\"').encode()}


class Look_up(unittest.TestCase):
    def test_a_robot_gets_what_was_stored_and_the_trail_says_so(self):
        secret = vault.secret(system, CANARY, user_name="BATCH01", expires_on="2099-06-30")
        robot = vault.secret_reader_of(secret)
        for answer in (robot.look_secret_up(secret), robot.look_secret_up_id(secret["id"])):
            self.assertEqual(answer.status, 200, answer)
            self.assertEqual(answer.headers["Cache-Control"], "no-store")
            self.assertEqual(answer.json, {
                "id": secret["id"], "kind": "password", "user_name": "BATCH01", "value": CANARY,
                "expires_on": "2099-06-30", "next": None})
        handed_out = events_of(secret, "secret.handed_out")
        self.assertEqual([(one["actor_kind"], one["actor_id"], one["outcome"]) for one in handed_out],
                         [("robot", robot.id, "success")] * 2)
        self.assertEqual(len({one["fingerprint"] for one in handed_out}), 1)
        self.assertRegex(handed_out[0]["fingerprint"], "^[0-9a-f]{32}$")

    def test_names_have_no_case_and_a_changed_label_answers_at_once_and_the_old_one_with_a_warning(self):
        secret = vault.secret(system, label="Batch User")
        robot = vault.secret_reader_of(secret)
        question = {name: text.upper() for name, text in secret["question"].items()}
        self.assertEqual(robot.http.get(SECRET_LOOKUP, query=question).status, 200)
        self.assertEqual(vault.update("secrets", secret["id"], {"label": "Night user"}).status, 200)
        old = robot.look_secret_up(secret)
        self.assertEqual(old.status, 200)
        self.assertRegex(old.headers["Deprecation"], "^@[0-9]+$")
        self.assertIn("GMT", old.headers["Sunset"])
        new = robot.http.get(SECRET_LOOKUP, query=question | {"label": "night user"})
        self.assertEqual((new.status, new.headers.get("Deprecation")), (200, None))
        taken = vault.http.post(f"{API}/secrets", {"project": vault.project["id"], "target_system": system["id"],
                                                   "label": "batch user", "kind": "password", "value": "x"})
        self.assertEqual((taken.status, taken.json["type"], taken.json["existing_id"]),
                         (409, "/problems/duplicate", secret["id"]))

    def test_what_is_not_there_and_what_is_not_yours_are_the_same_answer(self):
        secret = vault.secret(system)
        stranger = vault.robot()
        expected = stranger.http.get(SECRET_LOOKUP, query=secret["question"] | {"label": "nobody's"})
        self.assertEqual(expected.status, 404)
        for answer in (stranger.look_secret_up(secret), stranger.look_secret_up_id(secret["id"]),
                       stranger.look_secret_up_id(UNKNOWN), stranger.look_secret_up_id("no-id"),
                       stranger.http.get(SECRET_LOOKUP, query=secret["question"] | {"project": "x"}),
                       stranger.http.get(SECRET_LOOKUP, query=secret["question"] | {"target_system": "x"})):
            self.assertEqual((answer.status, answer.json | {"request_id": 0}),
                             (404, expected.json | {"request_id": 0}))
        reasons = [one["event"]["reason"] for one in
                   vault.audit_events(action="lookup.denied", actor_id=stranger.id)["items"]]
        # Ids that nobody has are one kind: the second of them is counted, and written after its minute.
        self.assertEqual(sorted(reasons), ["no_access"] * 2 + ["unknown_secret"] * 4)

    def test_a_wrong_key_and_a_bad_query_are_refused(self):
        secret = vault.secret(system)
        robot = vault.secret_reader_of(secret)
        self.assertEqual(server.client("srr_wrong").get(SECRET_LOOKUP, query=secret["question"]).status, 401)
        for query in ({}, secret["question"] | {"min_ttl": "5"}, secret["question"] | {"x": "y"}):
            self.assertEqual(robot.http.get(SECRET_LOOKUP, query=query).status, 400, query)
        self.assertEqual(server.client("srr_wrong").get(SECRET_LOOKUP, query={}).status, 401)

    def test_rules_by_path_and_their_end(self):
        secret = vault.secret(system)
        inside, outside = vault.robot(path="hr/pay"), vault.robot(path="sales")
        rule = vault.grant_secret(secret, path_pattern="hr/**")
        self.assertEqual((inside.look_secret_up(secret).status, outside.look_secret_up(secret).status),
                         (200, 404))
        self.assertEqual([one["id"] for one in vault.list("secret-access", robot=inside.id)["items"]],
                         [rule["id"]])
        self.assertEqual(vault.list("secret-access", robot=outside.id)["total"], 0)
        self.assertIsNotNone(vault.get("secret-access", rule["id"])["last_used_at"])
        self.assertEqual(vault.delete("secret-access", rule["id"]).status, 200)
        self.assertEqual(inside.look_secret_up(secret).status, 404)
        again = vault.http.post(f"{API}/secret-access", {"secret": secret["id"], "path_pattern": "hr/**"})
        twice = vault.http.post(f"{API}/secret-access", {"secret": secret["id"], "path_pattern": "HR/**"})
        self.assertEqual((again.status, twice.status, twice.json["type"]),
                         (201, 409, "/problems/duplicate"))

    def test_a_revoked_key_a_deleted_robot_and_kills_end_it(self):
        secret = vault.secret(system)
        robot = vault.secret_reader_of(secret)
        for subject in ({"robot": robot.id}, {"target_system": system["id"]}):
            stop = vault.create("kills", subject | {"reason": "leaked", "revoke_upstream": False})
            self.assertEqual(robot.look_secret_up(secret).status, 404, subject)
            if "target_system" in subject:
                self.assertEqual(vault.get("secrets", secret["id"])["killed_by"], stop["id"])
            vault.delete("kills", stop["id"])
            self.assertEqual(robot.look_secret_up(secret).status, 200, subject)
        vault.delete("robots", robot.id)
        self.assertEqual(robot.look_secret_up(secret).status, 401)
        other = vault.secret_reader_of(secret)
        vault.revoke_key(other)
        self.assertEqual(other.look_secret_up(secret).status, 401)

    def test_a_runner_asks_in_the_name_of_its_robots(self):
        secret = vault.secret(system)
        robot = vault.secret_reader_of(secret, name="Payer", path="pay/run")
        runner = vault.robot(path="machines", kind="runner", serves=["pay"])
        name = {"X-Strongroom-Robot": "pay/run/Payer"}
        self.assertEqual(runner.look_secret_up(secret, headers=name).status, 200)
        self.assertEqual(events_of(secret, "secret.handed_out")[0]["runner_id"], runner.id)
        self.assertEqual(runner.look_secret_up(secret).status, 400)
        self.assertEqual(runner.look_secret_up(secret, headers={"X-Strongroom-Robot": "hr/Payer"}).status, 404)
        self.assertEqual(robot.look_secret_up(secret, headers=name).status, 404)

    def test_restrictions_of_a_key_count(self):
        secret = vault.secret(system)
        robot = vault.secret_reader_of(secret)

        def asked_with(restrictions):
            vault.revoke_key(robot)
            key = vault.expect(201, vault.http.post(f"{API}/robots/{robot.id}/keys",
                                                    {"restrictions": restrictions}))
            robot.key_id = key["id"]
            client = server.client(key["key"])
            return [client.get(SECRET_LOOKUP, query=secret["question"]).status for _ in range(3)]
        self.assertEqual(asked_with({"max_uses": 2}), [200, 200, 404])
        self.assertEqual(asked_with({"addresses": ["192.0.2.0/24"]}), [404] * 3)

    def test_a_target_system_of_all_projects_and_one_with_oauth_do_as_well(self):
        everywhere = vault.plain_system(project=None)
        secret = vault.secret(everywhere)
        self.assertEqual(vault.secret_reader_of(secret).look_secret_up(secret).status, 200)
        with_oauth = vault.target_system("https://id.example/token", "key", "s3cret", world=world)
        secret = vault.secret(with_oauth)
        self.assertEqual(vault.secret_reader_of(secret).look_secret_up(secret).status, 200)


class Two_values(unittest.TestCase):
    def test_robots_get_the_current_one_and_the_other_as_next(self):
        secret = vault.secret(system, "first", user_name="user", expires_on="2027-01-31")
        robot = vault.secret_reader_of(secret)
        added = add_value(secret, "second", expires_on="2028-01-31")
        self.assertEqual((added.status, [one["is_current"] for one in added.json["values"]]),
                         (200, [True, False]))
        answer = robot.look_secret_up(secret).json
        self.assertEqual((answer["value"], answer["expires_on"], answer["next"]),
                         ("first", "2027-01-31",
                          {"value": "second", "user_name": "user", "expires_on": "2028-01-31"}))
        self.assertEqual(len({one["fingerprint"] for one in events_of(secret, "secret.handed_out")}), 2)
        self.assertEqual(add_value(secret, "third").json["type"], "/problems/in_use")

        second = value_of(secret, False)
        path = f"{API}/secrets/{secret['id']}/values/{second['id']}"
        self.assertEqual(vault.http.post(f"{path}/make-current").status, 200)
        answer = robot.look_secret_up(secret).json
        self.assertEqual((answer["value"], answer["next"]["value"]), ("second", "first"))
        self.assertEqual(vault.http.request("DELETE", path).json["type"], "/problems/in_use")
        first = value_of(secret, False)
        self.assertEqual(vault.http.request(
            "DELETE", f"{API}/secrets/{secret['id']}/values/{first['id']}").status, 200)
        answer = robot.look_secret_up(secret).json
        self.assertEqual((answer["value"], answer["next"]), ("second", None))
        self.assertEqual([one["action"] for one in reversed(events_of(secret, "secret.value_replaced"))],
                         ["secret.value_replaced"] * 2)
        self.assertEqual(len(events_of(secret, "secret.value_dropped")), 1)

    def test_one_may_be_current_at_once(self):
        secret = vault.secret(system, "before")
        robot = vault.secret_reader_of(secret)
        self.assertEqual(add_value(secret, "after", make_current=True).status, 200)
        answer = robot.look_secret_up(secret).json
        self.assertEqual((answer["value"], answer["next"]["value"]), ("after", "before"))

    def test_no_such_value(self):
        secret, other = vault.secret(system), vault.secret(system)
        theirs = value_of(other, True)["id"]
        for id in (theirs, UNKNOWN):
            path = f"{API}/secrets/{secret['id']}/values/{id}"
            self.assertEqual(vault.http.post(f"{path}/make-current").status, 404)
            self.assertEqual(vault.http.request("DELETE", path).status, 404)


class Certificates(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pair = Pair(world.directory, "payer")
        cls.other = Pair(world.directory, "another")

    @staticmethod
    def pem(pair, key_of=None):
        return pair.certificate + (key_of or pair).key

    def test_a_robot_gets_key_and_certificate_as_pem(self):
        secret = vault.secret(system, self.pem(self.pair), kind="certificate")
        shown = secret["values"][0]
        self.assertIn("CN=payer", shown["subject"])
        self.assertEqual(shown["expires_on"], shown["not_after"][:10])
        answer = vault.secret_reader_of(secret).look_secret_up(secret)
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
            file.write(answer.json["value"])
            file.flush()
            ssl.create_default_context().load_cert_chain(file.name)  # checks one against the other

    def test_so_does_one_that_was_entered_as_pkcs12(self):
        made = subprocess.run(["openssl", "pkcs12", "-export", "-inkey", self.pair.key_file, "-in",
                               self.pair.certificate_file, "-passout", "pass:pass phrase"],
                              check=True, capture_output=True).stdout
        file = base64.b64encode(made).decode()
        secret = vault.secret(system, file, kind="certificate", passphrase="pass phrase")
        value = vault.secret_reader_of(secret).look_secret_up(secret).json["value"]
        self.assertIn("-----BEGIN PRIVATE KEY-----", value)
        self.assertIn("-----BEGIN CERTIFICATE-----", value)
        for passphrase in ({"passphrase": "wrong"}, {}):
            refused = vault.http.post(f"{API}/secrets", self.members(file) | passphrase)
            self.assertEqual((refused.status, refused.json["field"]), (400, "/value"))

    def members(self, value):
        return {"project": vault.project["id"], "target_system": system["id"],
                "label": vault.name("refused"), "kind": "certificate", "value": value}

    def test_what_does_not_belong_together_is_refused(self):
        for value in (self.pem(self.pair, self.other), self.pair.certificate, self.pair.key, "no file at all"):
            refused = vault.http.post(f"{API}/secrets", self.members(value))
            self.assertEqual((refused.status, refused.json["field"]), (400, "/value"), refused.json)
        dated = vault.http.post(f"{API}/secrets", self.members(self.pem(self.pair)) | {"expires_on": "2027-01-01"})
        self.assertEqual((dated.status, dated.json["field"]), (400, "/expires_on"))


class Bad_input(unittest.TestCase):
    def test_errors_name_the_field(self):
        taken = vault.secret(system)
        good = {"project": vault.project["id"], "target_system": system["id"], "label": vault.name("secret"),
                "kind": "password", "value": "v"}
        for changes, status, field in (
                ({"value": ""}, 400, "/value"), ({"value": " padded"}, 400, "/value"),
                ({"value": "line\nbreak"}, 400, "/value"), ({"value": "x" * 5000}, 400, "/value"),
                ({"value": "x" * 70000}, 400, "/value"), ({"kind": "pin"}, 400, "/kind"),
                ({"label": ""}, 400, "/label"), ({"label": taken["label"].upper()}, 409, "/label"),
                ({"target_system": UNKNOWN}, 400, "/target_system"), ({"project": UNKNOWN}, 400, "/project"),
                ({"passphrase": "p"}, 400, "/passphrase"), ({"expires_on": "soon"}, 400, "/expires_on"),
                ({"user_name": "x" * 300}, 400, "/user_name"), ({"notes": "x" * 5000}, 400, "/notes"),
                ({"owner": {"email": "nobody"}}, 400, "/owner/email")):
            refused = vault.http.post(f"{API}/secrets", good | changes)
            self.assertEqual((refused.status, refused.json.get("field")), (status, field), refused.json)
        for name in ("project", "target_system", "label", "kind", "value"):
            refused = vault.http.post(f"{API}/secrets", {key: good[key] for key in good if key != name})
            self.assertEqual((refused.status, refused.json["field"]), (400, f"/{name}"))
        for changes in ({"value": "x"}, {"kind": "text"}, {"project": vault.project["id"]}):
            self.assertEqual(vault.update("secrets", taken["id"], changes).status, 400, changes)

    def test_a_text_may_have_lines(self):
        text = "first\n\tsecond\r\n" + "x" * 60000
        secret = vault.secret(system, text, kind="text")
        self.assertEqual(vault.secret_reader_of(secret).look_secret_up(secret).json["value"], text)

    def test_a_change_of_what_somebody_else_changed_is_refused(self):
        secret = vault.secret(system)
        path = f"{API}/secrets/{secret['id']}"
        self.assertEqual(vault.http.request("PATCH", path, {"notes": "x"}).status, 428)
        stale = {"If-Match": '"1"'}
        self.assertEqual(vault.http.request("PATCH", path, {"notes": "x"}, headers=stale).status, 200)
        self.assertEqual(vault.http.request("PATCH", path, {"notes": "y"}, headers=stale).status, 412)
        self.assertEqual(vault.get("secrets", secret["id"])["notes"], "x")


class Lists(unittest.TestCase):
    def test_filters_and_sorts(self):
        home = vault.plain_system()
        soon = (datetime.date.today() + datetime.timedelta(days=3)).isoformat()
        one = vault.secret(home, label="alpha", user_name="Zoe", expires_on=soon)
        two = vault.secret(home, label="beta", kind="api_key")
        three = vault.secret(home, label="gamma", kind="text", expires_on="2090-01-01")

        def labels(**query):
            page = vault.list("secrets", target_system=home["id"], **query)
            self.assertEqual(page["total"], len(page["items"]))
            return [item["label"] for item in page["items"]]
        self.assertEqual(labels(), ["alpha", "beta", "gamma"])
        self.assertEqual(labels(sort="-name"), ["gamma", "beta", "alpha"])
        self.assertEqual(labels(sort="expires_on"), ["alpha", "gamma", "beta"])
        self.assertEqual(labels(kind="api_key"), ["beta"])
        self.assertEqual(labels(filter="et"), ["beta"])
        self.assertEqual(labels(q="zoe"), ["alpha"])
        self.assertEqual(labels(q="AMM"), ["gamma"])
        self.assertEqual(labels(expires_before="2080-01-01"), ["alpha"])
        self.assertEqual(vault.list("secrets", project=vault.project["name"],
                                    target_system=home["name"])["total"], 3)
        vault.delete("secrets", two["id"])
        self.assertEqual((labels(), labels(deleted="true")), (["alpha", "gamma"], ["beta"]))
        for query in ({"kind": "pin"}, {"expires_before": "x"}, {"sort": "value"}, {"target_system": "x"}):
            self.assertEqual(vault.http.get(f"{API}/secrets", query=query).status, 400, query)
        self.assertEqual([one["label"], three["label"]], ["alpha", "gamma"])


class Deleting(unittest.TestCase):
    def test_a_secret_goes_and_comes_back_with_its_rules(self):
        secret = vault.secret(system)
        robot = vault.secret_reader_of(secret)
        tried = vault.http.request("DELETE", f"{API}/secrets/{secret['id']}", query={"dry_run": "true"})
        self.assertEqual((tried.json["dry_run"], tried.json["affected"]["secrets"],
                          tried.json["affected"]["robot_access"]), (True, 1, 1))
        self.assertEqual(robot.look_secret_up(secret).status, 200)
        self.assertEqual(vault.delete("secrets", secret["id"]).status, 200)
        self.assertEqual(robot.look_secret_up(secret).status, 404)
        self.assertEqual(vault.http.get(f"{API}/secrets/{secret['id']}").status, 404)
        self.assertEqual(vault.http.post(f"{API}/secrets/{secret['id']}/restore").status, 200)
        self.assertEqual(robot.look_secret_up(secret).status, 200)

    def test_it_goes_and_comes_back_with_its_target_system_and_project(self):
        project = vault.create("projects", {"name": vault.name("project")})
        home = vault.plain_system(project=project["id"])
        secret = vault.secret(home, project=project["id"])
        secret["question"]["project"] = project["name"]
        robot = vault.secret_reader_of(secret, project=project["id"])
        for collection, thing in (("target-systems", home), ("projects", project)):
            gone = vault.delete(collection, thing["id"])
            self.assertEqual((gone.status, gone.json["affected"]["secrets"]), (200, 1))
            self.assertEqual(robot.look_secret_up(secret).status, 404)
            server.restart(signal.SIGKILL)
            vault.reconnect()
            robot.http = server.client(robot.key)
            self.assertEqual(robot.look_secret_up(secret).status, 404)
            self.assertEqual(vault.http.get(f"{API}/secrets/{secret['id']}").status, 404)
            self.assertEqual(vault.http.post(f"{API}/{collection}/{thing['id']}/restore").status, 200)
            self.assertEqual(robot.look_secret_up(secret).status, 200, collection)


class Extract(unittest.TestCase):
    def extract(self, secret, http=None):
        return (http or vault.http).post(f"{API}/secrets/{secret['id']}/extract")

    def test_gives_the_value_to_a_key_and_is_written_down(self):
        secret = vault.secret(system, "what robots get", user_name="u")
        answer = self.extract(secret)
        self.assertEqual((answer.status, answer.json["value"], answer.headers["Cache-Control"]),
                         (200, "what robots get", "no-store"))
        event = events_of(secret, "secret.extracted")[0]
        self.assertEqual((event["actor_kind"], event["outcome"]), ("user", "success"))
        self.assertIn("fingerprint", event)

    def test_needs_its_permission_and_is_never_for_the_console(self):
        secret = vault.secret(system)
        key = vault.create("api-keys", {"name": "no extract", "permissions": [
            "view", "configure", "grant_access"]})["key"]
        self.assertEqual(self.extract(secret, server.client(key)).status, 403)
        person = session.first_administrator(server)
        answer = person.request("POST", f"{API}/secrets/{secret['id']}/extract")
        self.assertEqual((answer.status, answer.json["type"]), (403, "/problems/not_in_the_console"))
        self.assertEqual(self.extract({"id": UNKNOWN}).status, 404)
        stop = vault.create("kills", {"target_system": system["id"], "reason": "x", "revoke_upstream": False})
        self.assertEqual(self.extract(secret).json["type"], "/problems/killed")
        vault.delete("kills", stop["id"])


class Passwords(unittest.TestCase):
    def test_are_made_as_wished(self):
        path = f"{API}/secrets/generate-password"
        made = vault.http.post(path, {"length": 32, "symbols": False})
        self.assertEqual((made.status, len(made.json["value"])), (200, 32))
        self.assertRegex(made.json["value"], "^[A-Za-z0-9]{32}$")
        self.assertNotEqual(made.json["value"], vault.http.post(path, {"length": 32}).json["value"])
        self.assertEqual(vault.http.post(path, {"length": 4}).json["field"], "/length")


class Commands(command_line.CommandLine):
    @classmethod
    def setUpClass(cls):
        cls.use(world, server)
        cls.home = ("--project", "Commands", "--target-system", "SAP")
        cls.system = None

    def setUp(self):
        if not type(self).system:
            self.made("project", "create", "Commands")
            type(self).system = self.made("target-system", "create", "SAP", "--project", "Commands",
                                          "--oauth-enabled", "false")
            self.made("robot", "create", "payer", "--project", "Commands", "--path", "pay")
            key_file = world.directory / "payer.key"
            self.done("robot", "key", "create", "payer", "--project", "Commands", "--write-to", key_file)
            type(self).robot = self.admin | {"STRONGROOM_KEY_FILE": str(key_file)}

    def value_of(self, label, code=0, **more):
        return self.run_as(self.robot, "lookup-secret", *self.home, "--label", label, *more.get("words", ()),
                           code=code).stdout

    def test_the_life_of_a_secret(self):
        made = self.made("secret", "create", "batch", *self.home, "--user-name", "BATCH01",
                         "--value-file", "-", stdin="it's a \"value\"\n")
        self.assertEqual((made["kind"], made["user_name"]), ("password", "BATCH01"))
        self.value_of("batch", code=command_line.NOT_FOUND)
        self.done("access", "grant", "--secret", "batch", *self.home, "--robot", "payer")
        self.assertEqual(self.value_of("batch"), 'it\'s a "value"\n')
        lines = self.value_of("batch", words=("--format", "env"))
        shell = subprocess.run(["sh", "-c", lines + 'printf %s "$SECRET_USER_NAME/$SECRET_VALUE"'],
                               check=True, capture_output=True, text=True)
        self.assertEqual(shell.stdout, 'BATCH01/it\'s a "value"')

        added = self.made("secret", "add-value", "batch", *self.home, "--value-file", "-", stdin="second\n")
        old, new = (one["id"] for one in added["values"])
        self.assertIn("SECRET_NEXT_VALUE='second'", self.value_of("batch", words=("--format", "env")))
        self.done("secret", "drop-value", "batch", old, *self.home, code=command_line.CONFLICT)
        self.done("secret", "make-current", "batch", new, *self.home)
        self.done("secret", "drop-value", "batch", old, *self.home)
        self.assertEqual(self.value_of("batch"), "second\n")
        self.assertEqual(self.done("secret", "extract", "batch", *self.home).stdout, "second\n")

        self.assertEqual(self.made("secret", "update", "batch", *self.home, "--label", "night",
                                   "--notes", "n")["label"], "night")
        self.assertEqual([one["label"] for one in self.listed("secret", "list", *self.home, "--filter", "nig")], ["night"])
        shown = self.done("secret", "show", "night", *self.home, "--output", "json").stdout
        self.assertNotIn("second", shown)
        self.assertIn("Nothing was deleted", self.done("secret", "delete", "night", *self.home).stderr)
        self.done("secret", "delete", "night", *self.home, "--yes")
        self.value_of("night", code=command_line.NOT_FOUND)
        self.done("secret", "restore", "night", *self.home)
        self.assertEqual(self.value_of("night"), "second\n")
        rule = self.listed("access", "list-secrets", "--project", "Commands")[0]
        self.done("access", "revoke-secret", rule["id"])
        self.value_of("night", code=command_line.NOT_FOUND)

    def test_a_certificate_comes_from_a_file_as_it_is(self):
        pair = Pair(world.directory, "cli")
        file = world.directory / "cli.p12"
        subprocess.run(["openssl", "pkcs12", "-export", "-inkey", pair.key_file, "-in", pair.certificate_file,
                        "-out", file, "-passout", "pass:open"], check=True, capture_output=True)
        passphrase = command_line.file_with(world, "cli.pass", "open\n")
        made = self.made("secret", "create", "signing", *self.home, "--kind", "certificate",
                         "--value-file", file, "--passphrase-file", passphrase)
        self.assertIn("CN=cli", made["values"][0]["subject"])

    def test_what_is_missing_is_a_matter_of_usage(self):
        self.done("secret", "create", "nothing", *self.home, code=command_line.USAGE)
        self.done("access", "grant", "--robot", "payer", *self.home, code=command_line.USAGE)
        self.run_as(self.robot, "lookup-secret", "--label", "x", code=command_line.USAGE)

    def test_passwords_are_made(self):
        made = self.done("secret", "generate", "--length", "40", "--no-symbols").stdout.strip()
        self.assertRegex(made, "^[A-Za-z0-9]{40}$")


class Keys_and_backups(unittest.TestCase):
    def test_a_secret_outlives_the_key_that_it_was_sealed_with(self):
        project = vault.create("projects", {"name": vault.name("project")})
        home = vault.plain_system(project=project["id"])
        secret = vault.secret(home, "sealed anew", project=project["id"])
        secret["question"]["project"] = project["name"]
        robot = vault.secret_reader_of(secret, project=project["id"])
        self.assertEqual(add_value(secret, "and the next").status, 200)

        def keys():
            return [one["id"] for one in vault.http.get(f"{API}/keys").json["data_keys"]
                    if one["project"] == project["id"]]

        def given():
            answer = robot.look_secret_up(secret).json
            self.assertEqual((answer["value"], answer["next"]["value"]), ("sealed anew", "and the next"))
        before = keys()
        self.assertEqual(vault.http.post(f"{API}/keys/rotate-data", {"project": project["id"]}).status, 202)
        harness.wait_until(lambda: given() or len(keys()) == 1, "the old key's end", patience=90)
        self.assertNotEqual(keys(), before)
        given()
        server.restart(signal.SIGKILL)
        vault.reconnect()
        robot.http = server.client(robot.key)
        given()

    def restored(self, name, *more, own=False):
        """A server with a kept and a revoked rule, restored from a backup of before the revocation."""
        there = harness.Strongroom(world, name=name).start()
        admin = Vault(there)
        home = admin.plain_system()
        secrets = [admin.secret(home, value) for value in ("kept", "revoked")]
        robot = admin.robot()
        rules = [admin.grant_secret(secret, robot) for secret in secrets]
        identity, file = world.directory / f"{name}.identity", world.directory / f"{name}.backup"
        recipient = self.run_well("backup", "keygen", "--identity-file", identity).stdout.strip()
        self.run_well("backup", "create", "--data", there.data, "--recipient", recipient, "--to", file)
        self.run_well("backup", "verify", file, "--identity-file", identity)
        self.assertEqual(admin.delete("secret-access", rules[1]["id"]).status, 200)
        there.stop()
        if not own:
            data = world.directory / f"{name}-elsewhere"
            data.mkdir(mode=0o700)
            shutil.copy(there.data / "root.key", data)
            there = harness.Strongroom(world, data=data, name=f"{name}-elsewhere")
        report = json.loads(self.run_well("backup", "restore", file, "--data", there.data, "--identity-file",
                                          identity, "--output", "json", *more).stdout)
        there.start()
        robot.http = there.client(robot.key)
        return there, robot, secrets, report

    def run_well(self, *words):
        done = world.run(*words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def test_a_restore_does_not_revive_a_rule_that_was_revoked_since(self):
        there, robot, secrets, report = self.restored("revoked-since", own=True)
        self.assertEqual(report["not_revived"]["robot_access"], 1)
        self.assertEqual([robot.look_secret_up(one).status for one in secrets], [200, 404])
        there.stop()

    def test_rules_that_nothing_confirms_are_suspended(self):
        there, robot, _, report = self.restored("unconfirmed")
        self.assertEqual(report["suspended"]["robot_access"], 2)
        there.stop()
        with sqlite3.connect(there.data / "state.db") as database:
            self.assertEqual(database.execute("SELECT DISTINCT invalid_reason FROM secret_access").fetchall(),
                             [("restored",)])
            kinds = [row[0] for row in database.execute("SELECT kind FROM suspensions ORDER BY kind")]
        self.assertEqual(kinds.count("secret_access"), 2)


class Canaries(unittest.TestCase):
    def test_a_value_turns_up_nowhere_and_outlives_a_kill(self):
        #
        secret = vault.secret(system, CANARY, notes="for people")
        robot = vault.secret_reader_of(secret)
        bodies = [add_value(secret, NEXT_CANARY).body]
        self.assertEqual(robot.look_secret_up(secret).status, 200)
        server.restart(signal.SIGKILL)
        vault.reconnect()
        robot.http = server.client(robot.key)
        answer = robot.look_secret_up(secret)
        self.assertEqual((answer.json["value"], answer.json["next"]["value"]), (CANARY, NEXT_CANARY))
        bodies += [vault.http.get(f"{API}/{path}").body for path in (
            f"secrets/{secret['id']}", "secrets?page_size=1000", "secret-access", "audit-events?page_size=1000")]
        bodies.append(vault.http.post(f"{API}/secrets", {"label": CANARY, "value": NEXT_CANARY}).body)
        bodies += [server.metrics().encode(), server.log.encode()]
        bodies += [path.read_bytes() for path in pathlib.Path(server.data).rglob("*") if path.is_file()]
        for number, body in enumerate(bodies):
            for value in (CANARY, NEXT_CANARY):
                for form in forms_of(value):
                    self.assertNotIn(form, body, f"body or file {number}")
        self.assertIn('strongroom_secret_lookups_total{result="handed_out"} 1', server.metrics())


if __name__ == "__main__":
    unittest.main()
