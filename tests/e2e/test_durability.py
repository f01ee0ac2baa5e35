"""Whatever happens to the process or its files: what was acknowledged is there, or nothing is served."""
import concurrent.futures
import http.client
import random
import resource
import shutil
import signal
import sqlite3
import unittest

import harness
from vault import API, Vault

DATABASE_FILES = ("state.db", "audit.db")


def setUpModule():
    global world, hostile
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()


def fresh(name, **more):
    server = harness.Strongroom(world, name=name, **more).start()
    return server, Vault(server)


def setting(vault):
    """A client with a token, and a robot that may read it."""
    client = vault.client_at(hostile.about["token"] + "good", world=world)
    robot = vault.reader_of(client)
    return client, robot, robot.look_up(client).json["access_token"]


def refuses_to_start(test, server):
    """Starts `server`, which must end by itself, and answers what it said."""
    process = server.launch()
    code = process.child.wait(30)
    test.assertNotEqual(code, 0)
    test.assertGreater(code, 0, "it crashed")
    test.assertTrue(process.tail().strip(), "it did not say why")
    return process.tail()


class Tampering(unittest.TestCase):
    def test_an_old_row_that_is_put_back_keeps_the_server_from_starting(self):
        server, vault = fresh("tampering")
        robot = vault.robot()
        server.stop()
        with sqlite3.connect(server.data / "state.db") as database:
            before = database.execute("SELECT * FROM robot_keys").fetchall()
        server.start()
        vault.reconnect()
        vault.revoke_key(robot)
        server.stop()
        with sqlite3.connect(server.data / "state.db") as database:
            database.executemany(f"REPLACE INTO robot_keys VALUES ({', '.join('?' * len(before[0]))})", before)
        said = refuses_to_start(self, server)
        self.assertIn("robot_keys", said)
        self.assertIn("backup", said)


class Restart(unittest.TestCase):
    def test_everything_is_there_again_and_no_token_is_asked_for_twice(self):
        server, vault = fresh("restart")
        client, robot, token = setting(vault)
        asked = len(hostile.requests())
        for number in (signal.SIGTERM, signal.SIGKILL):
            with self.subTest(signal=number.name):
                server.restart(number)
                vault.reconnect()
                robot.http = server.client(robot.key)
                answer = robot.look_up(client)
                self.assertEqual((answer.status, answer.json["access_token"]), (200, token))
                self.assertEqual(vault.get("oauth-clients", client["id"])["state"], "active")
        self.assertEqual(len(hostile.requests()), asked)
        server.stop()

    def test_a_revoke_survives_a_kill(self):
        server, vault = fresh("revoke")
        client, robot, _ = setting(vault)
        self.assertEqual(vault.revoke_key(robot).status, 204)
        server.restart(signal.SIGKILL)
        robot.http = server.client(robot.key)
        self.assertEqual(robot.look_up(client).status, 401)
        server.stop()

    def test_stopping_lets_running_requests_finish(self):
        server, vault = fresh("stopping")
        client = vault.client_at(hostile.about["token"] + "hold", world=world)
        robot = vault.reader_of(client)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            asking = pool.submit(robot.look_up, client)
            harness.wait_until(lambda: hostile.waiting() == 1, "the token request")
            server.process.send(signal.SIGTERM)
            probe = harness.Client(server.management)
            harness.wait_until(lambda: self.readiness(probe) != 200, "not to be ready")
            hostile.release()
            self.assertEqual(asking.result(30).status, 200)
        self.assertEqual(server.process.child.wait(30), 0)

    @staticmethod
    def readiness(probe):
        try:
            return probe.get("/readyz").status
        except (OSError, http.client.HTTPException):
            return None  # the listener is closed already


