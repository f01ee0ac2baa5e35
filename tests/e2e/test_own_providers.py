"""An organisation's own service providers: through the API and from a directory, while the server runs."""
import hashlib
import json
import signal
import threading
import unittest

import harness
import own_provider
from command_line import CONFLICT, DONE, FAILED, NOT_FOUND, file_with
from vault import API, LOOPBACK, Vault

PROVIDERS = f"{API}/service-providers"
REFUSED = "The service providers of the directory were not taken; those from before stay."


def setUpModule():
    global world, machines, hostile, files, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    machines = world.oidc_provider()
    hostile = world.hostile()
    files = world.directory / "catalogue"
    files.mkdir()
    server = harness.Strongroom(world, env={"STRONGROOM_CATALOGUE__DIRECTORY": str(files)}).start()
    vault = Vault(server)


def real():
    return machines.about["token_endpoint"]


def elsewhere():
    return hostile.about["token"] + "good"


def put(text, id, etag=None):
    headers = {"Content-Type": "application/json"} | ({"If-Match": etag} if etag else {})
    return vault.http.request("PUT", f"{PROVIDERS}/{id}", raw=text.encode(), headers=headers)


def added(id, endpoint=None):
    vault.expect(201, put(own_provider.text(id, endpoint or real()), id))
    return id


def file_of(id):
    return vault.http.get(f"{PROVIDERS}/{id}/file")


def replaced(id, endpoint):
    return vault.expect(200, put(own_provider.text(id, endpoint), id, file_of(id).headers["ETag"]))


def system_of(id):
    return vault.create("target-systems", {
        "name": vault.name("target system"), "project": vault.project["id"], "service_provider": id,
        "grant": "client_credentials", "consumer_key": "basic",
        "consumer_secrets": [{"value": machines.registered("basic")["client_secret"]}], "scopes": ["api:read"],
        "trusted_ca_pem": world.ca_pem, "allowed_addresses": [LOOPBACK]})


def looked_up(id):
    """A client of that provider, and a robot that has its token."""
    client = vault.client(system_of(id))
    robot = vault.reader_of(client)
    answer = robot.look_up(client)
    if answer.status != 200:
        raise AssertionError(repr(answer))
    return client, robot


def reload():
    """SIGHUP; answers what the log says then."""
    before = len(server.log)
    server.process.send(signal.SIGHUP)
    done = ("Service providers were replaced by those of the directory.", "The service providers are as before.", REFUSED)
    harness.wait_until(lambda: any(text in server.log[before:] for text in done), "the directory was read")
    return server.log[before:]


