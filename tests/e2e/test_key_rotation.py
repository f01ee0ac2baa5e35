"""Keys take each other's place while the server serves, and whatever happens to it meanwhile."""
import contextlib
import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import time
import unittest

import harness
from vault import API, Vault

PASSPHRASE = "correct horse battery staple"


def setUpModule():
    global world, hostile
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()


def secret_file(name, text):
    file = world.directory / name
    file.touch(mode=0o600)
    file.write_text(text + "\n")
    return file


def root_key(name):
    return secret_file(name, os.urandom(32).hex())


def served_with(name, key):
    """A server in production, whose root key is `key`."""
    return harness.Strongroom(world, name=name, profile="production",
                              options=["--config", secret_file(f"{name}.toml", f'[keys]\nroot_key_file = "{key}"')])


def key(server, verb, *words, status=0):
    said = world.run("key", verb, "--data", server.data, "--config", server.options[1], *words)
    if status is not None and said.returncode != status:
        raise AssertionError(f"key {verb}: {said.returncode}, not {status}: {said.stdout} {said.stderr}")
    return said.stdout + said.stderr


def status(server):
    """Of a server that runs, or not."""
    said = world.run("key", "status", "--data", server.data, "--config", server.options[1], "--output", "json")
    return json.loads(said.stdout)


def setting(vault):
    """A client with a token, a robot that may read it, and its token."""
    client = vault.client_at(hostile.about["token"] + "good", world=world)
    robot = vault.reader_of(client)
    return client, robot, robot.look_up(client).json["access_token"]


def finished(vault):
    return vault.http.get(f"{API}/keys").json["rotation"] is None


class RootKey(unittest.TestCase):
    def check(self, server, vault, client, robot, token):
        vault.reconnect()
        robot.http = server.client(robot.key)
        answer = robot.look_up(client)
        self.assertEqual((answer.status, answer.json.get("access_token")), (200, token))

    def test_both_open_everything_until_the_server_was_started_with_the_new_one(self):
        old, new = root_key("root.old"), root_key("root.new")
        server = served_with("roots", old).start()
        vault = Vault(server)
        story = setting(vault)
        self.assertIn("start the server with it", key(server, "rotate-root", "--new-root-key-file", new))
        self.check(server, vault, *story)
        self.assertIn("not finished", key(server, "rotate-root", "--new-root-key-file", root_key("root.third"), status=7))
        server.restart(signal.SIGKILL)  # the configuration still names the old one
        self.assertIn("former root key", server.log)
        self.check(server, vault, *story)
        vault.create("projects", {"name": "Made between the two"})
        server.stop(signal.SIGKILL)
        (world.directory / "roots.toml").write_text(f'[keys]\nroot_key_file = "{new}"\n')
        server.start()
        self.check(server, vault, *story)
        self.assertEqual(status(server)["former_root_key"], "")
        server.stop()
        (world.directory / "roots.toml").write_text(f'[keys]\nroot_key_file = "{old}"\n')
        process = server.launch()
        self.assertGreater(process.child.wait(30), 0)
        self.assertIn("not the root key", process.tail())

    def test_killed_at_any_moment_one_of_the_two_opens_everything(self):
        old = root_key("kill.0")
        server = served_with("kills", old).start()
        vault = Vault(server)
        story = setting(vault)
        chance = random.Random(6)
        for number in range(1, 9):
            new = root_key(f"kill.{number}")
            rotating = harness.Process(f"rotate-{number}", [
                harness.BINARY, "key", "rotate-root", "--data", server.data, "--new-root-key-file", new],
                world.directory)
            with contextlib.suppress(subprocess.TimeoutExpired):
                rotating.child.wait(chance.uniform(0, 0.25))
            server.process.send(signal.SIGKILL)
            server.process.child.wait(30)
            rotating.child.wait(30)
            server.start()  # with the old one, whatever became of it
            self.check(server, vault, *story)
            if status(server)["former_root_key"]:
                server.stop()
                (world.directory / "kills.toml").write_text(f'[keys]\nroot_key_file = "{new}"\n')
                server.start()
                self.check(server, vault, *story)
                self.assertEqual(status(server)["former_root_key"], "")
        server.stop()

    def test_of_two_rotations_at_once_one_is_refused(self):
        server = served_with("twice", root_key("twice.old")).start()
        vault = Vault(server)
        story = setting(vault)
        rotating = [harness.Process(f"twice-{number}", [
            harness.BINARY, "key", "rotate-root", "--data", server.data, "--new-root-key-file", root_key(f"twice.{number}")],
            world.directory) for number in (1, 2)]
        self.assertEqual(sorted(each.child.wait(60) for each in rotating), [0, 7])
        self.check(server, vault, *story)
        winner = 1 if rotating[0].child.returncode == 0 else 2
        server.stop(signal.SIGKILL)
        (world.directory / "twice.toml").write_text(f'[keys]\nroot_key_file = "{world.directory}/twice.{winner}"\n')
        server.start()
        self.check(server, vault, *story)
        server.stop()

    def test_offline_too(self):
        old, new = root_key("offline.old"), root_key("offline.new")
        server = served_with("offline", old).start()
        vault = Vault(server)
        story = setting(vault)
        server.stop()
        key(server, "rotate-root", "--new-root-key-file", new)
        self.assertNotEqual(status(server)["former_root_key"], "")
        (world.directory / "offline.toml").write_text(f'[keys]\nroot_key_file = "{new}"\n')
        server.start()
        self.check(server, vault, *story)
        server.stop()

    def test_a_key_that_others_may_read_or_that_lies_with_the_data_is_refused(self):
        server = served_with("refused", root_key("refused.old")).start()
        open_file = root_key("refused.open")
        open_file.chmod(0o644)
        self.assertIn("chmod 600", key(server, "rotate-root", "--new-root-key-file", open_file, status=2))
        inside = server.data / "inside.key"
        inside.touch(mode=0o600)
        inside.write_text(os.urandom(32).hex())
        self.assertIn("inside the data directory",
                      key(server, "rotate-root", "--new-root-key-file", inside, status=2))
        server.stop()


