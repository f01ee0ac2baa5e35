"""Where a root key comes from: a passphrase, a person at the terminal, a key in a security token; and from one to another."""
import json
import os
import pathlib
import pty
import select
import signal
import subprocess
import time
import unittest

import harness
from vault import API, Vault

PIN = "canary-pin-5678"
PASSPHRASE = "correct horse battery staple"
MODULE = next((path for path in ("/usr/lib/softhsm/libsofthsm2.so",
                                 "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
                                 "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so")
               if pathlib.Path(path).exists()), None)


def setUpModule():
    global world, hostile, token_env
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    files = world.directory / "tokens"
    files.mkdir()
    config = world.directory / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {files}\nobjectstore.backend = file\nlog.level = ERROR\n")
    token_env = {"SOFTHSM2_CONF": str(config)}
    token("softhsm2-util", "--init-token", "--free", "--label", "vault", "--so-pin", "1234", "--pin", PIN)
    for label in ("root", "other"):
        token("pkcs11-tool", "--module", MODULE, "--token-label", "vault", "--login", "--pin", PIN,
              "--keygen", "--key-type", "AES:32", "--label", label, "--sensitive")


def token(*words):
    done = subprocess.run(words, capture_output=True, text=True, env=os.environ | token_env, check=False)
    if done.returncode:
        raise harness.HarnessError(f"{words}: {done.stdout} {done.stderr}")


def secret_file(name, text):
    file = world.directory / name
    file.touch(mode=0o600)
    file.write_text(text + "\n")
    return file


def configure(name, keys, more=""):
    return secret_file(f"{name}.toml", "[keys]\n" + "".join(f'{key} = "{value}"\n' for key, value in keys.items()) + more)


def with_token():
    return f'[pkcs11]\nmodule = "{MODULE}"\ntoken = "vault"\npin_file = "{secret_file("pin", PIN)}"\n'


def server_with(name, keys, more=""):
    return harness.Strongroom(world, name=name, profile="production", env=token_env,
                              options=["--config", configure(name, keys, more)])


def key(server, verb, *words, status=0):
    said = world.run("key", verb, "--data", server.data, "--config", server.options[1], *words, env=token_env)
    if said.returncode != status:
        raise AssertionError(f"key {verb}: {said.returncode}, not {status}: {said.stdout} {said.stderr}")
    return said.stdout + said.stderr


def refuses(test, server):
    process = server.launch()
    test.assertGreater(process.child.wait(30), 0)
    return process.tail()


class Story:
    """A client's token, which has to be there whatever becomes of the root key."""

    def __init__(self, test, server):
        self.test = test
        self.vault = Vault(server)
        self.client = self.vault.client_at(hostile.about["token"] + "good", world=world)
        self.robot = self.vault.reader_of(self.client)
        self.token = self.robot.look_up(self.client).json["access_token"]

    def check(self, server, source):
        self.vault.reconnect()
        self.robot.http = server.client(self.robot.key)
        answer = self.robot.look_up(self.client)
        self.test.assertEqual((answer.status, answer.json.get("access_token")), (200, self.token))
        root = self.vault.http.get(f"{API}/keys").json["root"]
        self.test.assertEqual(root["source"], source)
        return root


