"""The audit trail as a file: signed checkpoints, exports, what damage shows, and what is removed when it is old."""
import contextlib
import csv
import hashlib
import io
import json
import shutil
import sqlite3
import unittest
import uuid

import harness
from vault import API, Vault


def setUpModule():
    global world, hostile
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()


def verify(*words):
    return world.run("audit", "verify", *words)


def next_hash(before, sequence, body):
    return hashlib.sha256(before + sequence.to_bytes(8, "big") + body.encode()).digest()


def add_events(path, count, at, action="token.handed_out", **more):
    """Events as somebody adds them who can write to the file and knows the format, but has no key."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        sequence, head = database.execute(
            "SELECT sequence, hash FROM events ORDER BY sequence DESC LIMIT 1").fetchone() or (
            0, hashlib.sha256(b"strongroom audit chain 1").digest())
        rows = []
        for _ in range(count):
            id, sequence = uuid.uuid4(), sequence + 1
            body = json.dumps({"id": str(id), "at": at, "action": action, "outcome": "success",
                               "actor_kind": "robot"} | more, separators=(",", ":"))
            head = next_hash(head, sequence, body)
            rows.append((sequence, id.bytes, body, head))
        database.executemany("INSERT INTO events (sequence, id, body, hash) VALUES (?, ?, ?, ?)", rows)
        database.commit()


class Served(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """Two servers that have stopped, with some events each."""
        cls.servers = []
        for name in ("one", "two"):
            server = harness.Strongroom(world, name=f"trail-{name}").start()
            vault = Vault(server)
            client = vault.client_at(hostile.about["token"] + "good", world=world)
            robot = vault.reader_of(client)
            for _ in range(5):
                robot.look_up(client)
            if name == "one":
                cls.state = vault.http.get(f"{API}/audit-trail").json
            server.stop()
            cls.servers.append(server)
        cls.data = cls.servers[0].data
        cls.key = cls.state["checkpoints"]["public_key"]

    def copy(self, name):
        """Of the trail alone, to be damaged: it is verified without anything else."""
        directory = world.directory / f"damaged-{name}"
        directory.mkdir()
        shutil.copy(self.data / "audit.db", directory)
        return directory

    def damaged(self, name, *statements):
        directory = self.copy(name)
        with contextlib.closing(sqlite3.connect(directory / "audit.db")) as database:
            for statement in statements:
                database.execute(*statement if isinstance(statement, tuple) else [statement])
            database.commit()
        return directory

    def refused(self, directory, message, *words):
        verdict = verify("--data", directory, *words)
        self.assertEqual(verdict.returncode, 1, verdict.stdout)
        self.assertIn(message, verdict.stderr)
        self.assertIn("docs/audit.md", verdict.stderr)  # what to do
        return verdict

    def test_a_stop_signs_the_end_and_the_servers_key_verifies_it(self):
        verdict = verify("--data", self.data, "--public-key", self.key, "--output", "json")
        self.assertEqual(verdict.returncode, 0, verdict.stderr)
        told = json.loads(verdict.stdout)
        self.assertEqual((told["public_key"], told["last_checkpoint"]), (self.key, told["last_sequence"]))
        self.assertIn("as was expected", verify("--data", self.data, "--public-key", self.key).stdout)

    def test_an_edited_event_a_missing_one_and_another_order_are_found(self):
        self.refused(self.damaged("edited", "UPDATE events SET body = replace(body, 'success', 'failure') "
                                            "WHERE sequence = 4"), "broken at sequence 4")
        self.refused(self.damaged("missing", "DELETE FROM events WHERE sequence = 4"), "broken at sequence 4")
        self.refused(self.damaged("reordered", "UPDATE events SET sequence = 0 WHERE sequence = 4",
                                  "UPDATE events SET sequence = 4 WHERE sequence = 5",
                                  "UPDATE events SET sequence = 5 WHERE sequence = 0"), "broken at sequence 4")

    def test_a_cut_end_is_found_by_its_checkpoint(self):
        self.refused(self.damaged("cut", "DELETE FROM events WHERE sequence > 6"),
                     "a signed checkpoint stands behind it")
        # Whoever removes that as well is found by the head that was noted.
        both = self.damaged("cut-both", "DELETE FROM events WHERE sequence > 6", "DELETE FROM checkpoints")
        self.assertEqual(verify("--data", both).returncode, 0)
        self.refused(both, "the head that was noted is not in the audit trail", "--head", self.state["head"])
        self.assertEqual(verify("--data", self.data, "--head", self.state["head"]).returncode, 0)

    def test_a_chain_that_was_written_anew_is_found(self):
        directory = self.damaged("anew", "DELETE FROM events WHERE sequence > 6")
        with contextlib.closing(sqlite3.connect(self.data / "audit.db")) as database:
            [(last,)] = database.execute("SELECT MAX(sequence) FROM events")
        add_events(directory / "audit.db", last - 6, "2026-11-26T10:00:00.000Z")
        self.refused(directory, "not the one that a checkpoint was signed for")

    def test_a_checkpoint_of_another_server_is_found(self):
        with contextlib.closing(sqlite3.connect(self.servers[1].data / "audit.db")) as database:
            foreign = database.execute("SELECT sequence, text FROM checkpoints").fetchall()
        self.assertTrue(foreign)
        mixed = self.damaged("mixed", ("INSERT INTO checkpoints VALUES (1000, ?)", foreign[-1][1:]))
        self.refused(mixed, "a checkpoint of another server")
        swapped = self.damaged("swapped", "DELETE FROM checkpoints",
                               *[("INSERT INTO checkpoints VALUES (?, ?)", row) for row in foreign])
        self.refused(swapped, "another server", "--public-key", self.key)
        self.refused(self.damaged("edited-checkpoint", "UPDATE checkpoints SET text = replace(text, 'e', 'f')"),
                     "a checkpoint of the audit trail was changed")

    def test_a_front_that_nobody_tells_of_is_found(self):
        self.refused(self.damaged("front", "DELETE FROM events WHERE sequence <= 3"), "broken at sequence 1")
        self.refused(self.damaged("front-with-start", "INSERT INTO trail_start SELECT 1, sequence, hash FROM events "
                                                      "WHERE sequence = 3", "DELETE FROM events WHERE sequence <= 3"),
                     "the checkpoint that the audit trail begins behind is missing")

    def test_words_that_make_no_sense_are_refused(self):
        self.assertIn("either --data", verify().stderr)
        self.assertIn("43 characters", verify("--data", self.data, "--public-key", "short").stderr)
        self.assertIn("64 characters", verify("--data", self.data, "--head", "short").stderr)


class Export(unittest.TestCase):
    def test_what_was_taken_out_is_verified_elsewhere_and_shows_what_was_done_to_it(self):
        server = harness.Strongroom(world, name="exported").start()
        vault = Vault(server)
        system = vault.target_system(hostile.about["token"] + "good", "id", "secret", world=world)
        client = vault.client(system, "=HYPERLINK(\"https://evil.example\")")
        robot = vault.reader_of(client)
        for _ in range(120):
            self.assertEqual(robot.look_up(client).status, 200)
        key_file = world.directory / "export.key"
        key_file.write_text(vault.key)
        reach = ["--url", server.origin, "--ca-file", server.ca_file, "--key-file", key_file]
        file = world.directory / "audit.ndjson"
        done = world.run("audit", "export", "--file", file, *reach)
        self.assertEqual(done.returncode, 0, done.stderr)
        again = world.run("audit", "export", "--file", file, *reach)
        self.assertNotEqual(again.returncode, 0)  # nothing is overwritten
        public_key = vault.http.get(f"{API}/audit-trail").json["checkpoints"]["public_key"]
        verdict = verify("--export", file, "--public-key", public_key)
        self.assertEqual(verdict.returncode, 0, verdict.stderr)

        lines = file.read_text().splitlines(keepends=True)
        for name, bad, message in (
                ("cut", lines[:-1], "the file was cut"),
                ("edited", [line.replace("token.handed_out", "lookup.denied") for line in lines], "was changed"),
                ("reordered", [*lines[:3], lines[4], lines[3], *lines[5:]], "is missing"),
                ("shortened", lines[:20] + lines[-1:], "lines are missing"),
                ("foreign", ["{}\n"], "no export of an audit trail")):
            with self.subTest(name):
                damaged = world.directory / f"audit-{name}.ndjson"
                damaged.write_text("".join(bad))
                verdict = verify("--export", damaged)
                self.assertNotEqual(verdict.returncode, 0, verdict.stdout)
                self.assertIn(message, verdict.stderr)
        part = world.run("audit", "export", "--action", "token.handed_out", *reach)
        filtered = world.directory / "part.ndjson"
        filtered.write_text(part.stdout)
        self.assertEqual(part.stdout.count("token.handed_out"), 120)
        self.assertIn("a part of an audit trail", verify("--export", filtered).stderr)

        # Part by part it is the same file.
        text, after = "", "0"
        while after:
            answer = vault.http.get(f"{API}/audit-events/export", query={"after": after, "limit": 100})
            self.assertEqual(answer.status, 200, answer)
            text += answer.body.decode()
            after = answer.headers.get("X-Next-After")
        file.write_text(text)
        self.assertEqual(verify("--export", file).returncode, 0)

        table = world.run("audit", "export", "--format", "csv", *reach)
        rows = list(csv.DictReader(io.StringIO(table.stdout)))
        names = {row["subject_name"] for row in rows if row["action"] == "token.handed_out"}
        self.assertEqual(names, {"'" + client["label"]})  # no program for a spreadsheet
        self.assertEqual([int(row["sequence"]) for row in rows], list(range(1, len(rows) + 1)))
        self.assertGreater(vault.audit_events(action="audit.exported")["total"], 3)

        found = vault.audit_events(q=f"{robot.id} handed_out 127.0.0.1")
        self.assertEqual(found["total"], 120)
        self.assertEqual(vault.audit_events(q="HYPERLINK nothing-like-it")["total"], 0)
        self.assertGreater(vault.audit_events(q="hyperlink")["total"], 0)
        server.stop()

    def test_who_reads_one_project_takes_out_its_events_alone(self):
        server = harness.Strongroom(world, name="scoped").start()
        vault = Vault(server)
        mine = vault.create("projects", {"name": "Mine"})
        key = vault.create("api-keys", {"name": "auditor", "permissions": ["view", "read_audit"],
                                        "projects": [mine["id"]]})
        limited = server.client(key["key"])
        answer = limited.get(f"{API}/audit-events/export")
        self.assertEqual(answer.status, 200, answer)
        head, *rest = [json.loads(line) for line in answer.body.decode().splitlines()]
        self.assertIs(head["is_whole"], False)
        self.assertEqual({json.loads(line["body"])["project_id"] for line in rest}, {mine["id"]})
        traced = limited.post(f"{API}/audit-events/trace-token", {"token": "x"})
        self.assertEqual(traced.status, 403)
        server.stop()


class Retention(unittest.TestCase):
    def test_fifty_thousand_old_events_go_while_look_ups_go_on_and_the_rest_verifies(self):
        server = harness.Strongroom(world, name="retained").start()
        vault = Vault(server)
        client = vault.client_at(hostile.about["token"] + "good", world=world)
        robot = vault.reader_of(client)
        server.stop()
        with contextlib.closing(sqlite3.connect(server.data / "audit.db")) as database:
            database.execute("DELETE FROM events")
            database.execute("DELETE FROM checkpoints")
            database.commit()
        add_events(server.data / "audit.db", 50_000, "2020-01-01T00:00:00.000Z")
        # The first start signs what it finds; the next one is told to keep thirty days.
        server.start()
        server.stop()
        self.assertEqual(verify("--data", server.data).returncode, 0)
        server.env["STRONGROOM_AUDIT__KEEP_DAYS"] = "30"
        server.start()
        vault.reconnect()
        robot.http = server.client(robot.key)

        def gone():
            self.assertEqual(robot.look_up(client).status, 200)
            return vault.audit_events(action="audit.expired", page_size=1)["items"]
        told = harness.wait_until(gone, "the old events to go")[0]["event"]
        harness.wait_until(lambda: self.assertEqual(robot.look_up(client).status, 200) or vault.http.get(
            f"{API}/audit-trail").json["events"] < 1000, "all of them to be gone")
        state = vault.http.get(f"{API}/audit-trail").json
        self.assertEqual(state["keep_days"], 30)
        self.assertEqual(state["first_sequence"], told["count"] + 1)
        self.assertEqual(told["count"], 50_000)
        self.assertEqual(verify("--data", server.data).returncode, 0)  # beside the server
        export = vault.http.get(f"{API}/audit-events/export").body.decode()
        self.assertEqual(json.loads(export.splitlines()[0])["first_sequence"], state["first_sequence"])
        file = world.directory / "late.ndjson"
        file.write_text(export)
        verdict = verify("--export", file)
        self.assertEqual(verdict.returncode, 0, verdict.stderr)
        self.assertIn("begins at sequence", verdict.stdout)
        server.stop()
        self.assertEqual(verify("--data", server.data).returncode, 0)


if __name__ == "__main__":
    unittest.main()
