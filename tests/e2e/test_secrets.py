"""Canaries: secrets that are planted, used in every way, and must turn up nowhere."""
import base64
import contextlib
import pathlib
import resource
import signal
import unittest
import urllib.parse

import harness
from vault import API, Vault

QUICK = True
CONSUMER_SECRET = "canary-consumer-secret +%:/"
TOKEN = "canary-access-token-0123456789"


def setUpModule():
    global world, server, vault, hostile
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    server = harness.Strongroom(world, env={"STRONGROOM_LOG__LEVEL": "debug"},
                                before_exec=allow_core_dumps).start()
    vault = Vault(server)


def allow_core_dumps():
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def forms_of(secret):
    """The secret as it is, and as careless code might have written it."""
    raw = secret.encode()
    return {raw, base64.b64encode(raw).rstrip(b"="), base64.urlsafe_b64encode(raw).rstrip(b"="),
            raw.hex().encode(), urllib.parse.quote_plus(secret).encode(),
            urllib.parse.quote(secret).encode()}


def files_of(directory, *without):
    for path in pathlib.Path(directory).rglob("*"):
        if path.is_file() and path.name not in without:
            yield path


class Canaries(unittest.TestCase):
    def assert_absent(self, secrets, text, where):
        for name, secret in secrets.items():
            for form in forms_of(secret):
                self.assertNotIn(form, text, f"the {name} is in {where}")

    def exercise(self):
        """Uses the secrets, successfully and not, and answers (secrets, bodies to look at)."""
        good = hostile.script("canary", f"good?access_token={TOKEN}")
        clients = [vault.client_at(good if behaviour == "good" else hostile.about["token"] + behaviour,
                                   "canary-key",
                                   CONSUMER_SECRET, world=world, client_authentication=method)
                   for behaviour in ("good", "echo-secrets", "error-400-client", "token-newline",
                                     "duplicate-keys", "redirect-307", "truncated")
                   for method in ("client_secret_basic", "client_secret_post")]
        robot = vault.reader_of(*clients)
        bodies = []
        for client in clients:
            answer = robot.look_up(client)
            if answer.status == 200:
                self.assertEqual(answer.json["access_token"], TOKEN)
            else:
                bodies.append(answer.body)
            bodies.append(vault.http.get(f"{API}/oauth-clients/{client['id']}").body)
            bodies.append(vault.retrieve(client).body)
        bodies += [vault.http.get(f"{API}/{name}?page_size=1000").body
                   for name in ("target-systems", "oauth-clients", "robots", "audit-events")]
        bodies.append(robot.http.get(f"{API}/lookup/oauth-clients?label={robot.key}").body)
        bodies.append(vault.http.post(f"{API}/target-systems", {
            "name": "refused", "service_provider": "generic", "consumer_secret": CONSUMER_SECRET,
            "token_endpoint": f"https://u:{CONSUMER_SECRET}@x/"}).body)
        secrets = {"consumer secret": CONSUMER_SECRET, "access token": TOKEN,
                   "robot key": robot.key, "API key": vault.key}
        return secrets, bodies

    def test_no_secret_turns_up_where_it_does_not_belong(self):
        # E7, E17
        secrets, bodies = self.exercise()
        for number, body in enumerate(bodies):
            self.assert_absent(secrets, body, f"answer {number}: {body[:200]!r}")
        self.assert_absent(secrets, server.metrics().encode(), "the metrics")
        self.assert_absent(secrets, server.log.encode(), "the log")
        root_key = (server.data / "root.key").read_bytes().strip().decode("latin-1")
        self.assertNotIn(root_key, server.log)
        for path in files_of(server.data, "root.key"):
            content = path.read_bytes()
            self.assert_absent(secrets, content, path.name)
            self.assertNotIn(root_key.encode("latin-1"), content, path.name)

        pid = server.process.child.pid
        for name in ("cmdline", "environ"):
            with contextlib.suppress(PermissionError):  # a process that cannot be read tells nothing
                self.assert_absent(secrets, pathlib.Path(f"/proc/{pid}/{name}").read_bytes(), name)
        self.crash(pid, secrets | {"root key": root_key})

    def crash(self, pid, secrets):
        """A crash leaves no core dump, though the limits it was started with allow one."""
        limit = next(line for line in pathlib.Path(f"/proc/{pid}/limits").read_text().splitlines()
                     if line.startswith("Max core file size"))
        self.assertEqual(limit.split()[4], "0")
        server.process.stop(signal.SIGABRT)
        for path in files_of(world.directory):
            if path.name.startswith("core"):
                self.assert_absent(secrets, path.read_bytes(), path.name)
                self.fail(f"a core dump was left: {path.name}")

    def test_files_are_for_their_owner_only(self):
        self.assertEqual(server.data.stat().st_mode & 0o077, 0)
        for path in files_of(server.data, "ca.crt", "server.crt"):
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)


if __name__ == "__main__":
    unittest.main()