class DataKeys(unittest.TestCase):
    def test_everything_is_sealed_anew_while_robots_look_up_and_the_server_is_killed(self):
        server = served_with("data", root_key("data.root")).start()
        vault = Vault(server)
        clients = [vault.client_at(hostile.about["token"] + "good", world=world) for _ in range(12)]
        robot = vault.reader_of(*clients)
        self.secret = vault.secret(vault.get("target-systems", clients[0]["target_system"]), value="a kept password")
        vault.grant_secret(self.secret, robot)
        tokens = {client["id"]: robot.look_up(client).json["access_token"] for client in clients}
        project = clients[0]["project"]
        before = self.keys_of(vault, project)
        answer = vault.http.post(f"{API}/keys/rotate-data", {"all": True})
        self.assertEqual(answer.status, 202)
        self.assertEqual(vault.http.post(f"{API}/keys/rotate-data", {"project": project}).status, 409)
        chance = random.Random(7)
        for _ in range(5):
            until = time.monotonic() + chance.uniform(0, 0.6)
            while time.monotonic() < until:
                self.look_up_all(robot, clients, tokens)
            server.restart(signal.SIGKILL)
            vault.reconnect()
            robot.http = server.client(robot.key)
        harness.wait_until(lambda: self.look_up_all(robot, clients, tokens) or finished(vault),
                           "the rotation", patience=90)
        after = self.keys_of(vault, project)
        self.assertEqual(len(after), 1)
        self.assertNotEqual(after, before)
        self.look_up_all(robot, clients, tokens)
        server.restart(signal.SIGKILL)
        vault.reconnect()
        robot.http = server.client(robot.key)
        self.look_up_all(robot, clients, tokens)
        server.stop()
        with sqlite3.connect(server.data / "state.db") as database:
            used = {row[0] for row in database.execute(
                "SELECT DISTINCT hex(substr(sealed_token, 2, 16)) FROM oauth_clients WHERE sealed_token IS NOT NULL "
                "UNION SELECT DISTINCT hex(substr(sealed_value, 2, 16)) FROM consumer_secrets "
                "UNION SELECT DISTINCT hex(substr(sealed_value, 2, 16)) FROM secret_values")}
            there = {row[0] for row in database.execute("SELECT hex(id) FROM data_keys")}
        self.assertLessEqual(used, there)

    @staticmethod
    def keys_of(vault, project):
        keys = vault.http.get(f"{API}/keys").json["data_keys"]
        return [each["id"] for each in keys if each["project"] == project]

    def look_up_all(self, robot, clients, tokens):
        for client in clients:
            answer = robot.look_up(client)
            self.assertEqual((answer.status, answer.json.get("access_token")), (200, tokens[client["id"]]))
        answer = robot.http.get(f"{API}/lookup/secrets/{self.secret['id']}")
        self.assertEqual((answer.status, answer.json.get("value")), (200, "a kept password"))

    def test_a_full_disk_in_the_middle_loses_nothing(self):
        """The files of the process may not grow beyond what they are: every write that needs room fails."""
        server = served_with("full", root_key("full.root")).start()
        vault = Vault(server)
        story = setting(vault)
        server.stop()
        largest = max(file.stat().st_size for file in server.data.iterdir() if file.is_file())
        small = harness.Strongroom(
            world, data=server.data, name="full-small", profile="production", options=server.options,
            before_exec=lambda: (signal.signal(signal.SIGXFSZ, signal.SIG_IGN),
                                 resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))))
        small.start()
        client, robot, token = story
        vault_small = Vault(small)
        robot.http = small.client(robot.key)
        resource.prlimit(small.process.child.pid, resource.RLIMIT_FSIZE, (1024, 1024))
        answer = vault_small.http.post(f"{API}/keys/rotate-data", {"all": True})
        self.assertIn(answer.status, (500, 503))
        said = key(small, "rotate-root", "--new-root-key-file", root_key("full.new"), status=None)
        self.assertNotIn("start the server with it", said)
        small.stop(signal.SIGKILL)
        server.start()
        vault.reconnect()
        robot.http = server.client(robot.key)
        self.assertEqual(robot.look_up(client).json["access_token"], token)
        self.assertEqual(vault.http.post(f"{API}/keys/rotate-data", {"all": True}).status, 202)
        harness.wait_until(lambda: finished(vault), "the rotation", patience=60)
        self.assertEqual(robot.look_up(client).json["access_token"], token)
        server.stop()


