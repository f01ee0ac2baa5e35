"""What an operator touches: health, metrics, configuration, logs, limits."""
import json
import socket
import unittest

import harness
from vault import API, Vault

QUICK = True


def setUpModule():
    global world, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    server = harness.Strongroom(world).start()
    vault = Vault(server)


class Management(unittest.TestCase):
    def test_health_and_metrics_are_on_a_listener_of_their_own(self):
        management = harness.Client(server.management)
        for path in ("/livez", "/readyz"):
            self.assertEqual(management.get(path).status, 200)
            self.assertEqual(server.client().get(path).status, 404)
        self.assertEqual(management.get(f"{API}/projects").status, 404)

    def test_metrics_follow_the_rules_of_prometheus(self):
        vault.list("projects")
        lines = server.metrics().splitlines()
        names = {line.split()[2] for line in lines if line.startswith("# TYPE")}
        self.assertIn("strongroom_build_info", names)
        for line in lines:
            if line.startswith("# TYPE") and line.endswith(" counter"):
                self.assertTrue(line.split()[2].endswith("_total"), line)
        self.assertNotIn(vault.project["id"], "\n".join(lines))


class Start(unittest.TestCase):
    def test_a_start_whose_management_address_is_taken_serves_nobody_and_says_why(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            half = harness.Strongroom(world, name="half")
            words = half.command()
            words[words.index("--management") + 1] = f"127.0.0.1:{taken.getsockname()[1]}"
            half.command = lambda: words
            process = half.launch()
            self.assertEqual(process.child.wait(30), 1, process.tail())
            self.assertIn("cannot start", process.tail())
        del half.command
        self.assertEqual(half.start().stop(), 0)


class Log(unittest.TestCase):
    def test_every_line_is_json_when_nobody_watches(self):
        vault.http.get(f"{API}/nowhere")
        lines = server.log.splitlines()
        self.assertTrue(lines)
        for line in lines:
            self.assertIsInstance(json.loads(line), dict)


class Configuration(unittest.TestCase):
    def config(self, text, *words, env=None):
        path = world.directory / "strongroom.toml"
        path.write_text(text)
        return world.run("config", "show", "--config", path, *words, env=env)

    def test_flags_win_over_the_environment_and_that_over_the_file(self):
        shown = self.config('[server]\nlisten = "127.0.0.1:1"\nworkers = 3\n[log]\nlevel = "error"\n',
                            "--listen", "127.0.0.1:3",
                            env={"STRONGROOM_SERVER__LISTEN": "127.0.0.1:2",
                                 "STRONGROOM_SERVER__WORKERS": "4"})
        self.assertEqual(shown.returncode, 0, shown.stderr)
        lines = {line.split()[0]: line for line in shown.stdout.splitlines() if line.strip()}
        self.assertIn("127.0.0.1:3", lines["server.listen"])
        self.assertIn("flag --listen", lines["server.listen"])
        self.assertIn("environment STRONGROOM_SERVER__WORKERS", lines["server.workers"])
        self.assertIn("strongroom.toml", lines["log.level"])
        self.assertIn("default", lines["server.max_connections"])

    def test_an_unknown_key_is_an_error_with_its_place(self):
        for text in ('[server]\nlissten = "x"\n', 'nonsense = 1\n', '[server]\nworkers = "many"\n',
                     "[server\n"):
            with self.subTest(text=text):
                shown = self.config(text)
                self.assertNotEqual(shown.returncode, 0)
                self.assertIn("strongroom.toml", shown.stderr)

    def test_an_unknown_variable_is_an_error_with_its_name(self):
        for name, meant in (("STRONGROOM_NONSENSE", ""), ("STRONGROOM_SERVER__NONSENSE", ""),
                            ("STRONGROOM_LISTEN", "STRONGROOM_SERVER__LISTEN"),
                            ("STRONGROOM_SERVR_LISTEN", "STRONGROOM_SERVER__LISTEN"),
                            ("STRONGROOM_DATA", "STRONGROOM_DATA__DIRECTORY")):
            with self.subTest(name=name):
                shown = self.config("", env={name: "1"})
                self.assertEqual(shown.returncode, 2)
                self.assertIn(name, shown.stderr)
                self.assertIn(meant, shown.stderr)
                served = world.run("serve", "--data", world.directory / "never", env={name: "1"})
                self.assertEqual(served.returncode, 2, served.stderr)
        self.assertFalse((world.directory / "never").exists())


class RateLimit(unittest.TestCase):
    def test_a_robot_that_asks_too_often_is_told_to_slow_down(self):
        # A-273, E6
        hostile = world.hostile()
        limited = harness.Strongroom(world, name="limited", env={
            "STRONGROOM_LOOKUP__REQUESTS_PER_SECOND": "1", "STRONGROOM_LOOKUP__BURST": "5"}).start()
        here = Vault(limited)
        client = here.client_at(hostile.about["token"] + "good", world=world)
        robot, other = here.reader_of(client), here.reader_of(client)
        answers = [robot.look_up(client) for _ in range(12)]
        refused = [answer for answer in answers if answer.status == 429]
        self.assertTrue(refused)
        self.assertGreaterEqual(int(refused[0].headers["Retry-After"]), 1)
        self.assertEqual(answers[0].status, 200)
        self.assertEqual(other.look_up(client).status, 200)
        # What was handed out is in the trail, each with the token's fingerprint; what was refused
        # for its rate was no hand-out.
        events = here.audit_events(action="token.handed_out", actor_id=robot.id)
        self.assertEqual(events["total"], len(answers) - len(refused))
        for one in events["items"]:
            self.assertRegex(one["event"]["fingerprint"], r"^[0-9a-f]{32}$")
        limited.stop()


if __name__ == "__main__":
    unittest.main()
