"""strongroom provider check and try: files that describe providers, tried at providers we did not write."""
import json
import os
import pty
import select
import signal
import subprocess
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

import harness
import plain_browser
from bad_provider import BadProvider
from command_line import DONE, FAILED, NOT_FOUND, TRY_AGAIN, UPSTREAM, USAGE, file_with

NEEDS_PERSON = 5
SOURCE = [{"page": "https://example.com/docs", "read": "2026-11-24"}]
SCOPES = "openid offline_access api:read"


def setUpModule():
    global world, machines, people
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    machines = world.oidc_provider()
    people = world.sign_in_provider()


def entry(**more):
    """A file of somebody's own, for a server whose addresses are asked for."""
    addresses = ["token_endpoint", "authorization_endpoint", "revocation_endpoint"]
    document = {
        "id": "own", "name": "Own", "grants": ["client_credentials", "authorization_code"],
        **{name: f"{{{name}}}" for name in addresses},
        "variables": [{"name": name, "label": name, "place": "url", "format": "http_url",
                       "required": name == "token_endpoint"} for name in addresses],
        "client_authentication": ["client_secret_basic", "client_secret_post"]}
    document |= {"sources": {fact: SOURCE for fact in document if fact not in ("id", "name")}}
    return document | more


def entry_of_people():
    """A file for an issuer that gives refresh tokens to whom it asked for consent."""
    document = {
        "id": "people", "name": "People", "grants": ["authorization_code"], "discovery": True,
        "variables": [{"name": "issuer", "label": "Issuer", "place": "url", "format": "http_url", "required": True}],
        "client_authentication": ["client_secret_basic"]}
    sources = {fact: SOURCE for fact in document if fact not in ("id", "name")}
    sources |= {f"authorization.{fact}": SOURCE for fact in ("prompts", "always_prompt")}
    return document | {"authorization": {"prompts": ["consent"], "always_prompt": ["consent"]}, "sources": sources}


def written(name, document):
    return file_with(world, name, document if isinstance(document, str) else json.dumps(document, indent=2))


