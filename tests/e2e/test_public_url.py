"""The server asks its own public URL: what it says of each way not to be found there."""
import json
import re
import unittest

import harness
from vault import API, Vault

QUICK = True
PATH = f"{API}/public-url"
CHECK = PATH + "/check"


def setUpModule():
    global world
    world = harness.World()
    unittest.addModuleCleanup(world.close)


class AtAProxy(unittest.TestCase):
    """A server whose public URL is that of an nginx, which is told anew for each test what to do."""

    def setUp(self):
        name = self.id().rpartition(".")[2]
        self.nginx = world.nginx("location / { return 404; }", name=f"{name}-nginx")
        self.server = self.start(name, self.nginx.origin)
        self.vault = Vault(self.server)

    def start(self, name, public_url, **more):
        own = harness.Strongroom(world, name=name, env={
            "STRONGROOM_SERVER__PUBLIC_URL": public_url,
            "STRONGROOM_HTTP__EXTRA_CA_FILE": str(self.nginx.ca_file)} | more).start()
        self.addCleanup(own.stop)
        return own

    def seen(self, directives):
        self.nginx.change(directives)
        answer = self.vault.expect(200, self.vault.http.post(CHECK))
        self.assertEqual(answer, self.vault.expect(200, self.vault.http.get(PATH)))
        self.assertEqual(answer["url"], self.nginx.origin)
        return answer["state"], answer["cause"]

    def handed_on(self, more="", location="/", path=""):
        return (f"location {location} {{ proxy_pass {self.server.origin}{path}; proxy_ssl_verify off; "
                f"proxy_http_version 1.1; {more} }}")

    def test_what_stands_in_front_is_told_apart(self):
        self.assertEqual(self.seen(self.handed_on()), ("ok", None))
        self.assertEqual(self.seen("location / { return 302 https://portal.example/sign-in; }"),
                         ("failed", "redirect"))
        self.assertEqual(self.seen("location / { default_type text/html; return 200 '<form>Sign in</form>'; }"),
                         ("failed", "another_server"))
        self.assertEqual(self.seen("location /api/ { proxy_pass %s; proxy_ssl_verify off; } location / { return 404; }"
                                   % self.server.origin), ("failed", "another_server"))
        self.assertEqual(self.seen(self.handed_on(location="/.well-known/", path="/")),
                         ("failed", "path_changed"))
        self.assertEqual(self.seen("location / { proxy_pass https://127.0.0.1:1; }"), ("failed", "gateway_error"))
        self.assertEqual(self.seen("location / { return 444; }"), ("failed", "no_answer"))
        self.assertEqual(self.seen(self.handed_on()), ("ok", None))

    def test_another_strongroom_does_not_pass_for_this_one(self):
        other = self.start(f"{self.server.name}-other", "https://other.example")
        self.assertEqual(self.seen(f"location / {{ proxy_pass {other.origin}; proxy_ssl_verify off; }}"),
                         ("failed", "another_server"))

    def test_what_goes_wrong_is_in_the_log_once_and_on_the_command_line(self):
        harness.wait_until(lambda: "another_server" in self.server.log, "the check of the start to be logged")
        line = next(json.loads(line) for line in self.server.log.splitlines() if "another_server" in line)
        self.assertEqual(line["level"], "warning")
        self.assertEqual(line["public_url"], self.nginx.origin)
        self.assertIn("server.public_url", line["what_to_do"])
        self.seen("location / { return 404; }")
        self.assertEqual(self.server.log.count("another_server"), 1)

        key_file = world.directory / f"{self.server.name}.key"
        key_file.write_text(self.vault.key)
        steered = {"STRONGROOM_URL": self.server.origin, "STRONGROOM_CA_FILE": str(self.server.ca_file),
                   "STRONGROOM_KEY_FILE": str(key_file)}
        said = world.run("public-url", "check", env=steered)
        self.assertEqual(said.returncode, 1, said)
        self.assertEqual(json.loads(said.stdout)["cause"], "another_server")
        self.nginx.change(self.handed_on())
        said = world.run("public-url", "check", "--output", "table", env=steered)
        self.assertEqual(said.returncode, 0, said)
        self.assertRegex(said.stdout, re.compile(r"^state: +ok$", re.M))
        self.assertEqual(world.run("public-url", "show", env=steered).returncode, 0)


class FromElsewhere(unittest.TestCase):
    """Public URLs that no proxy of ours answers."""

    def verdict(self, name, public_url, **more):
        own = harness.Strongroom(world, name=name, env={"STRONGROOM_SERVER__PUBLIC_URL": public_url} | more).start()
        self.addCleanup(own.stop)
        answer = own.client(own.admin_key()).post(CHECK)
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.json["url"], public_url)
        return own, answer.json

    def test_a_name_that_only_people_find_is_no_failure_of_the_server(self):
        own, seen = self.verdict("split", "https://vault.invalid")
        self.assertEqual(seen["cause"], "name_not_found")
        self.assertIn("nothing is wrong", seen["advice"])
        self.assertIn("It serves all the same.", own.log)

    def test_nothing_that_listens_and_certificates_that_nobody_trusts_are_named(self):
        self.assertEqual(self.verdict("closed", "https://127.0.0.1:1")[1]["cause"], "not_reached")
        untrusted = world.nginx("location / { return 404; }", name="untrusted")
        self.assertEqual(self.verdict("untrusting", untrusted.origin)[1]["cause"], "certificate_not_trusted")
        other = world.nginx("location / { return 404; }", name="other-name", host="127.0.0.2")
        trusting = {"STRONGROOM_HTTP__EXTRA_CA_FILE": str(other.ca_file)}
        self.assertEqual(self.verdict("misnamed", other.origin, **trusting)[1]["cause"], "certificate_other_name")

    def test_a_server_by_itself_is_found_by_its_own_ca(self):
        own = harness.Strongroom(world, name="by-itself").start()
        self.addCleanup(own.stop)
        vault = Vault(own)
        self.assertEqual(vault.http.post(CHECK).json["state"], "ok")
        self.assertNotIn("does not find itself", own.log)
        nonce = "A" * 43
        first = own.client().get(f"/.well-known/strongroom-check/{nonce}")
        self.assertEqual(first.status, 200, first)
        self.assertEqual(first.headers["Cache-Control"], "no-store")
        own.restart()
        second = own.client().get(f"/.well-known/strongroom-check/{nonce}")
        self.assertNotEqual(first.body, second.body)  # the key is one of the process
        self.assertEqual(own.client().get("/.well-known/strongroom-check/short").status, 404)

    def test_who_may_only_look_does_not_make_the_server_ask(self):
        own = harness.Strongroom(world, name="rights").start()
        self.addCleanup(own.stop)
        made = world.run("api-key", "create", "--data", own.data, "--user", "admin", "--permission", "view")
        looking = own.client(made.stdout.split()[-1])
        self.assertEqual(looking.get(PATH).status, 200)
        self.assertEqual(looking.post(CHECK).status, 403)
        self.assertEqual(own.client().get(PATH).status, 401)
        self.assertEqual(own.client().post(CHECK).status, 401)


if __name__ == "__main__":
    unittest.main()
