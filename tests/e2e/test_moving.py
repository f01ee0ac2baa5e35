"""A project moves from one server to another: development, test, production."""
import json
import subprocess
import unittest

import harness
from command_line import CONFLICT, FAILED, NOT_AUTHORIZED, USAGE, CommandLine, file_with
from vault import Vault

QUICK = True
SECRET = "consumer-secret-of-development-4711"


def setUpModule():
    global world, development, production, oidc, hostile
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    oidc = world.oidc_provider()
    hostile = world.hostile()
    development = harness.Strongroom(world, name="development").start()
    production = harness.Strongroom(world, name="production").start()


def self_signed(name):
    """A private key and a certificate of it, in PEM."""
    key, certificate = (world.directory / f"{name}.{what}" for what in ("key", "pem"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                    "-subj", f"/CN={name}", "-addext", "basicConstraints=critical,CA:FALSE",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return key.read_text(), certificate.read_text()


class Moving(CommandLine):
    @classmethod
    def setUpClass(cls):
        cls.use(world, development)
        cls.there = cls.admin
        key = file_with(world, "production.key", production.admin_key() + "\n")
        cls.here = {"STRONGROOM_URL": production.origin, "STRONGROOM_CA_FILE": str(production.ca_file),
                    "STRONGROOM_KEY_FILE": str(key)}
        cls.identity, cls.recipient = cls.make_identity("operator")

    @classmethod
    def make_identity(cls, name):
        file = world.directory / f"{name}.identity"
        done = world.run("backup", "keygen", "--identity-file", str(file))
        assert done.returncode == 0, done.stderr
        return file, done.stdout.strip()

    def exported(self, project, *words):
        return self.done("export", project, *words).stdout

    def apply(self, text, *words, code=0):
        return self.run_as(self.here, "apply", "-", *words, stdin=text, code=code)

    def steps(self, text, *words):
        done = self.apply(text, *words, "--output", "json")
        return {(one["what"], one["name"]): (one["step"], one["notes"]) for one in json.loads(done.stdout)["steps"]}

    def token_of(self, env, project, robot, path):
        """What a robot of production gets, with a key of its own there."""
        key = world.directory / f"{project} {robot} here.key"
        self.run_as(env, "robot", "key", "create", f"{path}/{robot}", "--project", project, "--write-to", key)
        done = self.run_as(env | {"STRONGROOM_KEY_FILE": str(key)}, "token", "--project", project,
                           "--target-system", "System", "--label", "label")
        return done.stdout.strip()

    def test_a_project_works_on_the_other_server_with_its_secrets(self):
        self.set_up("Moves", oidc.about["token_endpoint"], oidc.registered("basic")["client_secret"])
        text = self.exported("Moves", "--recipient", self.recipient)
        self.assertNotIn(oidc.registered("basic")["client_secret"], text)
        preview = self.apply(text, "--identity-file", self.identity, "--output", "table")
        self.assertIn("Nothing was changed", preview.stderr)
        self.assertRegex(preview.stdout, r"(?m)^create +target system +System +with the exported secrets$")
        self.assertEqual(self.run_as(self.here, "project", "list", "--filter", "Moves", "--output", "json")
                         .stdout.count('"Moves"'), 0)
        self.apply(text, "--identity-file", self.identity, "--yes")
        token = self.token_of(self.here, "Moves", "robot", "a/b")
        called = oidc.client.get("/api", headers={"Authorization": f"Bearer {token}"})
        self.assertEqual(called.status, 200)

        again = self.apply(text, "--identity-file", self.identity, "--output", "table", "--yes")
        self.assertIn("Everything is here already", again.stdout)
        self.assertEqual({step for step, _ in self.steps(text).values()}, {"same"})
        event = next(one for one in Vault(development).list("audit-events", action="project.exported")["items"]
                     if one["event"]["subject_name"] == "Moves")
        self.assertEqual(event["event"]["reason"], "with_secrets")

    def test_without_secrets_it_says_what_is_missing_and_takes_ones_of_here(self):
        self.set_up("Bare", oidc.about["token_endpoint"], oidc.registered("basic")["client_secret"])
        text = self.exported("Bare")
        self.assertIsNone(json.loads(text)["sealed_secrets"])
        self.assertIn("--consumer-secret-file 'System=FILE'", self.steps(text)[("target system", "System")][1])
        file = file_with(world, "here.secret", oidc.registered("basic")["client_secret"] + "\n")
        self.apply(text, "--consumer-secret-file", f"System={file}", "--yes")
        self.assertTrue(self.token_of(self.here, "Bare", "robot", "a/b"))

    def test_for_whom_a_client_has_tokens_goes_along(self):
        #
        self.done("project", "create", "Signs")
        self.done("target-system", "create", "Signing", "--project", "Signs", "--provider", "generic", "--grant", "jwt_bearer",
                  "--token-endpoint", oidc.about["token_endpoint"], "--consumer-key", "machine", "--generate-client-key", "rsa_2048")
        named = ("--project", "Signs", "--target-system", "Signing")
        self.done("oauth-client", "create", "label", *named, "--subject", "ada")
        self.apply(self.exported("Signs"), "--yes")

        def subject_here():
            return json.loads(self.run_as(self.here, "oauth-client", "show", "label", *named, "--output", "json").stdout)["subject"]

        self.assertEqual(subject_here(), "ada")
        self.done("oauth-client", "update", "label", *named, "--subject", "bea")
        text = self.exported("Signs")
        self.assertEqual(self.steps(text)[("OAuth client", "label of Signing")][0], "update")
        self.apply(text, "--yes")
        self.assertEqual(subject_here(), "bea")
        self.assertEqual({step for step, _ in self.steps(text).values()}, {"same"})

    def test_whose_token_a_client_exchanges_goes_along(self):
        #
        self.done("project", "create", "Trades")
        for name, grant in (("Trading", "token_exchange"), ("Own", "client_credentials")):
            self.done("target-system", "create", name, "--project", "Trades", "--provider", "generic", "--grant", grant,
                      "--token-endpoint", oidc.about["token_endpoint"], "--consumer-key", "machine")
        for label in ("first", "second"):
            self.done("oauth-client", "create", label, "--project", "Trades", "--target-system", "Own")
        named = ("--project", "Trades", "--target-system", "Trading")
        self.done("oauth-client", "create", "a trader", *named, "--subject-client", "first")
        text = self.exported("Trades")
        self.assertIn({"target_system": "Own", "label": "first"},
                      [one["subject_client"] for one in json.loads(text)["oauth_clients"]])
        self.apply(text, "--yes")

        def exchanged_here():
            shown = self.run_as(self.here, "oauth-client", "show", "a trader", *named, "--output", "json")
            return json.loads(shown.stdout)["subject_client_label"]

        self.assertEqual(exchanged_here(), "first")
        self.done("oauth-client", "update", "a trader", *named, "--subject-client", "second")
        text = self.exported("Trades")
        self.assertEqual(self.steps(text)[("OAuth client", "a trader of Trading")][0], "update")
        self.apply(text, "--yes")
        self.assertEqual(exchanged_here(), "second")
        self.assertEqual({step for step, _ in self.steps(text).values()}, {"same"})

    def test_only_differences_are_shown_and_made(self):
        self.set_up("Changes", oidc.about["token_endpoint"], SECRET)
        self.apply(self.exported("Changes"), "--yes")
        self.done("oauth-client", "update", "label", "--project", "Changes", "--target-system", "System",
                  "--owner-name", "Ada")
        self.done("robot", "create", "second", "--project", "Changes", "--path", "a/b")
        text = self.exported("Changes")
        steps = self.steps(text)
        self.assertEqual(steps[("OAuth client", "label of System")][0], "update")
        self.assertEqual(steps[("robot", "a/b/second")][0], "create")
        self.assertEqual(steps[("robot", "a/b/robot")][0], "same")
        self.apply(text, "--yes")
        self.assertNotIn("create", {step for step, _ in self.steps(text).values()})

    def test_a_target_system_that_goes_elsewhere_keeps_that_and_gets_no_secret(self):
        # E8. Invariant 5: neither a file nor a server that is called the same gets a secret of another place.
        self.set_up("Elsewhere", oidc.about["token_endpoint"], SECRET, key="of-development")
        self.run_as(self.here, "project", "create", "Elsewhere")
        self.run_as(self.here, "target-system", "create", "System", "--project", "Elsewhere", "--provider", "generic",
                    "--token-endpoint", hostile.about["token"] + "collect", "--consumer-key", "of-production",
                    "--trusted-ca-file", world.pki / "ca.pem", "--allow-address", "127.0.0.1/32")
        text = self.exported("Elsewhere", "--recipient", self.recipient)
        step, notes = self.steps(text, "--identity-file", self.identity)[("target system", "System")]
        self.assertEqual(step, "keep")
        self.assertIn("keeps what is here of", notes)
        self.assertIn("needs its secrets", notes)
        self.apply(text, "--identity-file", self.identity, "--yes")
        kept = json.loads(self.run_as(self.here, "target-system", "show", "System", "--project", "Elsewhere",
                                      "--output", "json").stdout)
        self.assertEqual((kept["consumer_key"], kept["consumer_secrets"]), ("of-production", []))

        taken = self.steps(text, "--identity-file", self.identity, "--take-destination", "System")
        self.assertEqual(taken[("target system", "System")][0], "update")
        self.apply(text, "--identity-file", self.identity, "--take-destination", "System", "--yes")
        kept = json.loads(self.run_as(self.here, "target-system", "show", "System", "--project", "Elsewhere",
                                      "--output", "json").stdout)
        self.assertEqual((kept["consumer_key"], len(kept["consumer_secrets"])), ("of-development", 1))

    def test_a_file_that_was_changed_on_its_way_gets_no_secret_out(self):
        self.set_up("Tampered", oidc.about["token_endpoint"], SECRET)
        document = json.loads(self.exported("Tampered", "--recipient", self.recipient))
        destination = document["target_systems"][0]["destination"]
        destination["endpoint_parameters"]["token_endpoint"] = "https://thief.example/token"
        notes = self.steps(json.dumps(document), "--identity-file", self.identity)[("target system", "System")][1]
        self.assertIn("needs its secrets", notes)
        self.assertNotIn("exported secrets", notes)

    def test_what_is_no_export_is_refused_and_nothing_is_changed(self):
        self.set_up("Refused", oidc.about["token_endpoint"], SECRET)
        text = self.exported("Refused", "--recipient", self.recipient)
        document = json.loads(text)
        for what, changed, says in (
                ("cut", text[:-40], "JSON"),
                ("newer", json.dumps(document | {"version": 2}), "newer program"),
                ("unknown member", json.dumps(document | {"robots": [document["robots"][0] | {"admin": True}]}),
                 "/robots/0/admin"),
                ("foreign name", json.dumps(document | {"target_systems": []}), "not in it")):
            with self.subTest(what):
                self.assertIn(says, self.apply(changed, "--yes", code=USAGE).stderr)
        other, _ = self.make_identity("somebody-else")
        refused = self.apply(text, "--identity-file", other, "--yes", code=NOT_AUTHORIZED)
        self.assertNotIn("done:", refused.stderr)
        flipped = document["sealed_secrets"]
        middle = len(flipped) // 2
        flipped = flipped[:middle] + ("A" if flipped[middle] != "A" else "B") + flipped[middle + 1:]
        damaged = self.run_as(self.here, "apply", "-", "--identity-file", self.identity, "--yes", code=FAILED,
                              stdin=json.dumps(document | {"sealed_secrets": flipped}))
        self.assertNotIn("done:", damaged.stderr)
        self.assertNotIn('"Refused"', self.run_as(self.here, "project", "list", "--output", "json").stdout)

    def test_other_names_are_followed(self):
        self.set_up("Renamed", oidc.about["token_endpoint"], SECRET)
        text = self.exported("Renamed")
        words = ("--project", "Renamed here", "--target-system", "System=System here")
        self.apply(text, *words, "--yes")
        self.assertEqual({step for step, _ in self.steps(text, *words).values()}, {"same"})
        self.assertIn("There is nothing", self.apply(text, "--target-system", "Nothing=x", code=USAGE).stderr
                      .replace("The export has no such target system", "There is nothing"))

    def test_taking_a_project_out_needs_the_permission(self):
        self.set_up("Closed", oidc.about["token_endpoint"], SECRET)
        key = Vault(development).create("api-keys", {"name": "looks", "permissions": ["view", "configure"]})
        looks = self.there | {"STRONGROOM_KEY_FILE": str(file_with(world, "looks.key", key["key"] + "\n"))}
        refused = self.run_as(looks, "export", "Closed", code=NOT_AUTHORIZED)
        self.assertIn("export", refused.stderr)

    def test_keys_and_certificates_go_along(self):
        vault = Vault(development)
        project = vault.create("projects", {"name": "Signing"})
        key, certificate = self_signed("moves")
        for name, more in (("keys", {"client_keys": [{"generate": "p256", "kid": "first"}]}),
                           ("certificates", {"client_certificates": [{"certificate": certificate, "private_key": key}]})):
            vault.create("target-systems", {
                "name": name, "project": project["id"], "service_provider": "generic", "consumer_key": "robots",
                "client_authentication": "private_key_jwt", "trusted_ca_pem": world.ca_pem, "keep_alive_days": 40,
                "endpoint_parameters": {"token_endpoint": oidc.about["token_endpoint"]}} | more)
        self.apply(self.exported("Signing", "--recipient", self.recipient), "--identity-file", self.identity, "--yes")
        for name in ("keys", "certificates"):
            question = ("target-system", "jwks", name, "--project", "Signing")
            self.assertEqual(self.run_as(self.here, *question).stdout, self.done(*question).stdout)
            self.assertEqual(Vault(production).find("target-systems", name)["keep_alive_days"], 40)

    def test_secrets_of_the_vault_go_along_with_their_values(self):
        vault = Vault(development)
        project = vault.create("projects", {"name": "Passwords"})
        system = vault.create("target-systems", {"name": "SAP", "project": project["id"], "oauth_enabled": False})
        robot = vault.create("robots", {"name": "batch", "path": "night", "project": project["id"]})
        secret = vault.create("secrets", {"project": project["id"], "target_system": system["id"], "label": "batch user",
                                          "kind": "password", "user_name": "BATCH", "value": "canary-of-a-password"})
        vault.create("secret-access", {"secret": secret["id"], "robot": robot["id"]})
        without = self.steps(self.exported("Passwords"))
        self.assertEqual(without[("secret", "batch user of SAP")][0], "keep")
        text = self.exported("Passwords", "--recipient", self.recipient)
        self.assertNotIn("canary-of-a-password", text)
        self.apply(text, "--identity-file", self.identity, "--yes")
        key = world.directory / "batch here.key"
        self.run_as(self.here, "robot", "key", "create", "night/batch", "--project", "Passwords", "--write-to", key)
        got = self.run_as(self.here | {"STRONGROOM_KEY_FILE": str(key)}, "lookup-secret", "--project", "Passwords",
                          "--target-system", "SAP", "--label", "batch user", "--format", "value")
        self.assertEqual(got.stdout.strip(), "canary-of-a-password")
        self.assertEqual({step for step, _ in self.steps(text, "--identity-file", self.identity).values()}, {"same"})

    def key_with(self, name, permissions):
        """The environment of a key of this server with these permissions."""
        key = Vault(development).create("api-keys", {"name": name, "permissions": permissions})
        return self.there | {"STRONGROOM_KEY_FILE": str(file_with(world, f"{name}.key", key["key"] + "\n"))}

    def test_secrets_go_out_only_with_the_permission_to_extract_them(self):
        # Invariant 4: whoever reads values, in whatever wrapping, extracts them.
        vault = Vault(development)
        project = vault.create("projects", {"name": "Guarded"})
        system = vault.create("target-systems", {"name": "SAP", "project": project["id"], "oauth_enabled": False})
        made = [vault.create("secrets", {"project": project["id"], "target_system": system["id"], "label": label, "kind": "text",
                                         "value": f"canary-of-{label}"}) for label in ("first", "second")]

        def events(action):
            return [one["event"] for one in vault.list("audit-events", action=action, project=project["id"])["items"]]
        exports = self.key_with("exports", ["view", "export"])
        refused = self.run_as(exports, "export", "Guarded", "--recipient", self.recipient, code=NOT_AUTHORIZED)
        self.assertIn("extract", refused.stderr)
        self.assertEqual((refused.stdout, events("project.exported"), events("secret.extracted")), ("", [], []))
        bare = json.loads(self.run_as(exports, "export", "Guarded").stdout)
        self.assertEqual((bare["sealed_secrets"], events("secret.extracted")), (None, []))
        self.assertEqual([one["reason"] for one in events("project.exported")], ["without_secrets"])

        both = self.key_with("exports and extracts", ["view", "export", "extract"])
        self.assertTrue(json.loads(self.run_as(both, "export", "Guarded", "--recipient", self.recipient).stdout)["sealed_secrets"])
        extracted = events("secret.extracted")
        self.assertEqual(sorted(one["subject_id"] for one in extracted), sorted(one["id"] for one in made))
        self.assertEqual({one["reason"] for one in extracted}, {"project_export"})
        self.assertEqual(len({one["fingerprint"] for one in extracted}), 2)

    def test_what_a_kill_stops_keeps_its_secrets_here(self):
        self.set_up("Stopped", oidc.about["token_endpoint"], SECRET)
        vault = Vault(development)
        project = next(one for one in vault.list("projects")["items"] if one["name"] == "Stopped")
        system = next(one for one in vault.list("target-systems", project=project["id"])["items"] if one["project"])
        vault.create("secrets", {"project": project["id"], "target_system": system["id"], "label": "stays", "kind": "text",
                                 "value": "canary-that-stays"})
        kill = vault.create("kills", {"target_system": system["id"], "reason": "stolen"})
        text = self.exported("Stopped", "--recipient", self.recipient)
        words = ("--identity-file", self.identity)
        self.assertIn("needs its secrets", self.steps(text, *words)[("target system", "System")][1])
        self.assertEqual(self.steps(text, *words)[("secret", "stays of System")][0], "keep")
        self.assertEqual(vault.list("audit-events", action="secret.extracted", project=project["id"])["items"], [])
        vault.expect(204, vault.delete("kills", kill["id"]))
        text = self.exported("Stopped", "--recipient", self.recipient)
        self.assertIn("with the exported secrets", self.steps(text, *words)[("target system", "System")][1])
        events = [one["event"] for one in vault.list("audit-events", action="secret.extracted", project=project["id"])["items"]]
        self.assertEqual(sorted((one.get("fields", []), one["subject_name"]) for one in events),
                         [([], "stays"), (["consumer_secrets"], "System")], "a credential that leaks can be traced, too")

    def test_a_file_is_not_overwritten(self):
        self.set_up("Kept", oidc.about["token_endpoint"], SECRET)
        file = world.directory / "kept.json"
        self.done("export", "Kept", "--to", file)
        self.run_as(self.there, "export", "Kept", "--to", file, code=CONFLICT)
        self.assertEqual(json.loads(file.read_text())["project"]["name"], "Kept")