class Recovery(unittest.TestCase):
    def test_the_root_key_comes_back_out_of_a_recovery_file_and_nothing_else_does(self):
        root = root_key("lost.root")
        server = served_with("recovery", root).start()
        vault = Vault(server)
        client, robot, token = setting(vault)
        passphrase = secret_file("recovery.passphrase", PASSPHRASE)
        wrong = secret_file("recovery.wrong", PASSPHRASE + "!")
        file = world.directory / "strongroom.recovery"
        self.assertIsNone(vault.http.get(f"{API}/keys").json["root"]["recovery_exported_at"])
        self.assertIn("data directory", key(server, "export-recovery", "--passphrase-file", passphrase,
                                            server.data / "inside.recovery", status=2))
        key(server, "export-recovery", "--passphrase-file", passphrase, file)
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        self.assertIn("already", key(server, "export-recovery", "--passphrase-file", passphrase, file, status=7))
        self.assertIsNotNone(vault.http.get(f"{API}/keys").json["root"]["recovery_exported_at"])
        self.assertIn("opens every key", key(server, "check-recovery", "--passphrase-file", passphrase, file))
        self.assertIn("passphrase is wrong", key(server, "check-recovery", "--passphrase-file", wrong, file, status=2))
        actions = {event["event"]["action"] for event in vault.audit_events()["items"]}
        self.assertIn("keys.recovery_exported", actions)
        server.stop()
        content = root.read_text()
        root.unlink()
        again = world.directory / "again.root"
        said = world.run("key", "import-recovery", file, "--passphrase-file", passphrase,
                         "--out", again)
        self.assertEqual(said.returncode, 0, said.stderr)
        self.assertEqual(again.read_text(), content)
        again.rename(root)
        server.start()
        robot.http = server.client(robot.key)
        self.assertEqual(robot.look_up(client).json["access_token"], token)
        server.stop()

    def test_a_recipient_opens_it_and_another_servers_data_is_told_apart(self):
        server = served_with("recipient", root_key("recipient.root")).start()
        identity, stranger = world.directory / "identity", world.directory / "stranger"
        recipient = world.run("backup", "keygen", "--identity-file", identity).stdout.strip()
        world.run("backup", "keygen", "--identity-file", stranger)
        file = world.directory / "recipient.recovery"
        key(server, "export-recovery", "--recipient", recipient, file)
        self.assertIn("opens every key", key(server, "check-recovery", "--identity-file", identity, file))
        self.assertIn("sealed for others", key(server, "check-recovery", "--identity-file", stranger, file, status=2))
        other = served_with("recipient-other", root_key("recipient-other.root")).start()
        self.assertIn("another server", key(other, "check-recovery", "--identity-file", identity, file, status=2))
        new = root_key("recipient.new")
        key(server, "rotate-root", "--new-root-key-file", new)
        self.assertIsNone(Vault(server).http.get(f"{API}/keys").json["root"]["recovery_exported_at"])
        self.assertIn("do not open", key(server, "check-recovery", "--identity-file", identity, file, status=2))
        for each in (server, other):
            each.stop()
