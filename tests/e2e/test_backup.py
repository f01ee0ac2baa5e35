"""A backup brings a vault back, and burns nothing that lives: neither tokens nor the peace of those whose rights ended."""
import contextlib
import json
import pathlib
import shutil
import sqlite3
import subprocess
import unittest
import urllib.parse

import closing
import elsewhere
import harness
from person import Person
from vault import API, Vault


def setUpModule():
    global world, provider
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    provider = world.sign_in_provider()
    provider.client.post("/_test/token_ttl", {"seconds": 600})


def burnt():
    """How many families of refresh tokens the provider has ended because one was used again."""
    return provider.client.get("/_test/counts").json["families_burnt"]


def refreshes():
    return provider.client.get("/_test/counts").json["by_grant"].get("refresh_token", 0)


def import_token(vault, client, token):
    return vault.http.post(f"{API}/oauth-clients/{client['id']}/import-tokens", {"refresh_token": token})


def change(database, sql):
    """What somebody does who can write to the database, and has no key."""
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(sql)


class Bed:
    """A server with a client that is refreshed at a provider which rotates, and the keys of its backups."""

    def __init__(self, name):
        self.name = name
        self.server = harness.Strongroom(world, name=name).start()
        self.vault = Vault(self.server)
        self.system, token = elsewhere.moved_here(self.vault, world, provider)
        self.client = self.vault.client(self.system)
        self.vault.expect(200, import_token(self.vault, self.client, token))
        self.robot = self.vault.reader_of(self.client)
        assert self.robot.look_up(self.client).status == 200
        self.identity = world.directory / f"{name}.identity"
        made = self.run("backup", "keygen", "--identity-file", self.identity)
        self.recipient = made.stdout.strip()
        self.count = 0

    @staticmethod
    def run(*words, **more):
        done = world.run(*words, **more)
        if done.returncode != 0:
            raise harness.HarnessError(f"{words} ended with {done.returncode}: {done.stderr}")
        return done

    def backup(self, *more):
        self.count += 1
        file = world.directory / f"{self.name}-{self.count}.backup"
        self.run("backup", "create", "--data", self.server.data, "--recipient", self.recipient, "--to", file, *more)
        return file

    def restore(self, file, data, *more):
        done = world.run("backup", "restore", file, "--data", data, "--identity-file", self.identity,
                         "--output", "json", *more)
        return done, (json.loads(done.stdout) if done.returncode == 0 else None)

    def elsewhere(self, name):
        """Another machine with the same root key, and nothing else."""
        data = world.directory / name
        data.mkdir(mode=0o700)
        shutil.copy(self.server.data / "root.key", data)
        return data

    def moved(self, data, name):
        """The server that serves what was restored to `data`, and the same vault and robot at it."""
        server = harness.Strongroom(world, data=data, name=name).start()
        vault = Vault.__new__(Vault)
        vault.__dict__ |= self.vault.__dict__ | {"server": server}
        vault.reconnect()
        robot = self.robot.__class__.__new__(self.robot.__class__)
        robot.__dict__ |= self.robot.__dict__ | {"vault": vault, "http": server.client(self.robot.key)}
        return server, vault, robot


