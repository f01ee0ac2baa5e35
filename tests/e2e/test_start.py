"""Starting: where the root key may come from, and who may use the admin socket."""
import os
import pathlib
import secrets
import socket
import stat
import unittest

import harness
from vault import Vault

QUICK = True
NOBODY = 65534
COMMAND = '{"command":"api-key.create","user":"mallory","name":"x","permissions":["view"]}\n'


def setUpModule():
    global world
    world = harness.World()
    unittest.addModuleCleanup(world.close)


def root_key(path, mode=0o600):
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_text(secrets.token_hex(32) + "\n")
    path.chmod(mode)
    return path


class RootKey(unittest.TestCase):
    def refused(self, server):
        """What a server that must not start says."""
        process = server.launch()
        harness.wait_until(lambda: not process.running(), "the refusal")
        self.assertEqual(process.child.returncode, 1)
        return process.tail()

    def test_production_refuses_a_root_key_inside_the_data_directory(self):
        server = harness.Strongroom(world, name="inside", profile="production")
        inside = root_key(server.data / "keys/root.key")
        link = world.directory / "looks-outside.key"
        link.symlink_to(inside)
        for path in (inside, link, pathlib.Path("inside-data/keys/root.key")):
            with self.subTest(path=path):
                server.env["STRONGROOM_KEYS__ROOT_KEY_FILE"] = str(path)
                self.assertIn("lies inside the data directory", self.refused(server))
        self.assertFalse((server.data / "state.db").exists())

    def test_production_starts_with_a_root_key_outside(self):
        key = root_key(world.directory / "outside-keys/root.key")
        server = harness.Strongroom(world, name="outside", profile="production",
                                    env={"STRONGROOM_KEYS__ROOT_KEY_FILE": str(key)}).start()
        Vault(server).list("projects")
        self.assertFalse((server.data / "root.key").exists())
        server.restart()
        server.stop()

    def test_production_makes_no_root_key_of_its_own(self):
        server = harness.Strongroom(world, name="without", profile="production")
        self.assertIn("No root key", self.refused(server))
        self.assertFalse((server.data / "root.key").exists())

    def test_the_root_key_comes_out_of_the_credentials_directory(self):
        # systemd's credentials have mode 0440 and a directory that only the service can enter.
        key = root_key(world.directory / "credentials/root-key", mode=0o440)
        server = harness.Strongroom(world, name="credentials", profile="production",
                                    env={"CREDENTIALS_DIRECTORY": str(key.parent)}).start()
        vault = Vault(server)
        vault.create("projects", {"name": "Kept"})
        server.restart()
        vault.reconnect()
        self.assertEqual(vault.find("projects", "Kept")["name"], "Kept")
        server.stop()
        server.env["CREDENTIALS_DIRECTORY"] = str(root_key(
            world.directory / "other-credentials/root-key", mode=0o440).parent)
        self.refused(server)  # another key opens nothing
        server.env["CREDENTIALS_DIRECTORY"] = str(world.directory)
        self.assertIn("There is no root key file", self.refused(server))


class MissingDatabase(unittest.TestCase):
    def test_one_database_without_the_other_is_refused_and_not_replaced(self):
        server = harness.Strongroom(world, name="halves").start()
        self.assertFalse((server.data / "first-start").exists())
        server.stop()
        aside = world.directory / "halves-aside"
        for missing in ("audit.db", "state.db"):
            with self.subTest(missing=missing):
                (server.data / missing).rename(aside)
                process = server.launch()
                harness.wait_until(lambda: not process.running(), "the refusal")
                self.assertEqual(process.child.returncode, 1)
                self.assertIn("One database is there, the other is missing.", process.tail())
                self.assertIn(f"{missing} is missing; restore both", process.tail())
                made = world.run("api-key", "create", "--data", server.data, "--user", "admin")
                self.assertNotEqual(made.returncode, 0)
                self.assertFalse((server.data / missing).exists())
                aside.rename(server.data / missing)
        server.start()
        server.stop()

    def test_a_first_start_that_was_interrupted_goes_on(self):
        server = harness.Strongroom(world, name="interrupted").start()
        server.stop()
        for file in server.data.glob("audit.db*"):  # as if it had died before it made this one
            file.unlink()
        (server.data / "first-start").touch()
        server.start()
        self.assertFalse((server.data / "first-start").exists())
        server.stop()


class AdminSocket(unittest.TestCase):
    @staticmethod
    def ask(path, user=None):
        """What one command gets, asked by a process of its own, which `user` owns."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                if user is not None:
                    os.setgroups([])
                    os.setgid(user)
                    os.setuid(user)
                with socket.socket(socket.AF_UNIX) as admin:
                    admin.connect(str(path))
                    admin.sendall(COMMAND.encode())
                    os.write(writing, admin.recv(4096))
            except OSError as error:
                os.write(writing, type(error).__name__.encode())
            finally:
                os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as answer:
            text = answer.read()
        os.waitpid(child, 0)
        return text

    def test_it_is_closed_to_other_users_by_its_mode_and_by_the_kernels_word(self):
        server = harness.Strongroom(world, name="socket").start()
        self.addCleanup(server.stop)
        path = server.data / "admin.sock"
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o700)
        self.assertIn("srk_user_", self.ask(path))
        if os.geteuid() != 0:
            return  # who else could ask? MayAdminister.* tests the decision itself
        self.assertEqual(self.ask(path, user=NOBODY), "PermissionError")
        for place in (path, server.data, world.directory):  # as if an administrator erred
            place.chmod(0o777)
        self.assertIn(self.ask(path, user=NOBODY), ("", "ConnectionResetError", "BrokenPipeError"))
        harness.wait_until(
            lambda: "A user who may not was turned away from the admin socket." in server.log,
            "the warning")
        owners = [key["user_name"] for key in Vault(server).list("api-keys")["items"]]
        self.assertEqual(owners.count("mallory"), 1)  # our own

    def test_a_data_directory_may_have_a_long_path(self):
        data = world.directory / ("long" * 30) / ("path" * 30)
        data.mkdir(mode=0o700, parents=True)
        server = harness.Strongroom(world, data=data, name="long").start()
        Vault(server).list("projects")  # its key comes through the socket
        with socket.socket(socket.AF_UNIX) as direct:
            self.assertRaises(OSError, direct.connect, str(data / "admin.sock"))
        server.stop()
        self.assertFalse((data / "admin.sock").exists())


if __name__ == "__main__":
    unittest.main()