class ThroughTheApi(unittest.TestCase):
    def test_an_entry_gives_a_token_at_once_and_after_a_restart(self):
        id = added("at-once")
        client, _ = looked_up(id)
        self.assertEqual(vault.expect(200, file_of(id)), own_provider.entry(id, real()))
        self.assertEqual(file_of(id).body.decode(), own_provider.text(id, real()))
        self.assertEqual(vault.get("service-providers", id)["origin"], "api")
        self.assertEqual(vault.get("service-providers", "github")["origin"], "built_in")
        server.restart()
        vault.reconnect()
        self.assertEqual(vault.get("service-providers", id)["origin"], "api")
        self.assertEqual(vault.retrieve(client).status, 200)

    def test_another_address_holds_the_secrets_before_it_is_answered(self):
        # invariant 5
        id = added("moved")
        client, robot = looked_up(id)
        token = robot.look_up(client).json["access_token"]
        system = client["target_system"]
        asked = len(hostile.requests())
        replaced(id, elsewhere())
        self.assertTrue(vault.get("target-systems", system)["destination_held"])
        refused = vault.retrieve(client)
        self.assertEqual((refused.status, refused.json["type"]), (409, "/problems/destination_held"))
        self.assertEqual(len(hostile.requests()), asked, "nothing went there")
        self.assertEqual(robot.look_up(client).json["access_token"], token, "what lives is served to its end")
        # Somebody who may approves it.
        current = vault.http.get(f"{API}/target-systems/{system}")
        vault.expect(200, vault.http.request("POST", f"{API}/target-systems/{system}/approve-destination",
                                             headers={"If-Match": current.headers["ETag"]}))
        self.assertEqual(vault.retrieve(client).status, 200)
        self.assertGreater(len(hostile.requests()), asked)

    def test_the_address_from_before_needs_no_approval(self):
        id = added("back")
        client, _ = looked_up(id)
        replaced(id, elsewhere())
        self.assertEqual(vault.retrieve(client).status, 409)
        replaced(id, real())
        self.assertEqual(vault.retrieve(client).status, 200)

    def test_what_is_used_stays_and_says_by_whom(self):
        id = added("used")
        system = system_of(id)
        refused = vault.delete("service-providers", id)
        self.assertEqual((refused.status, refused.json["type"]), (409, "/problems/in_use"))
        self.assertEqual(refused.json["target_systems"], system["name"])
        vault.expect(200, vault.delete("target-systems", system["id"]))
        self.assertEqual(vault.delete("service-providers", id).status, 204)
        self.assertEqual(vault.http.get(f"{PROVIDERS}/{id}").status, 404)
        self.assertEqual(vault.delete("service-providers", id).status, 404)

    def test_nobody_overwrites_what_they_did_not_read(self):
        id = added("read-first")
        text = own_provider.text(id, elsewhere())
        self.assertEqual(put(text, id).status, 428)
        self.assertEqual(put(text, id, '"7"').status, 412)
        self.assertEqual(put(own_provider.text("new-one", real()), "new-one", '"1"').status, 412)
        self.assertEqual(put(text, id, '"1"').status, 200)

    def test_no_id_of_another_is_taken(self):
        # E27
        refused = put(own_provider.text("github", elsewhere()), "github")
        self.assertEqual((refused.status, refused.json["type"]), (409, "/problems/built_in"))
        self.assertEqual(vault.delete("service-providers", "github").json["type"], "/problems/built_in")
        refused = put(own_provider.text("another", real()), "one")
        self.assertEqual((refused.status, refused.json["field"]), (400, "/id"))

    def test_bad_files_are_refused_with_the_place_and_what_would_be_right(self):
        # E27
        good = own_provider.entry("bad", real())
        nested = {"deep": {}}
        for _ in range(20):
            nested = {"deep": nested}
        bad = {
            "unknown field": (good | {"colour": "red"}, "/colour"),
            "host that is entered": (good | {"token_endpoint": "https://{where}.example/token"}, "/token_endpoint"),
            "host in the path": (good | {"token_endpoint": "https://id.example@{where}/token"}, "/token_endpoint"),
            "cycle": (good | {"variables": [good["variables"][0] | {"default": "{where}"}]}, "/variables/0/default"),
            "unknown grant": (good | {"grants": ["client_credential"]}, "/grants/0"),
            "too deep": (good | nested, None),
        }
        for what, (document, pointer) in bad.items():
            with self.subTest(what):
                text = json.dumps(document, indent=2)
                refused = put(text, "bad")
                self.assertEqual((refused.status, refused.json["type"]), (400, "/problems/invalid_provider_file"))
                lines = text.splitlines()
                self.assertLessEqual(refused.json["line"], len(lines))
                self.assertLessEqual(refused.json["column"], len(lines[refused.json["line"] - 1]) + 1)
                if pointer:
                    self.assertEqual(refused.json["field"], pointer)
                    name = pointer.rsplit("/", 1)[-1]
                    shown = lines[refused.json["line"] - 1]
                    self.assertTrue(name in shown or name == "0", shown)
        self.assertEqual(put(" " * (64 * 1024 + 1), "bad").status, 400)
        self.assertEqual(put("{", "bad").json["line"], 1)
        self.assertEqual(put(json.dumps([good] * 10_000), "bad").status, 413)
        self.assertEqual(vault.http.get(f"{PROVIDERS}/bad").status, 404)

    def test_both_versions_are_in_the_audit_trail_by_their_digests(self):
        id = added("audited")
        replaced(id, elsewhere())
        vault.expect(204, vault.delete("service-providers", id))
        one, two = ("sha256:" + hashlib.sha256(own_provider.text(id, at).encode()).hexdigest()
                    for at in (real(), elsewhere()))
        events = [one["event"] for one in vault.audit_events(action="server.setting_changed")["items"]
                  if one["event"]["subject_name"] == f"service_provider {id}"]
        self.assertEqual({event["reason"]: event["fields"] for event in events}, {
            "added": [f"after {one}"], "changed": [f"before {one}", f"after {two}"], "removed": [f"before {two}"]})

    def test_look_ups_go_on_while_entries_are_replaced(self):
        id = added("in-use")
        client, robot = looked_up(id)
        over = threading.Event()
        answers = []

        def ask():
            mine = server.client(robot.key)
            while not over.is_set():
                answers.append(mine.get(f"{API}/lookup/oauth-clients/{client['id']}").status)

        askers = [threading.Thread(target=ask) for _ in range(3)]
        for asker in askers:
            asker.start()
        try:
            for name in range(20):
                document = own_provider.text(id, real(), documentation=f"https://own.example/{name}")
                vault.expect(200, put(document, id, file_of(id).headers["ETag"]))
        finally:
            over.set()
            for asker in askers:
                asker.join()
        self.assertEqual(set(answers), {200})


