"""Every kind of answer says what a browser may do with it."""
import re
import unittest

import harness
import pki
from person import Person
from vault import API, LOOKUP, Vault

QUICK = True


def setUpModule():
    global world, server, vault, plain
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    server = harness.Strongroom(world).start()
    vault = Vault(server)
    plain = harness.Client(server.origin, server.ca_file)


def policy(answer):
    """The content security policy as {directive: sources}."""
    words = [part.split() for part in answer.headers.get("Content-Security-Policy", "").split(";")]
    return {directive: sources for directive, *sources in filter(None, words)}


class Headers(unittest.TestCase):
    def pages(self):
        """One of each kind of page: (what, answer)."""
        console = plain.get("/start")
        script = re.search(rb'src="(/[^"]+\.js)"', console.body)[1].decode()
        system = vault.target_system("https://127.0.0.1:1/token", "key", "secret", world=world)
        return {"console": console, "its script": plain.get(script), "the root": plain.get("/"),
                "a link that is none": plain.get("/connect/nothing"),
                "a callback": plain.get(f"/OAuthCallback/{system['id']}?code=x&state=y"),
                "a callback of nobody": plain.get("/OAuthCallback/nobody?error=access_denied"),
                "single sign-on of nobody": plain.get("/sign-in/nobody")}

    def documents(self):
        """One of each kind of answer that programs read."""
        key = {"Authorization": f"Bearer {vault.http.key}"}
        return {"a list": plain.get(f"{API}/projects", headers=key),
                "nobody": plain.get(f"{API}/projects"),
                "not there": plain.get(f"{API}/nothing", headers=key),
                "another method": plain.request("DELETE", f"{API}/projects", headers=key),
                "a look-up": plain.get(f"{LOOKUP}?project=x"),
                "a body that is none": plain.request("POST", f"{API}/projects", raw=b"{", headers=key | {
                    "Content-Type": "application/json"}),
                "a body that is too large": plain.request("POST", f"{API}/projects", headers=key | {
                    "Content-Type": "application/json"}, raw=b" " * 300_000),
                "a head that is too large": plain.get("/x" * 5000),
                "a session": Person(server).sign_in("admin", "wrong")}

    def test_every_answer_is_what_its_type_says(self):
        for what, answer in (self.pages() | self.documents()).items():
            with self.subTest(what=what, status=answer.status):
                self.assertEqual(answer.headers.get_all("X-Content-Type-Options"), ["nosniff"])
                self.assertIsNone(answer.headers.get("Access-Control-Allow-Origin"))
                self.assertIsNone(answer.headers.get("Server"))
                self.assertNotIn("unsafe", answer.headers.get("Content-Security-Policy", ""))

    def test_pages_run_nothing_foreign_are_not_framed_and_tell_nobody_where_one_was(self):
        for what, answer in self.pages().items():
            if answer.headers.get("Content-Type") == "application/problem+json":
                continue
            with self.subTest(what=what, status=answer.status):
                directives = policy(answer)
                self.assertEqual(directives["default-src"], ["'none'"])
                self.assertEqual(directives["frame-ancestors"], ["'none'"])
                self.assertEqual(directives["base-uri"], ["'none'"])
                self.assertIn(directives.get("script-src", ["'none'"]), (["'none'"], ["'self'"]))
                self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
                self.assertEqual(answer.headers["Cross-Origin-Opener-Policy"], "same-origin")
                self.assertEqual(answer.headers["Cross-Origin-Resource-Policy"], "same-origin")

    def test_what_is_somebodys_own_is_kept_by_nobody(self):
        answers = self.documents()
        for what in ("a list", "nobody", "a look-up", "a session", "not there"):
            with self.subTest(what=what):
                self.assertEqual(answers[what].headers["Cache-Control"], "no-store")
        pages = self.pages()
        for what in ("a link that is none", "a callback", "a callback of nobody"):
            with self.subTest(what=what):
                self.assertEqual(pages[what].headers["Cache-Control"], "no-store")

    def test_the_management_listener_says_what_its_texts_are(self):
        management = harness.Client(server.management)
        for path in ("/livez", "/readyz", "/metrics", "/nothing"):
            with self.subTest(path=path):
                answer = management.get(path)
                self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
                self.assertNotIn("text/html", answer.headers.get("Content-Type", ""))


class StrictTransport(unittest.TestCase):
    def test_browsers_are_told_where_the_certificate_is_ones_own(self):
        files = pki.make(world.directory / "own-pki")
        own = harness.Strongroom(world, name="own-certificate", env={
            "STRONGROOM_SERVER__CERTIFICATE": str(files / "server.pem"),
            "STRONGROOM_SERVER__PRIVATE_KEY": str(files / "server.key")}).start()
        self.addCleanup(own.stop)
        browser = harness.Client(own.origin, files / "ca.pem")
        for path in ("/", "/start", "/connect/nothing"):
            with self.subTest(path=path):
                self.assertEqual(browser.get(path).headers.get_all("Strict-Transport-Security"),
                                 ["max-age=31536000"])
        self.assertIsNone(browser.get(f"{API}/projects").headers.get("Strict-Transport-Security"))

    def test_with_the_servers_own_ca_they_are_not(self):
        for path in ("/", "/start", "/connect/nothing"):
            with self.subTest(path=path):
                self.assertIsNone(plain.get(path).headers.get("Strict-Transport-Security"))
