"""The audit trail is shipped to syslog, a file and HTTPS, and nobody who looks up waits for that."""
import json
import os
import signal
import socket
import time
import unittest

import harness
from log_receiver import HttpsReceiver, SyslogReceiver
from vault import API, Vault


def setUpModule():
    global world, hostile
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()


def settings(**values):
    """As the environment has them."""
    return {f"STRONGROOM_AUDIT__{name.upper()}": str(value) for name, value in values.items()}


def ids(records):
    return [(record.get("event") or record["unmapped"]["event"])["id"] for record in records]


class Shipping(unittest.TestCase):
    def serve(self, name, **values):
        server = harness.Strongroom(world, name=name, env=settings(**values)).start()
        self.addCleanup(server.process.stop)
        vault = Vault(server)
        client = vault.client_at(hostile.about["token"] + "good", world=world)
        return server, vault, client, vault.reader_of(client)

    def all_ids(self, vault):
        return {one["event"]["id"] for one in vault.audit_events(page_size=1000)["items"]}

    def syslog(self, port=0, slow=False):
        receiver = SyslogReceiver(world, port, slow)
        self.addCleanup(receiver.close)
        return receiver

    def https(self):
        receiver = HttpsReceiver(world)
        self.addCleanup(receiver.close)
        return receiver

    def sink(self, vault, name):
        answer = vault.http.get(f"{API}/audit-trail")
        self.assertEqual(answer.status, 200, answer)
        return next(one for one in answer.json["sinks"] if one["name"] == name)

    def test_syslog_over_tls_gets_every_event_framed_and_in_order(self):
        receiver = self.syslog()
        server, vault, client, robot = self.serve(
            "syslog", syslog=f"127.0.0.1:{receiver.port}", syslog_ca_file=world.pki / "ca.pem")
        self.assertEqual(robot.look_up(client).status, 200)
        wanted = self.all_ids(vault)
        harness.wait_until(lambda: wanted <= set(ids(receiver.records())), "all events at the receiver")
        records = receiver.records()
        sequences = [record["sequence"] for record in records]
        self.assertEqual(sequences, list(range(1, len(sequences) + 1)))
        handed_out = next(message for message in receiver.messages if "token.handed_out" in message)
        self.assertRegex(handed_out, r"^<109>1 \d{4}-\d\d-\d\dT[\d:.]+Z \S+ strongroom - token.handed_out "
                                     r"\[meta sequenceId=\"\d+\"\] \ufeff\{")
        self.assertEqual(self.sink(vault, "syslog")["failing_since"], None)
        self.assertIn('strongroom_audit_shipped_total{sink="syslog"}', server.metrics())

    def test_a_syslog_receiver_that_went_away_gets_what_it_missed_and_nothing_is_left_out(self):
        receiver = self.syslog()
        server, vault, client, robot = self.serve(
            "away", syslog=f"127.0.0.1:{receiver.port}", syslog_ca_file=world.pki / "ca.pem")
        harness.wait_until(lambda: receiver.messages, "the first events")
        receiver.close()
        for _ in range(5):
            self.assertEqual(robot.look_up(client).status, 200)
        failing = harness.wait_until(lambda: self.sink(vault, "syslog")["failing_since"] and self.sink(vault, "syslog"),
                                     "the sink to be known as failing")
        self.assertTrue(failing["problem"])
        self.assertIn('strongroom_audit_ship_failing{sink="syslog"} 1', server.metrics())
        wanted = self.all_ids(vault)
        again = self.syslog(receiver.port)
        together = lambda: set(ids(receiver.records())) | set(ids(again.records()))  # noqa: E731
        harness.wait_until(lambda: wanted <= together(), "what it missed")
        harness.wait_until(lambda: not self.sink(vault, "syslog")["failing_since"], "the sink to be well again")

    def test_look_ups_go_on_while_every_receiver_hangs(self):
        syslog, https = self.syslog(), self.https()
        syslog.reads.clear()
        https.answers.clear()
        server, vault, client, robot = self.serve(
            "hanging", syslog=f"127.0.0.1:{syslog.port}", syslog_ca_file=world.pki / "ca.pem",
            https=https.url, https_ca_file=world.pki / "ca.pem")
        began = time.monotonic()
        for _ in range(50):
            self.assertEqual(robot.look_up(client).status, 200)
        self.assertLess(time.monotonic() - began, 20)
        self.assertGreater(self.sink(vault, "https")["queued"], 0)
        began = time.monotonic()
        server.stop()  # waits for neither
        self.assertLess(time.monotonic() - began, 15)

    def test_a_receiver_that_takes_one_byte_a_minute_holds_up_neither_look_ups_nor_a_stop(self):
        slow = self.syslog(slow=True)
        server, vault, client, robot = self.serve(
            "slow", syslog=f"127.0.0.1:{slow.port}", syslog_ca_file=world.pki / "ca.pem")

        def is_failing():
            for _ in range(50):  # until no buffer on the way takes more
                self.assertEqual(robot.look_up(client).status, 200)
            return self.sink(vault, "syslog")["failing_since"]
        harness.wait_until(is_failing, "the sink to be known as too slow", 90)
        sink = self.sink(vault, "syslog")
        self.assertEqual(sink["problem"], "The receiver is too slow.")
        self.assertGreater(sink["queued"], 0)
        self.assertEqual(sink["dropped"], 0, "they wait in the trail")
        metrics = server.metrics()
        self.assertIn('strongroom_audit_ship_failing{sink="syslog"} 1', metrics)
        self.assertIn('strongroom_audit_ship_dropped_total{sink="syslog"} 0', metrics)
        self.assertEqual(robot.look_up(client).status, 200)
        # As soon as it sends again: an attempt waits for ten seconds.
        connections = len(slow.connections)
        harness.wait_until(lambda: len(slow.connections) > connections, "the next attempt", 90)
        began = time.monotonic()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - began, 5)

    def test_a_receiver_that_never_begins_tls_does_not_hold_up_a_stop(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        server, vault, client, robot = self.serve(
            "silent", syslog=f"127.0.0.1:{listener.getsockname()[1]}", syslog_ca_file=world.pki / "ca.pem")
        self.assertEqual(robot.look_up(client).status, 200)
        harness.wait_until(lambda: self.sink(vault, "syslog")["failing_since"], "the handshake to be given up", 30)
        listener.settimeout(90)
        listener.accept()[0].close()  # the one that was given up
        waiting, _ = listener.accept()  # the next attempt, which waits for an answer now
        self.addCleanup(waiting.close)
        began = time.monotonic()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - began, 5)

    def test_https_gets_json_lines_with_the_token_and_again_after_a_refusal(self):
        receiver = self.https()
        receiver.status = 503
        token = world.directory / "https-token"
        token.write_text("sesame-sesame\n")
        token.chmod(0o600)
        server, vault, client, robot = self.serve("https", https=receiver.url, https_ca_file=world.pki / "ca.pem",
                                                  https_token_file=token)
        harness.wait_until(lambda: self.sink(vault, "https")["problem"], "the refusal to be known")
        receiver.status = 200
        self.assertEqual(robot.look_up(client).status, 200)
        wanted = self.all_ids(vault)
        harness.wait_until(lambda: wanted <= set(ids(receiver.records())), "all events at the receiver")
        self.assertEqual(receiver.posts[0][0]["Authorization"], "Bearer sesame-sesame")
        self.assertEqual(receiver.posts[0][0]["Content-Type"], "application/x-ndjson")
        self.assertNotIn("sesame", server.log)
        sent = len(receiver.records())
        server.restart()  # goes on where it stopped
        vault.reconnect()
        robot.http = server.client(robot.key)
        self.assertEqual(robot.look_up(client).status, 200)
        wanted = self.all_ids(vault)
        harness.wait_until(lambda: wanted <= set(ids(receiver.records())), "the events since the restart")
        self.assertLess(len(receiver.records()), 2 * sent)

    def test_a_token_that_others_may_read_is_refused_at_the_start(self):
        token = world.directory / "open-token"
        token.write_text("sesame\n")
        token.chmod(0o644)
        server = harness.Strongroom(world, name="open-token",
                                    env=settings(https="https://127.0.0.1:1/", https_token_file=token))
        process = server.launch()
        harness.wait_until(lambda: not process.running(), "the start to be refused")
        self.assertIn("chmod 600", process.tail())

    def test_a_file_gets_ocsf_lines_and_is_opened_anew_when_it_was_moved(self):
        path = world.directory / "audit.log"
        server, vault, client, robot = self.serve("file", file=path, file_format="ocsf")

        def lines(file):
            return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
        wanted = self.all_ids(vault)
        harness.wait_until(lambda: wanted <= set(ids(lines(path))), "all events in the file")
        self.assertEqual({line["class_uid"] for line in lines(path)} - {3001, 3002, 6003}, set())
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o640)
        moved = path.with_suffix(".1")
        path.rename(moved)
        server.process.send(signal.SIGHUP)
        self.assertEqual(robot.look_up(client).status, 200)
        wanted = self.all_ids(vault)
        harness.wait_until(lambda: wanted <= set(ids(lines(moved) + lines(path))), "the rest in the new file")
        self.assertIn("token.handed_out", path.read_text())
        sequences = [line["metadata"]["sequence"] for line in lines(moved) + lines(path)]
        self.assertEqual(sorted(set(sequences)), list(range(1, max(sequences) + 1)))
        self.assertNotIn("access_token", moved.read_text() + path.read_text())


if __name__ == "__main__":
    unittest.main()