class KillNine(unittest.TestCase):
    ROUNDS = 8

    def test_every_acknowledged_write_is_there_after_a_kill_at_any_moment(self):
        server, vault = fresh("killed")
        acknowledged = {}
        for round_number in range(self.ROUNDS):
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                writers = [pool.submit(self.write, server.client(vault.key), round_number, n,
                                       acknowledged) for n in range(4)]
                enough = len(acknowledged) + random.randint(1, 40)
                harness.wait_until(lambda: len(acknowledged) >= enough, "some writes", pause=0.001)
                server.process.child.kill()
                for writer in writers:
                    writer.result()
            server.process.child.wait()
            server.start()
            vault.reconnect()
            for id, name in acknowledged.items():
                self.assertEqual(vault.get("projects", id)["name"], name)
        verdict = world.run("audit", "verify", "--data", server.data)
        self.assertEqual(verdict.returncode, 0, verdict.stderr)
        server.stop()

    @staticmethod
    def write(client, round_number, writer, acknowledged):
        """Makes projects until the server is gone."""
        number = 0
        while True:
            name = f"killed {round_number} {writer} {number}"
            try:
                answer = client.post(f"{API}/projects", {"name": name})
            except (OSError, http.client.HTTPException):
                return
            if answer.status == 201:
                acknowledged[answer.json["id"]] = name
            number += 1


class WrongData(unittest.TestCase):
    def test_a_second_server_on_the_same_data_is_refused_and_harms_nothing(self):
        server, vault = fresh("first")
        client, robot, _ = setting(vault)
        second = harness.Strongroom(world, data=server.data, name="second")
        self.assertIn("process", refuses_to_start(self, second))
        self.assertEqual(robot.look_up(client).status, 200)
        server.stop()

    def test_without_its_root_key_nothing_is_served_and_none_is_invented(self):
        server, vault = fresh("rootless")
        client, robot, token = setting(vault)
        server.stop()
        key = server.data / "root.key"
        kept = key.read_bytes()
        key.unlink()
        refuses_to_start(self, server)
        self.assertFalse(key.exists(), "a new root key was made for data that it cannot open")

        other, _ = fresh("other-root")
        other.stop()
        shutil.copy(other.data / "root.key", key)
        said = refuses_to_start(self, server)
        self.assertNotIn(kept.decode("latin-1").strip(), said)

        key.write_bytes(kept)
        key.chmod(0o600)
        server.start()
        robot.http = server.client(robot.key)
        self.assertEqual(robot.look_up(client).json["access_token"], token)
        server.stop()

    def test_a_truncated_foreign_or_garbled_database_is_refused(self):
        server, vault = fresh("damaged")
        setting(vault)
        server.stop()
        for file in DATABASE_FILES:
            path = server.data / file
            sound = path.read_bytes()
            damages = {"truncated": sound[:len(sound) // 2], "text": b"not a database\n" * 1000,
                       "another program's": self.foreign_database()}
            for kind, content in damages.items():
                with self.subTest(file=file, kind=kind):
                    path.write_bytes(content)
                    refuses_to_start(self, server)
                    self.assertEqual(path.read_bytes(), content, "it was changed")
            path.write_bytes(sound)
        server.start()
        server.stop()

    @staticmethod
    def foreign_database():
        path = world.directory / "foreign.db"
        path.unlink(missing_ok=True)
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE notes(text)")
        connection.commit()
        connection.close()
        return path.read_bytes()


class FullDisk(unittest.TestCase):
    """A limit on the size of files (setrlimit(2)) fails writes as a full disk does."""

    def test_no_token_leaves_unaudited_and_all_is_well_once_there_is_room(self):
        server, vault = fresh("full", before_exec=lambda: signal.signal(signal.SIGXFSZ,
                                                                        signal.SIG_IGN))
        client, robot, token = setting(vault)
        pid = server.process.child.pid
        _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, most))
        probe = harness.Client(server.management)
        self.assertEqual(robot.look_up(client).status, 503)
        self.assertEqual(vault.http.post(f"{API}/projects", {"name": "no room"}).status, 503)
        harness.wait_until(lambda: probe.get("/readyz").status == 503, "not to be ready")
        self.assertEqual(probe.get("/livez").status, 200)

        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))
        harness.wait_until(lambda: robot.look_up(client).status == 200, "a look-up")
        self.assertEqual(robot.look_up(client).json["access_token"], token)
        harness.wait_until(lambda: probe.get("/readyz").status == 200, "to be ready again")
        self.assertEqual(vault.create("projects", {"name": "room again"})["name"], "room again")
        verdict = world.run("audit", "verify", "--data", server.data)
        self.assertEqual(verdict.returncode, 0, verdict.stderr)
        server.stop()


if __name__ == "__main__":
    unittest.main()