class OlderBackup(unittest.TestCase):
    """The drill that ends with how many families were burnt."""

    @classmethod
    def setUpClass(cls):
        cls.burnt_before = burnt()

    @classmethod
    def tearDownClass(cls):
        closing.line(f"restore: families burnt {burnt() - cls.burnt_before}")

    def test_elsewhere_a_living_token_is_served_and_nothing_is_refreshed_until_somebody_signs_in(self):
        bed = Bed("older")
        file = bed.backup()
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        self.assertEqual(bed.vault.retrieve(bed.client).status, 200, "what the backup has is used up now")
        bed.server.stop()
        data = bed.elsewhere("older-elsewhere")
        nothing = world.directory / "nothing-revoked"
        nothing.write_text("# everything counts\n")
        done, report = bed.restore(file, data, "--revocation-list", nothing)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((report["quarantined"], report["confirmed_by"]), (1, "revocation_list"))
        server, vault, robot = bed.moved(data, "older-there")
        asked = refreshes()
        for _ in range(3):
            self.assertEqual(robot.look_up(bed.client).status, 200)
        refused = vault.retrieve(bed.client)
        self.assertEqual((refused.status, refused.json["type"]), (424, "/problems/quarantined"), refused)
        promised = robot.look_up(bed.client, min_ttl=86400)
        self.assertEqual((promised.status, promised.json["type"]), (409, "/problems/min_ttl_not_met"))
        self.assertTrue(vault.get("oauth-clients", bed.client["id"])["quarantined_at"])
        self.assertEqual((refreshes(), burnt()), (asked, self.burnt_before))
        token = elsewhere.refresh_token(world, provider, bed.system, self.secret(bed), "bob")
        vault.expect(200, import_token(vault, bed.client, token))
        self.assertIsNone(vault.get("oauth-clients", bed.client["id"])["quarantined_at"])
        self.assertEqual(robot.look_up(bed.client).status, 200)
        self.assertGreater(refreshes(), asked)
        self.assertEqual(burnt(), self.burnt_before)
        server.stop()

    @staticmethod
    def secret(bed):
        return bed.system["test_secret"]

    def test_over_its_own_directory_the_newer_token_is_kept_and_refreshed(self):
        bed = Bed("own")
        file = bed.backup()
        self.assertEqual(bed.vault.retrieve(bed.client).status, 200)
        self.assertEqual(bed.vault.retrieve(bed.client).status, 200)
        revoked = bed.vault.reader_of(bed.client)
        bed.server.stop()
        done, report = bed.restore(file, bed.server.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((report["quarantined"], report["kept_refresh_tokens"], report["confirmed_by"]),
                         (0, 1, "audit_trail"))
        self.assertTrue((bed.server.data / report["kept"] / "state.db").exists())
        bed.server.start()
        bed.vault.reconnect()
        bed.robot.http = bed.server.client(bed.robot.key)
        self.assertEqual(bed.robot.look_up(bed.client).status, 200)
        self.assertEqual(bed.vault.retrieve(bed.client).status, 200)
        self.assertEqual(bed.server.client(revoked.key).get(
            "/api/v1/lookup/oauth-clients", query=bed.client["question"]).status, 401, "it was made after the backup")
        self.assertEqual(burnt(), self.burnt_before)
        actions = [item["event"]["action"] for item in bed.vault.audit_events(page_size=200)["items"]]
        for action in ("audit.segment_begun", "backup.restored"):
            self.assertIn(action, actions)
        bed.server.stop()
        self.assertIn("audit verify: ok", bed.run("audit", "verify", "--data", bed.server.data, "--output", "table").stdout)


class Files(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bed = Bed("files")
        cls.file = cls.bed.backup()

    def verify(self, file, *more):
        return world.run("backup", "verify", file, *more)

    def test_a_drill_opens_everything_while_the_server_serves(self):
        done = self.verify(self.file, "--identity-file", self.bed.identity, "--drill", "--data", self.bed.server.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"drill: ok, 3 data keys, \d+ rows, [3-9] sealed values and \d+ audit events")
        self.assertFalse(pathlib.Path(f"{self.file}.drill").exists())

    def test_what_is_no_backup_or_was_changed_or_cut_says_so_and_nothing_changes(self):
        bytes_ = self.file.read_bytes()
        tries = {"foreign": (b"SQLite format 3\0" + bytes_[16:], "no sealed file"),
                 "cut": (bytes_[:len(bytes_) // 2], "changed or cut"),
                 "end": (bytes_[:-1], "changed or cut"),
                 "longer": (bytes_ + b"x", "changed or cut"),
                 "empty": (b"", "changed or cut")}
        for at in (60, len(bytes_) // 2, len(bytes_) - 1):
            flipped = bytearray(bytes_)
            flipped[at] ^= 1
            tries[f"bit at {at}"] = (bytes(flipped), "")
        data = self.bed.elsewhere("files-elsewhere")
        there = sorted(path.name for path in data.iterdir())
        for what, (content, message) in tries.items():
            with self.subTest(what):
                broken = world.directory / "broken.backup"
                broken.write_bytes(content)
                done, _ = self.bed.restore(broken, data)
                self.assertIn(done.returncode, (1, 2, 4), done.stdout)
                self.assertIn(message, done.stderr)
                self.assertEqual(sorted(path.name for path in data.iterdir()), there)

    def test_another_identity_and_a_wrong_passphrase_do_not_open_it(self):
        other = world.directory / "other.identity"
        self.bed.run("backup", "keygen", "--identity-file", other)
        done = self.verify(self.file, "--identity-file", other)
        self.assertEqual(done.returncode, 4, done.stderr)
        phrase, wrong = world.directory / "phrase", world.directory / "wrong"
        phrase.write_text("correct horse battery staple\n")
        wrong.write_text("incorrect horse\n")
        file = self.bed.backup("--passphrase-file", phrase)
        self.assertEqual(self.verify(file, "--passphrase-file", phrase).returncode, 0)
        done = self.verify(file, "--passphrase-file", wrong)
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("passphrase", done.stderr)

    def test_a_server_that_runs_keeps_its_directory(self):
        done, _ = self.bed.restore(self.file, self.bed.server.data)
        self.assertEqual(done.returncode, 7, done.stderr)
        self.assertIn("Another process is using this data directory", done.stderr)

    def test_a_file_that_is_there_is_not_overwritten(self):
        done = world.run("backup", "create", "--data", self.bed.server.data, "--recipient", self.bed.recipient,
                         "--to", self.file)
        self.assertEqual(done.returncode, 7, done.stderr)


class NothingConfirms(unittest.TestCase):
    """On another machine, with nothing newer: everybody is suspended until somebody says that they count."""

    def test_the_host_lets_an_administrator_in_who_lets_in_the_rest(self):
        bed = Bed("suspended")
        file = bed.backup()
        bed.server.stop()
        data = bed.elsewhere("suspended-elsewhere")
        done, report = bed.restore(file, data)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(report["confirmed_by"], "nothing")
        self.assertEqual(report["suspended"], {"users": 1, "api_keys": 1, "robot_keys": 1, "robot_access": 1, "robot_inputs": 0, "others": 0})
        server, vault, robot = bed.moved(data, "suspended-there")
        self.assertEqual(robot.look_up(bed.client).status, 401)
        self.assertEqual(vault.http.get(f"{API}/whoami").status, 401)
        bed.run("user", "reset-password", "admin", "--data", data)
        vault.key = server.admin_key()
        vault.reconnect()
        listed = vault.list("suspensions")
        self.assertEqual(sorted(one["kind"] for one in listed["items"]), ["api_key", "robot_access", "robot_key"])
        one = next(one for one in listed["items"] if one["kind"] == "robot_key")
        self.assertEqual(vault.expect(200, vault.http.post(f"{API}/suspensions/{one['id']}/lift"))["lifted"], 1)
        self.assertEqual(robot.look_up(bed.client).status, 404, "it has its key, and no rule")
        self.assertEqual(vault.expect(200, vault.http.post(f"{API}/suspensions/lift-all"))["lifted"], 2)
        self.assertEqual(robot.look_up(bed.client).status, 200)
        self.assertEqual(server.client(bed.vault.key).get(f"{API}/whoami").status, 200)
        self.assertEqual(vault.list("suspensions")["total"], 0)
        self.assertEqual(vault.expect(200, vault.http.get(f"{API}/restore-report"))["quarantined"], 1)
        self.assertEqual(vault.http.post(f"{API}/suspensions/{one['id']}/lift").status, 404)
        server.restart()
        robot.http = server.client(robot.key)
        self.assertEqual(robot.look_up(bed.client).status, 200, "and it stays so")


class NewerTrail(unittest.TestCase):
    def test_what_was_revoked_since_is_not_revived(self):
        bed = Bed("revoked")
        vault = bed.vault
        other = vault.reader_of(bed.client)
        third = vault.reader_of(bed.client)
        made = vault.expect(201, vault.http.post(f"{API}/api-keys", {"name": "gone", "permissions": ["view"]}))
        person = vault.create("users", {"name": "ada"})
        file = bed.backup()
        vault.expect(204, vault.revoke_key(other))
        rule = next(one for one in vault.list("robot-access", robot=third.id)["items"])
        vault.expect(200, vault.delete("robot-access", rule["id"]))
        vault.expect(204, vault.delete("api-keys", made["id"]))
        vault.expect(200, vault.http.request("PATCH", f"{API}/users/{person['id']}", {"disabled": True}))
        bed.server.stop()
        done, report = bed.restore(file, bed.server.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(report["not_revived"], {"users": 1, "api_keys": 1, "robot_keys": 1, "robot_access": 1, "robot_inputs": 0, "others": 0})
        self.assertEqual(report["suspended"], {"users": 0, "api_keys": 0, "robot_keys": 0, "robot_access": 0, "robot_inputs": 0, "others": 0})
        bed.server.start()
        vault.reconnect()
        self.assertEqual(bed.server.client(bed.robot.key).get("/api/v1/lookup/oauth-clients",
                                                              query=bed.client["question"]).status, 200)
        self.assertEqual(bed.server.client(other.key).get("/api/v1/lookup/oauth-clients",
                                                          query=bed.client["question"]).status, 401)
        self.assertEqual(bed.server.client(third.key).get("/api/v1/lookup/oauth-clients",
                                                          query=bed.client["question"]).status, 404)
        self.assertEqual(bed.server.client(made["key"]).get(f"{API}/whoami").status, 401)

    def test_no_address_of_a_calendar_is_revived_whatever_confirms_the_rest(self):
        bed = Bed("calendar")
        url = Person.administrator(bed.server).post("/calendar-feed").json["url"]
        path = urllib.parse.urlsplit(url).path
        self.assertEqual(bed.server.client().get(path).status, 200)
        file = bed.backup()
        bed.server.stop()
        done, report = bed.restore(file, bed.server.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([one for one in report["warnings"] if "calendars" in one],
                         ["Addresses of calendars that work no more; whoever had one makes a new one: 1"])
        bed.server.start()
        self.assertEqual(bed.server.client().get(path).status, 404)
        person = Person(bed.server)
        self.assertEqual(person.sign_in().status, 200)
        self.assertEqual(person.get("/calendar-feed").json["exists"], False)

    def test_notification_targets_are_opened_by_a_drill_and_turned_off_by_a_restore(self):
        # It must not revive rights: what was told to a receiver may not be meant for it any more.
        bed = Bed("notification targets")
        made = bed.vault.expect(201, bed.vault.http.post(f"{API}/notification-targets", {
            "name": "On call", "url": "https://hooks.example.org/", "events": ["failing"]}))
        file = bed.backup()
        bed.run("backup", "verify", file, "--identity-file", bed.identity, "--drill", "--data", bed.server.data)
        bed.server.stop()
        done, report = bed.restore(file, bed.server.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([one for one in report["warnings"] if "Notification" in one],
                         ["Notification targets that were turned off; turn those on that still count: 1"])
        bed.server.start()
        bed.vault.reconnect()
        self.assertFalse(bed.vault.get("notification-targets", made["target"]["id"])["enabled"])


class Exported(unittest.TestCase):
    """An export of the trail, kept elsewhere, says on another machine what was taken away since the backup."""

    @classmethod
    def setUpClass(cls):
        cls.bed = bed = Bed("exported")
        vault = bed.vault
        cls.gone = vault.reader_of(bed.client)
        cls.limited = vault.reader_of(bed.client)
        made = vault.expect(201, vault.http.post(f"{API}/robots/{cls.limited.id}/keys", {"restrictions": {"max_uses": 3}}))
        cls.limited.key, cls.limited.http = made["key"], bed.server.client(made["key"])
        cls.older = cls.export("older")
        assert cls.limited.look_up(bed.client).status == 200
        cls.file = bed.backup()
        vault.expect(204, vault.revoke_key(cls.gone))
        assert cls.limited.look_up(bed.client).status == 200
        cls.newer = cls.export("newer")
        bed.server.stop()

    @classmethod
    def export(cls, name):
        key = world.directory / "exported.key"
        key.write_text(cls.bed.vault.key)
        file = world.directory / f"{name}.jsonl"
        Bed.run("audit", "export", "--file", file, "--url", cls.bed.server.origin, "--ca-file", cls.bed.server.ca_file,
                "--key-file", key)
        return file

    def test_what_it_says_is_not_revived_and_the_rest_counts(self):
        data = self.bed.elsewhere("exported-elsewhere")
        done, report = self.bed.restore(self.file, data, "--audit-trail", self.newer)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(report["confirmed_by"], "audit_trail")
        self.assertEqual(report["not_revived"] | {"others": 0},
                         {"users": 0, "api_keys": 0, "robot_keys": 1, "robot_access": 0, "robot_inputs": 0, "others": 0})
        self.assertEqual(report["suspended"]["robot_keys"], 0)
        server, vault, robot = self.bed.moved(data, "exported-there")
        self.assertEqual(robot.look_up(self.bed.client).status, 200)
        question = ("/api/v1/lookup/oauth-clients", self.bed.client["question"])
        ask = lambda who: server.client(who.key).get(question[0], query=question[1]).status  # noqa: E731
        self.assertEqual(ask(self.gone), 401)
        self.assertEqual((ask(self.limited), ask(self.limited)), (200, 404), "no use of its three came back")
        server.stop()

    def test_one_that_is_older_cut_edited_or_of_another_server_restores_nothing(self):
        text = self.newer.read_text()
        lines = text.splitlines(keepends=True)
        last = max(number for number, line in enumerate(lines) if '"body"' in line)
        tries = {"older": (self.older.read_text(), "does not go on from the backup"),
                 "cut": ("".join(lines[:-1]), "the file was cut"),
                 "shorter": ("".join(lines[:last] + lines[last + 1:]), ""),
                 "edited": (text.replace("robot_key.revoked", "robot_key.created"), ""),
                 "csv": ("sequence,at,action\r\n", "no export of an audit trail"),
                 "empty": ("", "no export of an audit trail")}
        data = self.bed.elsewhere("exported-broken")
        for what, (content, message) in tries.items():
            with self.subTest(what):
                broken = world.directory / "broken.jsonl"
                broken.write_text(content, newline="")
                done, _ = self.bed.restore(self.file, data, "--audit-trail", broken)
                self.assertNotEqual(done.returncode, 0, done.stdout)
                self.assertIn(message, done.stderr)
                self.assertFalse((data / "state.db").exists())


class Quarantine(unittest.TestCase):
    def test_who_lifts_it_with_an_old_token_burns_the_family_and_that_is_counted(self):
        bed = Bed("lifted")
        provider.client.post("/_test/token_ttl", {"seconds": 5})
        bed.vault.expect(200, bed.vault.retrieve(bed.client))
        provider.client.post("/_test/token_ttl", {"seconds": 600})
        file = bed.backup()
        bed.vault.expect(200, bed.vault.retrieve(bed.client))
        bed.server.stop()
        data = bed.elsewhere("lifted-elsewhere")
        nothing = world.directory / "nothing"
        nothing.write_text("")
        done, _ = bed.restore(file, data, "--revocation-list", nothing)
        self.assertEqual(done.returncode, 0, done.stderr)
        server, vault, robot = bed.moved(data, "lifted-there")
        before = burnt()
        harness.wait_until(lambda: robot.look_up(bed.client).status == 424, "the token to be over")
        self.assertEqual(robot.look_up(bed.client).json["type"], "/problems/quarantined")
        key = world.directory / "lift.key"
        key.write_text(vault.key)
        lifted = world.run("oauth-client", "lift-quarantine", "--all", "--url", server.origin, "--ca-file",
                           server.ca_file, "--key-file", key)
        self.assertEqual(lifted.returncode, 0, lifted.stderr)
        self.assertEqual(vault.retrieve(bed.client).status, 424)
        self.assertEqual(burnt(), before + 1, "what the count counts")


class Killed(unittest.TestCase):
    """At whatever moment a restore is killed, the old state or the new one is there, and whole."""

    def test_the_old_state_or_the_new_one_is_there(self):
        bed = Bed("killed")
        file = bed.backup()
        bed.vault.create("projects", {"name": "after the backup"})
        bed.server.stop()
        outcomes = set()
        for step in range(12):
            child = subprocess.Popen([str(harness.BINARY), "backup", "restore", str(file), "--data",
                                      str(bed.server.data), "--identity-file", str(bed.identity)],
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                     env=world.environment())
            try:
                child.wait(0.05 + 0.25 * step)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            bed.server.start()
            bed.vault.reconnect()
            names = {one["name"] for one in bed.vault.list("projects")["items"]}
            outcomes.add("after the backup" in names)
            if not "after the backup" in names:
                self.assertEqual(bed.vault.expect(200, bed.vault.http.get(f"{API}/restore-report"))["confirmed_by"],
                                 "audit_trail")
                bed.vault.create("projects", {"name": "after the backup"})
            self.assertFalse((bed.server.data / "restore.new").exists())
            self.assertFalse((bed.server.data / "restore.switch").exists())
            bed.server.stop()
        self.assertEqual(outcomes, {True, False}, "both happened")


class BasicEngine(unittest.TestCase):
    """Who restores Basic Engine Robots has them work; the box of each client says since when, until somebody has seen it."""

    def test_the_boxes_of_clients_that_they_take_as_input_are_ticked_or_not_as_is_said(self):
        bed = Bed("engine")
        vault = bed.vault
        robot = vault.create("robots", {"project": vault.project["id"], "path": "engine", "name": "old one", "kind": "basic_engine"})
        other = vault.client(bed.system)
        where = f"{API}/robots/{robot['id']}/inputs"
        vault.expect(200, vault.update("oauth-clients", bed.client["id"], {"allow_basic_engine_robots": True}))
        vault.expect(200, vault.http.request("PUT", where, {"items": [{"name": "mail", "oauth_client": bed.client["id"]}]},
                                             headers={"If-Match": vault.http.get(where).headers["ETag"]}))
        vault.expect(200, vault.update("oauth-clients", bed.client["id"], {"allow_basic_engine_robots": False}))
        file = bed.backup()
        bed.server.stop()
        nothing = world.directory / "nothing-engine"
        nothing.write_text("")
        for access, ticked, listed in (("restored", True, 1), ("as-saved", False, 0), ("off", False, 0)):
            with self.subTest(access):
                data = bed.elsewhere(f"engine-{access}")
                done, report = bed.restore(file, data, "--revocation-list", nothing, "--basic-engine-access", access)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(len(report["basic_engine_clients"]), listed)
                server, there, _ = bed.moved(data, f"engine-there-{access}")
                client = there.get("oauth-clients", bed.client["id"])
                self.assertEqual((client["allow_basic_engine_robots"], bool(client["basic_engine_restored_at"])),
                                 (ticked, ticked))
                self.assertFalse(there.get("oauth-clients", other["id"])["allow_basic_engine_robots"])
                there.expect(204, there.http.post(f"{API}/oauth-clients/{bed.client['id']}/review-basic-engine"))
                self.assertIsNone(there.get("oauth-clients", bed.client["id"])["basic_engine_restored_at"])
                server.stop()


class BasicEngineRights(unittest.TestCase):
    """What goes past the rules of robot access is a right like them: none comes back that was taken away since (P16)."""

    def bed(self, name):
        """One whose robot takes the client as input and is launched with it by a runner."""
        bed = Bed(name)
        vault = bed.vault
        bed.legacy = vault.create("robots", {"project": vault.project["id"], "path": "old", "name": "Legacy", "kind": "basic_engine"})
        bed.runner = vault.robot("Machine", "machines", kind="runner", serves=["old"])
        vault.expect(200, vault.update("oauth-clients", bed.client["id"], {"allow_basic_engine_robots": True}))
        self.take(vault, bed, [{"name": "mail", "oauth_client": bed.client["id"]}])
        self.assertEqual(self.launch(bed.server, bed).status, 200)
        return bed

    @staticmethod
    def take(vault, bed, items):
        where = f"{API}/robots/{bed.legacy['id']}/inputs"
        vault.expect(200, vault.http.request("PUT", where, {"items": items}, headers={"If-Match": vault.http.get(where).headers["ETag"]}))

    @staticmethod
    def launch(server, bed):
        return server.client(bed.runner.key).post(f"{API}/runner/launches", {"robot": "old/Legacy"})

    def why(self, server, vault, bed):
        """What people are told is in the way; the runner, only that something is."""
        refused = self.launch(server, bed)
        self.assertEqual((refused.status, refused.json.get("type")), (409, "/problems/input_not_deliverable"), refused)
        return vault.get("robots", bed.legacy["id"] + "/inputs")["items"][0]["why_not"]

    def test_without_anything_newer_nothing_is_delivered_until_somebody_says_that_the_input_counts(self):
        bed = self.bed("engine-suspended")
        file = bed.backup()
        bed.server.stop()
        data = bed.elsewhere("engine-suspended-there")
        done, report = bed.restore(file, data)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(report["suspended"]["robot_inputs"], 1)
        bed.run("user", "reset-password", "admin", "--data", data)
        server, vault, _ = bed.moved(data, "engine-suspended-served")
        vault.key = server.admin_key()
        vault.reconnect()
        self.assertTrue(vault.get("oauth-clients", bed.client["id"])["allow_basic_engine_robots"], "P16: the box is on")
        listed = vault.list("suspensions")["items"]
        for one in listed:
            if one["kind"] == "robot_key":
                vault.expect(200, vault.http.post(f"{API}/suspensions/{one['id']}/lift"))
        self.assertEqual(self.why(server, vault, bed), "invalid")
        one = next(one for one in listed if one["kind"] == "robot_input")
        self.assertEqual(one["name"], "Legacy: mail")
        vault.expect(200, vault.http.post(f"{API}/suspensions/{one['id']}/lift"))
        self.assertEqual(self.launch(server, bed).status, 200)
        server.restart()
        self.assertEqual(self.launch(server, bed).status, 200, "and it stays so")

    def test_what_was_removed_unticked_or_forbidden_since_is_not_revived(self):
        bed = self.bed("engine-taken")
        vault = bed.vault
        file = bed.backup()
        self.take(vault, bed, [])
        vault.expect(200, vault.update("oauth-clients", bed.client["id"], {"allow_basic_engine_robots": False}))
        vault.expect(200, vault.http.request("PATCH", f"{API}/server-settings", {"basic_engine_robots_forbidden": True}))
        bed.server.stop()
        done, report = bed.restore(file, bed.server.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((report["not_revived"]["robot_inputs"], report["not_revived"]["others"]), (1, 2), report)
        self.assertEqual(report["basic_engine_clients"], [])
        bed.server.start()
        vault.reconnect()
        self.assertTrue(vault.expect(200, vault.http.get(f"{API}/server-settings"))["basic_engine_robots_forbidden"])
        self.assertFalse(vault.get("oauth-clients", bed.client["id"])["allow_basic_engine_robots"])
        forbidden = self.launch(bed.server, bed)
        self.assertEqual((forbidden.status, forbidden.json["type"]), (403, "/problems/basic_engine_forbidden"))
        vault.expect(200, vault.http.request("PATCH", f"{API}/server-settings", {"basic_engine_robots_forbidden": False}))
        vault.expect(200, vault.update("oauth-clients", bed.client["id"], {"allow_basic_engine_robots": True}))
        self.assertEqual(vault.list("suspensions")["total"], 0, "there is no button for what the trail takes away")
        self.assertEqual(self.why(bed.server, vault, bed), "invalid")
        self.take(vault, bed, [{"name": "mail", "oauth_client": bed.client["id"]}])
        self.assertEqual(self.launch(bed.server, bed).status, 200)


class Suspended(unittest.TestCase):
    """What a restore suspended, and what becomes of it later."""

    def restored(self, name):
        bed = Bed(name)
        file = bed.backup()
        bed.server.stop()
        data = bed.elsewhere(f"{name}-there")
        done, _ = bed.restore(file, data)
        self.assertEqual(done.returncode, 0, done.stderr)
        bed.run("user", "reset-password", "admin", "--data", data)
        server, vault, robot = bed.moved(data, f"{name}-served")
        vault.key = server.admin_key()
        vault.reconnect()
        return bed, file, server, vault, robot

    def test_a_key_that_somebody_revokes_meanwhile_is_not_lifted_with_the_rest(self):
        _, _, server, vault, robot = self.restored("revoked-meanwhile")
        kinds = sorted(one["kind"] for one in vault.list("suspensions")["items"])
        self.assertEqual(kinds, ["api_key", "robot_access", "robot_key"])
        key = vault.list(f"robots/{robot.id}/keys")["items"][0]
        vault.expect(204, vault.http.request("DELETE", f"{API}/robots/{robot.id}/keys/{key['id']}"))
        self.assertEqual(vault.expect(200, vault.http.post(f"{API}/suspensions/lift-all"))["lifted"], 2)
        self.assertEqual(robot.http.get(f"{API}/lookup/oauth-clients", query={"project": "x", "target_system": "x", "label": "x"}).status, 401)
        server.stop()

    def test_a_restore_over_a_restored_directory_does_not_confirm_what_the_first_one_suspended(self):
        bed, file, server, vault, robot = self.restored("twice")
        server.stop()
        done, report = bed.restore(file, server.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(report["confirmed_by"], "audit_trail")
        self.assertEqual((report["suspended"]["robot_keys"], report["suspended"]["robot_access"]), (1, 1), report)
        server.start()
        robot.http = server.client(robot.key)
        self.assertEqual(robot.look_up(bed.client).status, 401)
        server.stop()

    def test_a_forged_suspension_is_neither_listed_nor_lifted(self):
        _, _, server, vault, robot = self.restored("forged")
        key = next(one for one in vault.list("suspensions")["items"] if one["kind"] == "robot_key")
        change(server.data / "state.db", "UPDATE suspensions SET name = 'somebody else' WHERE kind = 'robot_key'")
        self.assertNotIn("robot_key", {one["kind"] for one in vault.list("suspensions")["items"]})
        self.assertEqual(vault.http.post(f"{API}/suspensions/{key['id']}/lift").status, 500)
        self.assertEqual(vault.expect(200, vault.http.post(f"{API}/suspensions/lift-all"))["lifted"], 2, "the others are not held up")
        self.assertEqual(vault.list("suspensions")["total"], 0)
        self.assertEqual(robot.http.get(f"{API}/lookup/oauth-clients", query={"project": "x", "target_system": "x", "label": "x"}).status, 401)
        self.assertIn("was forged or damaged", server.log)
        server.stop()

    def test_rules_say_that_a_restore_could_not_confirm_them(self):
        bed = Bed("reasons")
        secret = bed.vault.secret(bed.system)
        bed.vault.grant_secret(secret, bed.robot)
        file = bed.backup()
        bed.server.stop()
        data = bed.elsewhere("reasons-there")
        done, report = bed.restore(file, data)
        self.assertEqual((done.returncode, report["suspended"]["robot_access"]), (0, 2), done.stderr)
        bed.run("user", "reset-password", "admin", "--data", data)
        server, vault, robot = bed.moved(data, "reasons-served")
        vault.key = server.admin_key()
        vault.reconnect()
        for kind in ("robot-access", "secret-access"):
            self.assertEqual([(one["valid"], one["invalid_reason"]) for one in vault.list(kind)["items"]], [(False, "restored")])
        vault.expect(200, vault.http.post(f"{API}/suspensions/lift-all"))
        for kind in ("robot-access", "secret-access"):
            self.assertEqual([(one["valid"], one["invalid_reason"]) for one in vault.list(kind)["items"]], [(True, "")])
        self.assertEqual(robot.look_secret_up_id(secret["id"]).status, 200)
        server.stop()


class Forged(unittest.TestCase):
    """Rows that somebody changed who has no key are found before they are believed, or signed anew."""

    def test_a_drill_and_a_restore_say_which_row(self):
        bed = Bed("forged-rows")
        secret = bed.vault.secret(bed.system)
        bed.vault.grant_secret(secret, bed.robot)
        bed.server.stop()
        for table, values in (("secret_access", "path_pattern = '**', pattern_key = '**', robot_id = NULL"),
                              ("secrets", "user_name = 'root'"), ("secret_values", "fingerprint = 'x'")):
            with self.subTest(table):
                shutil.copy(bed.server.data / "state.db", world.directory / "state.before")
                change(bed.server.data / "state.db", f"UPDATE {table} SET {values}")
                file = bed.backup()
                shutil.copy(world.directory / "state.before", bed.server.data / "state.db")
                data = bed.elsewhere(f"forged-rows-{table}")
                done, _ = bed.restore(file, data)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn("A row is not what was stored.", done.stderr)
                self.assertIn(table, done.stderr)
                self.assertFalse((data / "state.db").exists())


class AnotherRootKey(unittest.TestCase):
    def test_a_recovery_file_opens_what_another_root_key_sealed_and_from_then_on_ours_does(self):
        bed = Bed("root")
        file = bed.backup()
        phrase = world.directory / "root.phrase"
        phrase.write_text("correct horse battery staple\n")
        recovery = world.directory / "root.recovery"
        bed.run("key", "export-recovery", "--data", bed.server.data, "--passphrase-file", phrase, recovery)
        bed.server.stop()
        data = world.directory / "root-elsewhere"
        data.mkdir(mode=0o700)
        (data / "root.key").write_text("ab" * 32 + "\n")
        (data / "root.key").chmod(0o600)
        done, _ = bed.restore(file, data)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("root key", done.stderr)
        self.assertEqual(sorted(path.name for path in data.iterdir()), ["lock", "root.key"])
        nothing = world.directory / "nothing-root"
        nothing.write_text("")
        done, _ = bed.restore(file, data, "--revocation-list", nothing, "--recovery-file", recovery,
                              "--recovery-passphrase-file", phrase)
        self.assertEqual(done.returncode, 0, done.stderr)
        server, _, robot = bed.moved(data, "root-there")
        self.assertEqual(robot.look_up(bed.client).status, 200)
        self.assertEqual(server.stop(), 0)

    def test_a_backup_may_have_its_root_key_in_it(self):
        bed = Bed("included")
        file = bed.backup("--include-root-key")
        bed.server.stop()
        data = world.directory / "included-elsewhere"
        data.mkdir(mode=0o700)
        (data / "root.key").write_text("cd" * 32 + "\n")
        (data / "root.key").chmod(0o600)
        nothing = world.directory / "nothing-included"
        nothing.write_text("")
        done, _ = bed.restore(file, data, "--revocation-list", nothing)
        self.assertEqual(done.returncode, 0, done.stderr)
        _, _, robot = bed.moved(data, "included-there")
        self.assertEqual(robot.look_up(bed.client).status, 200)


class OlderVersion(unittest.TestCase):
    def test_a_backup_of_data_of_an_older_version_is_restored_as_data_of_this_one(self):
        kept = harness.TOP / "tests/fixtures/data-0.1.0"
        expected = json.loads((kept / "expected.json").read_text())
        old = world.directory / "old-version"
        shutil.copytree(kept, old)
        (old / "root.key").chmod(0o600)
        old.chmod(0o700)
        identity = world.directory / "old.identity"
        recipient = Bed.run("backup", "keygen", "--identity-file", identity).stdout.strip()
        file = world.directory / "old.backup"
        Bed.run("backup", "create", "--data", old, "--recipient", recipient, "--to", file)
        said = json.loads(Bed.run("backup", "verify", file, "--identity-file", identity, "--output", "json").stdout)
        data = world.directory / "old-elsewhere"
        data.mkdir(mode=0o700)
        shutil.copy(old / "root.key", data)
        nothing = world.directory / "nothing-old"
        nothing.write_text("")
        Bed.run("backup", "restore", file, "--data", data, "--identity-file", identity, "--revocation-list", nothing)
        server = harness.Strongroom(world, data=data, name="old-there").start()
        answer = server.client(expected["robot_key"]).get("/api/v1/lookup/oauth-clients", query=expected["question"])
        self.assertEqual((answer.status, answer.json["access_token"]), (200, expected["access_token"]))
        newest = sqlite3.connect(data / "state.db").execute("PRAGMA user_version").fetchone()[0]
        self.assertLess(said["state_schema"], newest)


class Scheduled(unittest.TestCase):
    def test_the_server_makes_them_by_itself_and_says_when_it_cannot(self):
        directory = world.directory / "kept"
        directory.mkdir()
        recipients = world.directory / "recipients"
        config = world.directory / "backup.toml"
        config.write_text(f'[backup]\ndirectory = "{directory}"\nkeep = 2\nrecipients_file = "{recipients}"\n')
        server = harness.Strongroom(world, name="scheduled", options=["--config", str(config)]).start()
        vault = Vault(server)
        harness.wait_until(lambda: vault.list("backups")["schedule"]["last_failure"], "a failure, as nobody could open it", 40)
        self.assertIn("strongroom_backup_failures_total 1", server.metrics())
        identity = world.directory / "scheduled.identity"
        recipients.write_text(Bed.run("backup", "keygen", "--identity-file", identity).stdout)
        made = vault.expect(201, vault.http.post(f"{API}/backups"))
        listed = vault.list("backups")
        self.assertEqual([one["name"] for one in listed["items"]], [made["name"]])
        self.assertIsNone(listed["schedule"]["last_failure"])
        self.assertTrue(listed["schedule"]["next_at"])
        self.assertEqual((made["made_by"], made["person"], made["verified"]), ("person", "admin", None))
        self.assertEqual(listed["items"], [made])
        path = directory / made["name"]
        opened = [path, "--identity-file", identity]
        Bed.run("backup", "verify", *opened)
        self.assertEqual(vault.list("backups")["items"][0]["verified"]["result"], "whole")
        Bed.run("backup", "verify", *opened, "--drill", "--data", server.data)
        self.assertEqual(vault.list("backups")["items"][0]["verified"]["result"], "opened")
        bytes_ = path.read_bytes()
        path.write_bytes(bytes_[:-1] + bytes([bytes_[-1] ^ 1]))
        self.assertNotEqual(world.run("backup", "verify", *opened).returncode, 0)
        self.assertEqual(vault.list("backups")["items"][0]["verified"]["result"], "damaged")
        path.write_bytes(bytes_)
        other = world.directory / "scheduled-other.identity"
        Bed.run("backup", "keygen", "--identity-file", other)
        self.assertEqual(world.run("backup", "verify", path, "--identity-file", other).returncode, 4)
        self.assertEqual(vault.list("backups")["items"][0]["verified"]["result"], "damaged", "who cannot open it says nothing of it")
        version = made["version"]
        shown = Bed.run("backup", "list", "--config", config, "--output", "table").stdout
        self.assertRegex(shown, rf"{made['name']}  by admin  version {version}  verified \S+ damaged\n")
        self.assertEqual(json.loads(Bed.run("backup", "list", "--config", config, "--output", "json").stdout)["items"],
                         vault.list("backups")["items"])
        # As if it had been copied here from elsewhere.
        path.with_name(path.name + ".about").unlink()
        unknown = vault.list("backups")["items"][0]
        self.assertEqual([unknown[name] for name in ("made_by", "person", "version", "verified")], [None] * 4)
        shown = Bed.run("backup", "list", "--config", config, "--output", "table").stdout
        self.assertIn(f"{made['name']}  by -  version -  verified -\n", shown)
        fetched = vault.http.get(f"{API}/backups/{made['name']}/file")
        self.assertEqual(fetched.body, (directory / made["name"]).read_bytes())
        self.assertEqual(vault.http.get(f"{API}/backups/lock/file").status, 404)
        self.assertIn(made["name"], Bed.run("backup", "list", "--config", config, "--output", "table").stdout)
        self.assertEqual(vault.delete("backups", made["name"]).status, 204)
        self.assertEqual(vault.list("backups")["items"], [])
        self.assertEqual(vault.delete("backups", made["name"]).status, 404)
        self.assertEqual(list(directory.iterdir()), [])
        for action in ("backup.created", "backup.downloaded", "backup.deleted"):
            with self.subTest(action):
                event, = [one["event"] for one in vault.audit_events(action=action, outcome="success")["items"]
                          if one["event"]["subject_name"] == made["name"]]
                self.assertEqual((event["actor_kind"], event["peer"]), ("user", "127.0.0.1"))
                self.assertTrue(event["key_id"] and event["request_id"])

    def test_the_list_says_that_the_schedule_or_somebody_on_the_host_made_one(self):
        directory = world.directory / "kept-by"
        directory.mkdir()
        identity = world.directory / "kept-by.identity"
        recipients = world.directory / "kept-by.recipients"
        recipients.write_text(Bed.run("backup", "keygen", "--identity-file", identity).stdout)
        config = world.directory / "kept-by.toml"
        config.write_text(f'[backup]\ndirectory = "{directory}"\nkeep = 2\nrecipients_file = "{recipients}"\n')
        server = harness.Strongroom(world, name="kept-by", options=["--config", str(config)]).start()
        vault = Vault(server)
        first = harness.wait_until(lambda: vault.list("backups")["items"], "the first one", 40)[0]
        self.assertEqual((first["made_by"], first["person"]), ("schedule", None))
        harness.wait_until(lambda: world.run("backup", "create", "--data", server.data, "--config",
                                             config).returncode == 0, "one by the host, a second later")
        listed = vault.list("backups")["items"]
        self.assertEqual([(one["made_by"], one["person"]) for one in listed], [("host", None), ("schedule", None)])
        self.assertEqual(len({one["version"] for one in listed}), 1)
