"""A backup brings a vault back, and burns nothing that lives: neither tokens nor the peace of those whose rights ended."""
import json
import pathlib
import shutil
import unittest

import closing
import elsewhere
import harness
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
        for ask in (lambda: vault.retrieve(bed.client), lambda: robot.look_up(bed.client, min_ttl=599)):
            refused = ask()
            self.assertEqual((refused.status, refused.json["type"]), (424, "/problems/quarantined"), refused)
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
        for action in ("audit.segment_begun", "backup.restored", "backup.created"):
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
        self.assertRegex(done.stdout, r"drill: ok, 2 data keys, \d+ rows, [3-9] sealed values and \d+ audit events")
        self.assertFalse(pathlib.Path(f"{self.file}.drill").exists())

    def test_what_is_no_backup_or_was_changed_or_cut_says_so_and_nothing_changes(self):
        bytes_ = self.file.read_bytes()
        tries = {"foreign": (b"SQLite format 3\0" + bytes_[16:], "not a sealed file"),
                 "cut": (bytes_[:len(bytes_) // 2], "changed or cut"),
                 "end": (bytes_[:-1], "changed or cut"),
                 "longer": (bytes_ + b"x", "changed or cut"),
                 "empty": (b"", "not a sealed file")}
        for at in (60, len(bytes_) // 2, len(bytes_) - 1):
            flipped = bytearray(bytes_)
            flipped[at] ^= 1
            tries[f"bit at {at}"] = (bytes(flipped), None)
        data = self.bed.elsewhere("files-elsewhere")
        there = sorted(path.name for path in data.iterdir())
        for what, (content, message) in tries.items():
            with self.subTest(what):
                broken = world.directory / "broken.backup"
                broken.write_bytes(content)
                done, _ = self.bed.restore(broken, data)
                self.assertEqual(done.returncode, 1, done.stdout)
                if message:
                    self.assertIn(message, done.stderr)
                self.assertEqual(sorted(path.name for path in data.iterdir() if path.name != "lock"), there)

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