def run(*words, code=DONE, **more):
    done = world.run("provider", *words, **more)
    if done.returncode != code:
        raise AssertionError(f"{words}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done


class Check(unittest.TestCase):
    def test_good_files_are_valid(self):
        good = written("good.json", entry())
        self.assertEqual(run("check", good).stdout, "1 of 1 file is valid.\n")
        built_in = harness.TOP / "providers/github.json"
        self.assertEqual(run("check", "--built-in", built_in, good).stdout, "2 of 2 files are valid.\n")

    def test_every_problem_is_shown_with_its_place_and_what_would_be_right(self):
        text = json.dumps(entry(scope={}), indent=2).replace('"client_secret_post"', '"client_secret_pots"')
        bad = written("bad.json", text)
        said = run("check", bad, code=FAILED).stdout
        line = text.splitlines().index('    "client_secret_pots"') + 1
        self.assertIn(f"{bad}:{line}:5: /client_authentication/1: This is not one of the values", said)
        self.assertIn('    "client_secret_pots"\n', said)
        self.assertIn("^\n", said)
        self.assertIn('Did you mean "client_secret_post"?', said)
        self.assertIn('Did you mean "scopes"?', said)
        self.assertIn("0 of 1 file is valid.", said)
        problems = json.loads(run("check", "--output", "json", bad, code=FAILED).stdout)
        self.assertEqual({problem["pointer"] for problem in problems}, {"/scope", "/client_authentication/1"})
        self.assertEqual({problem["file"] for problem in problems}, {str(bad)})

    def test_a_directory_is_checked_as_the_server_reads_it(self):
        directory = world.directory / "own-files"
        directory.mkdir()
        for name, document in {"a": entry(), "b": entry(), "c": entry(id="github")}.items():
            (directory / f"{name}.json").write_text(json.dumps(document, indent=2))
        said = run("check", directory, code=FAILED).stdout
        self.assertIn("b.json:2:9: /id: Another file has this id.", said)
        self.assertIn("c.json:2:9: /id: A built-in entry has this id", said)
        self.assertIn("1 of 3 files are valid.", said)

    def test_a_configuration_is_sound_if_its_files_are(self):
        directory = world.directory / "configured"
        directory.mkdir()
        (directory / "own.json").write_text(json.dumps(entry(), indent=2))
        settings = file_with(world, "settings.toml", f'profile = "development"\n[data]\ndirectory = "{directory}"\n'
                                                     f'[catalogue]\ndirectory = "{directory}"\n')
        self.assertEqual(world.run("config", "check", "--config", settings).returncode, DONE)
        (directory / "own.json").write_text(json.dumps(entry(name=7), indent=2))
        done = world.run("config", "check", "--config", settings)
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("own.json:3:11: /name: This must be a text.", done.stderr)

    def test_what_is_no_file_and_what_is_no_json(self):
        run("check", world.directory / "nothing.json", code=NOT_FOUND)
        run("check", code=USAGE)
        cut = written("cut.json", '{\n  "id": "own",\n  "name": "Own"\n  "grants": []\n}\n')
        said = run("check", cut, code=FAILED).stdout
        self.assertIn("cut.json:4:3: The text is not well-formed JSON.", said)
        help_text = world.run("provider", "check", "--help").stdout
        self.assertIn("strongroom provider check example.json", help_text)


class Trying(unittest.TestCase):
    maxDiff = None

    def here(self, provider, **parameters):
        words = ["--ca-file", provider.ca_file, "--allow-address", "127.0.0.1"]
        for name, value in parameters.items():
            words += ["--parameter", f"{name}={value}"]
        return words

    def test_a_file_gets_a_real_token_for_a_client_and_revokes_it(self):
        own = written("own.json", entry())
        secret = machines.registered("basic")["client_secret"]
        before = machines.client.get("/_test/counts").json["by_client"].get("basic", 0)
        said = run("try", own, "--consumer-key", "basic", "--consumer-secret-file", "-",
                   "--scope", "api:read", *self.here(
                       machines, token_endpoint=machines.about["token_endpoint"],
                       revocation_endpoint=machines.about["issuer"] + "/token/revocation"),
                   stdin=secret + "\n").stdout
        self.assertEqual(machines.client.get("/_test/counts").json["by_client"]["basic"], before + 1)
        self.assertIn(f"-> POST {machines.about['token_endpoint']}\n", said)
        self.assertIn("Authorization: ***\n", said)
        self.assertIn("grant_type = client_credentials\n", said)
        self.assertIn("access_token = ***\n", said)
        self.assertIn("An access token came: it lives 600 s, for api:read.", said)
        self.assertIn("It is revoked, or was over already.", said)
        self.assertIn("The entry works.", said)
        self.assertNotIn(secret, said)

    def test_an_issuers_addresses_are_read_from_it(self):
        secret = file_with(world, "post.secret", machines.registered("post")["client_secret"] + "\n")
        said = run("try", "issuer", "--consumer-key", "post", "--consumer-secret-file", secret,
                   "--client-authentication", "client_secret_post", "--keep",
                   *self.here(machines, issuer=machines.about["issuer"])).stdout
        self.assertIn("/.well-known/", said)
        self.assertIn("client_secret = ***\n", said)
        self.assertIn("An access token came", said)
        self.assertIn("The tokens live on, as --keep says.", said)

    def test_a_refusal_says_who_must_act(self):
        own = written("own.json", entry())
        done = run("try", own, "--consumer-key", "basic", "--consumer-secret-file", "-", *self.here(
            machines, token_endpoint=machines.about["token_endpoint"]), stdin="wrong-secret\n", code=UPSTREAM)
        self.assertIn("error = ***", done.stdout)
        self.assertIn("=> No token: invalid_client", done.stdout)
        self.assertIn("Who must act: target_system_owner", done.stdout)
        self.assertNotIn("The entry works.", done.stdout)

    def test_a_provider_that_misbehaves_gives_no_token(self):
        provider = BadProvider(world, "bad")
        own = written("own.json", entry())
        endpoint = provider.origin + "/token"
        words = ("try", own, "--consumer-key", "robots", "--consumer-secret-file", "-",
                 *self.here(provider, token_endpoint=endpoint))
        self.assertIn("An access token came", run(*words, stdin="any\n").stdout)
        provider.switch(clock_offset_s=300)
        self.assertIn("the provider's clock is 300 s ahead", run(*words, stdin="any\n").stdout)
        provider.switch(clock_offset_s=0, fault="error_with_200", error="invalid_scope")
        self.assertIn("=> No token: invalid_scope", run(*words, stdin="any\n", code=UPSTREAM).stdout)
        provider.switch(fault="status_before", fault_status=503)
        self.assertIn("=> No token: provider_unavailable",
                      run(*words, stdin="any\n", code=TRY_AGAIN).stdout)
        done = run("try", own, "--consumer-key", "robots", "--consumer-secret-file", "-",
                   "--parameter", f"token_endpoint={endpoint}", stdin="any\n", code=UPSTREAM)
        # Without --allow-address nothing that is not on the public internet is asked.
        self.assertIn("=> No token: address_policy", done.stdout)

    def test_nothing_is_sent_by_what_does_not_fit(self):
        own = written("own.json", entry())
        key = ("--consumer-key", "k", "--consumer-secret-file", "-")
        run("try", "no-such-entry", *key, stdin="s\n", code=NOT_FOUND)
        run("try", own, *key, stdin="s\n", code=USAGE)
        run("try", own, *key, "--parameter", "nonsense", stdin="s\n", code=USAGE)
        run("try", own, *key, "--port", "70000", stdin="s\n", code=USAGE)
        run("try", "github", *key, "--grant", "client_credentials", stdin="s\n", code=USAGE)
        run("try", written("bad.json", entry(scope={})), *key, stdin="s\n", code=USAGE)

    def test_a_secret_is_no_argument(self):
        run("try", "generic", "--consumer-key", "k", "--consumer-secret", "in-argv", code=USAGE)
        # And without a file it is asked for at a terminal, of which there is none.
        done = subprocess.run(["setsid", "--wait", harness.BINARY, "provider", "try", "generic",
                               "--consumer-key", "k"], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=60, check=False, env=world.environment())
        self.assertEqual(done.returncode, USAGE, done.stderr)
        self.assertIn("--consumer-secret-file", done.stderr)


    def test_without_a_file_the_terminal_is_asked_and_shows_nothing(self):
        secret = machines.registered("basic")["client_secret"]
        words = [harness.BINARY, "provider", "try", written("own.json", entry()), "--consumer-key", "basic",
                 *self.here(machines, token_endpoint=machines.about["token_endpoint"])]
        child, terminal = pty.fork()
        if child == 0:
            os.execve(harness.BINARY, [str(word) for word in words], world.environment())
        try:
            shown = self.shown_until(terminal, "Consumer secret (it is not shown): ")
            os.write(terminal, (secret + "\n").encode())
            shown += self.shown_until(terminal, "The entry works.")
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(terminal)
        self.assertIn("An access token came", shown)
        self.assertNotIn(secret, shown)

    def shown_until(self, terminal, text, patience=60):
        shown, end = "", time.monotonic() + patience
        while text not in shown:
            ready, _, _ = select.select([terminal], [], [], max(0, end - time.monotonic()))
            self.assertTrue(ready, f"no {text!r} in {shown!r}")
            try:
                shown += os.read(terminal, 4096).decode(errors="replace")
            except OSError:
                self.fail(f"it ended without {text!r}: {shown!r}")
        return shown


class SigningIn(unittest.TestCase):
    def setUp(self):
        answer = people.client.post("/reg", {
            "application_type": "native", "redirect_uris": ["http://127.0.0.1/callback"],
            "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
            "token_endpoint_auth_method": "client_secret_basic", "scope": SCOPES})
        self.assertEqual(answer.status, 201, answer)
        self.client = answer.json
        self.secret = file_with(world, "people.secret", self.client["client_secret"] + "\n")
        self.browser = plain_browser.Browser(world.pki / "ca.pem")

    def start(self, *words, env=None):
        """The command, once it says which address to open; answers that too."""
        command = [harness.BINARY, "provider", "try", written("people.json", entry_of_people()),
                   "--consumer-key", self.client["client_id"], "--consumer-secret-file", self.secret,
                   "--ca-file", people.ca_file, "--allow-address", "127.0.0.1",
                   "--parameter", f"issuer={people.about['issuer']}", "--scope", "api:read",
                   "--scope", "openid", "--scope", "offline_access", *words]
        process = world.keep(harness.Process(f"try-{time.monotonic_ns()}", command, world.directory,
                                             env=world.environment() | (env or {})))
        link = process.wait_for_line(process.errors, lambda line: line.startswith("  https:") and line.strip())
        return process, link

    def signed_in(self, link):
        """The address with which the provider sends the browser back."""
        def back(url):
            return url.startswith("http://127.0.0.1:")
        page = self.browser.go_on(self.browser.open(link, stop=back), "ann", stop=back)
        self.assertTrue(back(page.url), page.url)
        return page.url

    @staticmethod
    def status(url):
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            error.close()
            return error.code

    def test_somebody_signs_in_and_the_tokens_are_refreshed_once_and_revoked(self):
        #
        process, link = self.start()
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(link).query))
        self.assertRegex(asked["redirect_uri"], r"\Ahttp://127\.0\.0\.1:\d+/callback\Z")
        self.assertEqual(asked["code_challenge_method"], "S256")
        before = people.client.get("/_test/counts").json["by_grant"]
        # Another program of the machine is faster, with a code that it made up.
        forged = asked["redirect_uri"] + "?code=forged&state=" + "x" * 43
        self.assertEqual(self.status(forged), 400)
        answer = self.signed_in(link)
        self.assertEqual(self.status(answer), 200)
        self.assertEqual(process.child.wait(60), DONE, process.tail())
        after = people.client.get("/_test/counts").json["by_grant"]
        for grant in ("authorization_code", "refresh_token"):
            self.assertEqual(after[grant], before.get(grant, 0) + 1)
        with self.assertRaises(urllib.error.URLError):
            self.status(answer)
        said = process.output.read_text()
        self.assertIn("redirect_uri = http://127.0.0.1:", said)
        self.assertIn("state = ***\n", said)
        self.assertIn("A refresh token came along.", said)
        self.assertIn("The refresh token was replaced by another one.", said)
        self.assertEqual(said.count("It is revoked, or was over already."), 2, said)
        code = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer).query))["code"]
        for secret in (code, asked["state"], self.client["client_secret"]):
            self.assertNotIn(secret, said)

    def test_the_browser_is_started_with_the_address_as_its_one_argument(self):
        #
        # What a shell would cut at the first '&', and everything behind a ';' would be a command.
        directory = world.directory / "browser"
        directory.mkdir()
        browser = directory / "xdg-open"
        browser.write_text('#!/bin/sh\nprintf "%s\\n" "$#" "$@" > "$0.opened"\n')
        browser.chmod(0o755)
        process, link = self.start("--open", env={"PATH": f"{directory}:/usr/bin:/bin"})
        opened = harness.wait_until(
            lambda: (directory / "xdg-open.opened").exists()
            and (directory / "xdg-open.opened").read_text(), "the browser to be started")
        self.assertEqual(opened, f"1\n{link}\n")
        self.assertIn("&", link)
        self.assertEqual(self.status(self.signed_in(link)), 200)
        self.assertEqual(process.child.wait(60), DONE, process.tail())

    def test_a_person_who_says_no_and_one_who_never_comes(self):
        #
        process, link = self.start()
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(link).query))
        refused = urllib.parse.urlencode({"error": "access_denied", "state": asked["state"],
                                          "iss": people.about["issuer"]})
        self.assertEqual(self.status(f"{asked['redirect_uri']}?{refused}"), 200)
        self.assertEqual(process.child.wait(60), NEEDS_PERSON, process.tail())
        self.assertIn("=> No token: consent_refused", process.output.read_text())
        process, link = self.start("--wait", "1")
        self.assertEqual(process.child.wait(60), TRY_AGAIN, process.tail())
        self.assertIn("Nobody came back", process.tail())


if __name__ == "__main__":
    unittest.main()