class FromTheDirectory(unittest.TestCase):
    def write(self, id, text):
        (files / f"{id}.json").write_text(text)
        self.addCleanup(reload)
        self.addCleanup((files / f"{id}.json").unlink)

    def test_a_signal_reads_it_again_and_holds_what_leads_elsewhere(self):
        # invariant 5
        self.write("filed", own_provider.text("filed", real()))
        reload()
        self.assertEqual(vault.get("service-providers", "filed")["origin"], "file")
        client, _ = looked_up("filed")
        (files / "filed.json").write_text(own_provider.text("filed", elsewhere()))
        reload()
        self.assertEqual(vault.retrieve(client).json["type"], "/problems/destination_held")
        (files / "filed.json").write_text(own_provider.text("filed", real()))
        reload()
        self.assertEqual(vault.retrieve(client).status, 200)
        for change in (put(own_provider.text("filed", elsewhere()), "filed"),
                       vault.delete("service-providers", "filed")):
            self.assertEqual((change.status, change.json["type"]), (409, "/problems/in_a_file"))
        vault.expect(200, vault.delete("target-systems", client["target_system"]))

    def test_one_bad_file_leaves_all_as_they_were_and_the_log_names_the_line(self):
        self.write("good", own_provider.text("good", real()))
        reload()
        self.write("fine", own_provider.text("fine", real()))
        bad = {"colour": ("colour.json", '{\n  "colour": "red"\n}'), "cut short": ("cut.json", "{")}
        for what, (name, text) in bad.items():
            with self.subTest(what):
                (files / name).write_text(text)
                try:
                    said = reload()
                finally:
                    (files / name).unlink()
                self.assertIn(REFUSED, said)
                self.assertRegex(said, rf"{name}:\d+: ")
                self.assertEqual(vault.http.get(f"{PROVIDERS}/good").status, 200)
                self.assertEqual(vault.http.get(f"{PROVIDERS}/fine").status, 404)

    def test_more_files_than_anybody_has_are_refused(self):
        names = [files / f"many-{number}.json" for number in range(10_000)]
        for name in names:
            name.write_text("{}")
        try:
            said = reload()
        finally:
            for name in names:
                name.unlink()
        self.assertIn(REFUSED, said)
        self.assertIn("more than 1000 files", said)


class ByCommand(unittest.TestCase):
    def run_command(self, *words, code=DONE):
        done = world.run("service-provider", *words, env={
            "STRONGROOM_URL": server.origin, "STRONGROOM_CA_FILE": str(server.ca_file),
            "STRONGROOM_KEY_FILE": file_with(world, "own.key", vault.key)})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def test_an_entry_is_put_printed_and_deleted(self):
        text = own_provider.text("by-command", real())
        file = file_with(world, "by-command.json", text)
        self.run_command("put", file)
        self.assertEqual(self.run_command("get", "by-command").stdout, text)
        self.run_command("put", file)
        self.assertIn("Nothing was deleted", self.run_command("delete", "by-command").stderr)
        self.run_command("delete", "--yes", "by-command")
        self.run_command("get", "by-command", code=NOT_FOUND)
        self.run_command("delete", "--yes", "github", code=CONFLICT)

    def test_a_bad_file_is_shown_with_a_caret(self):
        file = file_with(world, "caret.json", own_provider.text("caret", real()).replace(
            '"client_credentials"', '"client_credential"'))
        said = self.run_command("put", file, code=FAILED).stderr
        lines = said.splitlines()
        shown = next(number for number, line in enumerate(lines) if '| ' in line and "client_credential" in line)
        self.assertEqual(lines[shown + 1].index("^"), lines[shown].index('"client_credential'))
        self.assertIn("hint:", said)


if __name__ == "__main__":
    unittest.main()