class Passphrase(unittest.TestCase):
    def test_a_passphrase_opens_what_it_made_and_no_other_does(self):
        passphrase = secret_file("passphrase", PASSPHRASE)
        keys = {"source": "passphrase", "passphrase_file": passphrase}
        server = server_with("passphrase", keys).start()
        story = Story(self, server)
        server.restart(signal.SIGKILL)
        story.check(server, "passphrase")
        server.stop()
        configure("passphrase", keys | {"passphrase_file": secret_file("wrong", PASSPHRASE + "!")})
        self.assertIn("the passphrase is wrong", refuses(self, server))
        configure("passphrase", keys | {"passphrase_file": secret_file("short", "short")})
        self.assertIn("12 characters", refuses(self, server))
        passphrase.chmod(0o644)
        configure("passphrase", keys)
        self.assertIn("chmod 600", refuses(self, server))
        passphrase.chmod(0o600)
        kept = server.data / "root-key.passphrase"
        kept.rename(world.directory / "away")
        self.assertIn("missing", refuses(self, server))
        (world.directory / "away").rename(kept)
        content = kept.read_bytes()
        kept.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        self.assertIn("changed or cut", refuses(self, server))
        kept.write_bytes(content)
        server.start()
        story.check(server, "passphrase")
        server.stop()

    def test_without_a_file_the_person_at_the_terminal_is_asked_and_nobody_sees_it(self):
        server = server_with("terminal", {"source": "passphrase"})
        server.before_exec = os.setsid  # away from the terminal of whoever runs the tests
        self.assertIn("No passphrase", refuses(self, server))
        for questions in (2, 1):  # the first time it is typed twice
            child, terminal = pty.fork()
            if child == 0:
                os.execve(server.command()[0], [str(word) for word in server.command()], server.env)
            try:
                shown = ""
                for question in ("Passphrase of the root key", "The same again")[:questions]:
                    shown += self.wait_for(terminal, question)
                    os.write(terminal, (PASSPHRASE + "\n").encode())
                shown += self.wait_for(terminal, "Sign in")
                self.assertNotIn(PASSPHRASE, shown)
            finally:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                os.close(terminal)

    @staticmethod
    def wait_for(terminal, text, patience=60):
        shown, end = "", time.monotonic() + patience
        while text not in shown:
            ready, _, _ = select.select([terminal], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise AssertionError(f"no {text!r} in {shown!r}")
            try:
                shown += os.read(terminal, 4096).decode(errors="replace")
            except OSError:
                raise AssertionError(f"it ended without {text!r}: {shown!r}") from None
        return shown


class SecurityToken(unittest.TestCase):
    def test_a_key_in_the_token_opens_what_it_wrapped_and_no_other_does(self):
        keys = {"source": "pkcs11", "pkcs11_key": "root"}
        server = server_with("token", keys, with_token()).start()
        story = Story(self, server)
        server.restart(signal.SIGKILL)
        story.check(server, "pkcs11")
        file = world.directory / "token.recovery"
        key(server, "export-recovery", "--passphrase-file", secret_file("recovery", PASSPHRASE), file)
        self.assertIn("opens every key", key(server, "check-recovery", "--passphrase-file",
                                             world.directory / "recovery", file))
        server.stop()
        configure("token", keys | {"pkcs11_key": "other"}, with_token())
        self.assertIn("by another key", refuses(self, server))
        configure("token", keys | {"pkcs11_key": "none"}, with_token())
        self.assertIn("no AES key", refuses(self, server))
        configure("token", keys, with_token().replace("token = \"vault\"", "token = \"gone\""))
        self.assertIn("security token", refuses(self, server))
        configure("token", keys, with_token())
        server.start()
        story.check(server, "pkcs11")
        server.stop()


class FromOneToAnother(unittest.TestCase):
    def test_the_root_key_moves_from_a_file_under_a_passphrase_into_a_token_and_back(self):
        first, last = (secret_file(name, os.urandom(32).hex()) for name in ("first.root", "last.root"))
        passphrase, again = secret_file("move.passphrase", PASSPHRASE), secret_file("move.again", PASSPHRASE + " 2")
        server = server_with("move", {"root_key_file": first}, with_token()).start()
        story = Story(self, server)
        steps = [
            ({"source": "passphrase", "passphrase_file": passphrase}, "passphrase", ("--new-passphrase-file", passphrase)),
            ({"source": "passphrase", "passphrase_file": again}, "passphrase", ("--new-passphrase-file", again)),
            ({"source": "pkcs11", "pkcs11_key": "root"}, "pkcs11", ("--to-token",)),
            ({"source": "file", "root_key_file": last}, "file", ("--new-root-key-file", last)),
        ]
        before = {"root_key_file": first}
        for keys, source, words in steps:
            with self.subTest(source=source):
                # The token that it moves to has to be known already.
                configure("move", before | ({"pkcs11_key": "root"} if source == "pkcs11" else {}), with_token())
                server.restart()
                key(server, "rotate-root", *words)
                server.restart(signal.SIGKILL)  # with the former one
                self.assertTrue(story.check(server, self.source_of(before))["rotation_unfinished"])
                server.stop(signal.SIGKILL)
                configure("move", keys, with_token())
                server.start()
                self.assertFalse(story.check(server, source)["rotation_unfinished"])
                server.restart(signal.SIGKILL)
                story.check(server, source)
                before = keys
        server.stop()

    @staticmethod
    def source_of(keys):
        return keys.get("source", "file")

    def test_a_rotation_that_was_killed_before_it_was_stored_leaves_the_former_alone(self):
        keys = {"source": "passphrase", "passphrase_file": secret_file("stale.passphrase", PASSPHRASE)}
        server = server_with("stale", keys).start()
        story = Story(self, server)
        other = server_with("stale-other", keys).start()
        other.stop()
        server.stop(signal.SIGKILL)
        # What the next root key would lie in, and nothing was wrapped by it.
        (server.data / "root-key.passphrase.next").write_bytes((other.data / "root-key.passphrase").read_bytes())
        server.start()
        self.assertFalse(story.check(server, "passphrase")["rotation_unfinished"])
        key(server, "rotate-root", "--new-passphrase-file", keys["passphrase_file"])
        server.restart(signal.SIGKILL)
        self.assertFalse(story.check(server, "passphrase")["rotation_unfinished"])
        said = json.loads(world.run("key", "status", "--data", server.data, "--output", "json").stdout)
        self.assertEqual(said["former_root_key"], "")
        server.stop()
