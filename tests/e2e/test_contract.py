"""The REST API as api.yaml tells it: lists, updates, problems. (Every client checks every answer.)"""
import json
import subprocess
import unittest
import urllib.parse

import contract
import harness
import own_provider
import plain_browser
from authenticator import Authenticator
from person import Person
from vault import API, Vault

QUICK = True


def setUpModule():
    global world, server, vault, hostile
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


class Contract(unittest.TestCase):
    def test_every_read_answers_as_promised(self):
        client = vault.client_at(hostile.about["token"] + "good", world=world)
        robot = vault.reader_of(client)
        self.assertEqual(robot.look_up(client).status, 200)
        ids = {"projects": vault.project["id"], "target-systems": client["target_system"],
               "oauth-clients": client["id"], "robots": robot.id, "service-providers": "generic",
               "robot-access": vault.list("robot-access", robot=robot.id)["items"][0]["id"]}
        for collection, id in ids.items():
            with self.subTest(collection=collection):
                self.assertEqual(vault.http.get(f"{API}/{collection}").status, 200)
                self.assertEqual(vault.http.get(f"{API}/{collection}/{id}").status, 200)
        for path in ("/whoami", "/audit-events", "/api-keys", f"/robots/{robot.id}/keys"):
            with self.subTest(path=path):
                self.assertEqual(vault.http.get(API + path).status, 200)

    def test_the_server_shows_the_contract_it_was_built_with(self):
        answer = server.client().get(API + "/openapi.yaml")
        self.assertEqual(answer.body, contract.CONTRACT.read_bytes())

    def test_everything_but_the_contract_wants_a_key(self):
        for path, methods in contract.contract()["paths"].items():
            for method in sorted(methods.keys() & {"get", "post", "put", "patch", "delete"}):
                if methods[method].get("security") == []:
                    continue
                with self.subTest(operation=f"{method} {path}"):
                    url = path.replace("{id}", vault.project["id"]).replace(
                        "{key_id}", vault.project["id"])
                    body = {} if method in ("post", "put", "patch") else None
                    status = server.client().request(method.upper(), url, body).status
                    self.assertIn(status, (401, 429))  # 429: too many of these from one address


# Answered where something was to be told and was not taken: test_notifications.py asks them, by the same contract.
OF_DELIVERIES = {"resendNotificationDelivery", "discardNotificationDelivery"}
# Answered where an issuer's server lets clients register: test_registration.py asks them, by the same contract.
OF_REGISTRATIONS = {"getRegistration", "registerTargetSystem", "deregisterTargetSystem", "readClientDocument"}
# Answered by a server that keeps backups, or came out of one: test_backup.py asks them, by the same contract.
OF_RESTORED_SERVERS = {"listBackups", "makeBackup", "downloadBackup", "deleteBackup", "getRestoreReport", "listSuspensions",
                       "liftSuspension", "liftAllSuspensions", "liftQuarantine", "reviewBasicEngine"}


class EveryOperation(unittest.TestCase):
    """Each object from its creation to its restoration, so that no operation goes unseen."""

    def ok(self, method, path, data=None, status=200, **more):
        answer = vault.http.request(method, API + path, data, **more)
        self.assertEqual(answer.status, status, answer)
        return answer.json if answer.body else None

    def comes_back(self, collection, id):
        self.assertEqual(self.ok("DELETE", f"/{collection}/{id}", query={"dry_run": "true"})["dry_run"],
                         True)
        self.ok("DELETE", f"/{collection}/{id}")
        self.ok("GET", f"/{collection}/{id}", status=404)
        deleted = self.ok("GET", f"/{collection}", query={"deleted": "true", "page_size": 1000})
        self.assertIn(id, [one["id"] for one in deleted["items"]])
        back = self.ok("POST", f"/{collection}/{id}/restore")
        self.assertIsNone(back["deleted_at"])
        self.ok("POST", f"/{collection}/{id}/restore")  # once more changes nothing

    def changed(self, collection, id, changes):
        answer = vault.update(collection, id, changes)
        self.assertEqual(answer.status, 200, answer)
        self.ok("GET", f"/{collection}")
        return answer

    def projects(self):
        project = self.ok("POST", "/projects", {"name": vault.name("Every")}, 201)
        self.changed("projects", project["id"], {"description": "changed"})
        self.comes_back("projects", project["id"])

    def target_systems(self):
        system = vault.target_system(hostile.about["token"] + "good", "id", "secret", world=world)
        path = f"/target-systems/{system['id']}"
        self.assertTrue(self.ok("POST", path + "/test")["ok"])
        held = self.changed("target-systems", system["id"],
                            {"endpoint_parameters": {"token_endpoint": hostile.about["token"] + "slow"}})
        self.assertTrue(held.json["destination_held"])
        self.ok("POST", path + "/approve-destination", status=428)
        self.ok("GET", path + "/jwks")
        self.certificates(path)
        self.ok("POST", path + "/discover", status=409)  # it has no issuer
        found = vault.create("target-systems", vault.issuer_system(
            hostile.issuer("contract", "good"), world=world))
        self.ok("POST", f"/target-systems/{found['id']}/discover")
        self.resource_discoveries()
        self.ok("POST", path + "/approve-destination", status=412, headers={"If-Match": '"1"'})
        approved = self.ok("POST", path + "/approve-destination",
                           headers={"If-Match": held.headers["ETag"]})
        self.assertFalse(approved["destination_held"])
        self.comes_back("target-systems", system["id"])

    def resource_discoveries(self):
        resource = world.hostile_resource()
        asked = {"resource": resource.about["origin"] + "/tools", "trusted_ca_pem": world.ca_pem, "allowed_addresses": ["127.0.0.1"]}
        self.ok("POST", "/resource-discoveries", asked, status=400)  # it does not describe itself
        resource.client.post("/_test/say", {
            "path": "/.well-known/oauth-protected-resource/tools", "status": 200, "headers": {"Content-Type": "application/json"},
            "body": json.dumps({"resource": asked["resource"], "authorization_servers": [hostile.issuer("contract", "good"), "none"]})})
        self.assertEqual(len(self.ok("POST", "/resource-discoveries", asked)["authorization_servers"]), 2)

    def certificates(self, path):
        self.ok("GET", path + "/certificate", status=404)
        self.ok("GET", path + "/certificate-request", status=400)
        prepared = vault.target_system("https://id.example/token", "id", "unused", world=world,
                                       consumer_secrets=[], client_keys=[{"generate": "rsa_2048"}])
        path = f"{API}/target-systems/{prepared['id']}"
        asked = vault.http.get(path + "/certificate-request", query={"common_name": "robots"})
        self.assertEqual(asked.status, 200, asked)
        (world.directory / "asked.csr").write_bytes(asked.body)
        issued = subprocess.run(
            ["openssl", "x509", "-req", "-in", "asked.csr", "-days", "2", "-CA", world.pki / "ca.pem",
             "-CAkey", world.pki / "ca.key", "-CAcreateserial"],
            cwd=world.directory, check=True, capture_output=True, text=True).stdout
        self.changed("target-systems", prepared["id"], {"client_certificates": [{"certificate": issued}]})
        self.assertEqual(vault.http.get(path + "/certificate").body.decode(), issued)

    def clients_and_robots(self):
        client = vault.client_at(hostile.about["token"] + "good", world=world)
        self.changed("oauth-clients", client["id"], {"owner": {"name": "Ada"}})
        robot = vault.robot()
        self.changed("robots", robot.id, {"path": "finance/archive"})
        rule = vault.grant(client, robot)
        self.ok("GET", f"/robot-access/{rule['id']}")
        self.ok("GET", "/robot-access")
        exported = self.ok("POST", f"/projects/{vault.project['id']}/export", {"recipients": []})
        self.assertEqual(exported["format"], "strongroom project export")
        self.ok("POST", f"/projects/{vault.project['id']}/export", {"recipients": ["nobody"]}, 400)
        self.ok("POST", f"/oauth-clients/{client['id']}/retrieve-tokens")
        self.ok("GET", f"/oauth-clients/{client['id']}/last-exchange")
        self.assertEqual(len(self.ok("GET", f"/oauth-clients/{client['id']}/exchanges")["items"]), 1)
        self.ok("POST", f"/oauth-clients/{client['id']}/dry-run")
        self.ok("POST", f"/oauth-clients/{client['id']}/verify", status=409)
        self.assertIsNone(self.ok("GET", f"/oauth-clients/{client['id']}/verification")["verification"])
        self.ok("GET", f"/oauth-clients/{client['id']}/clocks")
        self.assertTrue(self.ok("POST", f"/oauth-clients/{client['id']}/test-look-up", {"robot": robot.id})["allowed"])
        self.assertEqual(robot.look_up(client).status, 200)
        self.assertEqual(robot.look_up_id(client["id"]).status, 200)
        self.assertEqual(robot.header_for(client, "https://api.example.com/").status, 200)
        self.ok("POST", f"/oauth-clients/{client['id']}/revoke-tokens")
        self.ok("GET", f"/robots/{robot.id}/keys")
        made = self.ok("POST", f"/robots/{robot.id}/identities", {
            "kind": "token", "issuer": "https://issuer.example", "audience": "here",
            "claims": {"sub": "reader"}}, 201)
        self.ok("GET", f"/robots/{robot.id}/identities")
        self.ok("DELETE", f"/robots/{robot.id}/identities/{made['id']}", status=204)
        self.assertEqual(vault.revoke_key(robot).status, 204)
        self.comes_back("robots", robot.id)
        self.comes_back("oauth-clients", client["id"])
        self.ok("DELETE", f"/robot-access/{rule['id']}")

    def secrets(self):
        secret = vault.secret(vault.plain_system())
        path = f"/secrets/{secret['id']}"
        self.changed("secrets", secret["id"], {"notes": "changed"})
        robot = vault.robot()
        rule = vault.grant_secret(secret, robot)
        self.ok("GET", f"/secret-access/{rule['id']}")
        self.ok("GET", "/secret-access")
        self.ok("POST", "/secret-access/update-to-latest", {}, query={"secret": secret["id"]})
        self.assertEqual(robot.look_secret_up(secret).status, 200)
        values = self.ok("POST", path + "/values", {"value": "the next one"})["values"]
        self.assertEqual(robot.look_secret_up_id(secret["id"]).json["next"]["value"], "the next one")
        self.ok("POST", f"{path}/values/{values[1]['id']}/make-current")
        self.ok("DELETE", f"{path}/values/{values[0]['id']}")
        self.ok("POST", path + "/extract")
        self.ok("POST", "/secrets/generate-password", {})
        self.comes_back("secrets", secret["id"])
        self.assertTrue(self.ok("DELETE", f"/secret-access/{rule['id']}", query={"dry_run": "true"})["dry_run"])
        self.ok("DELETE", f"/secret-access/{rule['id']}")

    def api_keys(self):
        made = self.ok("POST", "/api-keys", {"name": "Deploy", "permissions": ["view"],
                                             "expires_in_days": 3650}, 201)
        path = f"/api-keys/{made['id']}"
        self.assertEqual(self.ok("GET", path)["permissions"], ["view"])
        self.assertEqual(server.client(made["key"]).get(f"{API}/whoami").json["permissions"], ["view"])
        self.ok("DELETE", path, status=204)
        self.assertIsNotNone(self.ok("GET", path)["revoked_at"])
        self.assertIn(server.client(made["key"]).get(f"{API}/whoami").status,
                      (401, 429))  # 429: too many of these from one address
        odd = self.ok("POST", "/api-keys", {"name": "Odd", "permissions": ["view", "fly"]}, 400)
        self.assertEqual(odd["field"], "/permissions/1")
        self.ok("GET", "/api-keys")

    def signing_in(self):
        system = self.ok("POST", "/target-systems", {
            "name": "Signed in", "service_provider": "generic", "grant": "authorization_code", "callback": "blank",
            "consumer_key": "key", "consumer_secret": "secret", "trusted_ca_pem": world.ca_pem,
            "allowed_addresses": ["127.0.0.1/32"],
            "endpoint_parameters": {"token_endpoint": hostile.about["token"] + "good",
                                    "authorization_endpoint": "https://login.example.org/authorize"}}, 201)
        client = self.ok("POST", "/oauth-clients", {"project": "Default project", "target_system": system["id"],
                                                    "label": "signed in"}, 201)
        self.ok("POST", f"/oauth-clients/{client['id']}/import-tokens", {"refresh_token": "brought-along"})
        self.assertEqual(self.ok("POST", "/oauth-clients/import", {
            "project": "Default project", "target_system": "Signed in", "format": "json", "dry_run": True,
            "content": '[{"label": "another", "access_token": "a"}]'})["created"], 1)
        links = f"/oauth-clients/{client['id']}/authorizations"
        self.ok("DELETE", f"/authorizations/{self.ok('POST', links, status=201)['id']}", status=204)
        made = self.ok("POST", links, status=201)
        visitor = plain_browser.Browser(server.ca_file)
        visitor.submit(visitor.open(made["url"]), stop=lambda url: url.startswith("https://login.example.org"))
        path = f"/authorizations/{made['id']}"
        self.assertEqual(self.ok("GET", path)["state"], "started")
        waiting = self.ok("GET", f"/authorizations?oauth_client={client['id']}")["items"]
        self.assertEqual([one["id"] for one in waiting], [made["id"]])
        self.ok("POST", path + "/verifier", {"verifier": "a-code"})
        self.assertEqual(self.ok("POST", path + "/confirm")["state"], "completed")
        self.password()
        self.verification()

    def password(self):
        system = self.ok("POST", "/target-systems", {
            "name": "Legacy", "service_provider": "generic-password", "grant": "password", "consumer_key": "key",
            "consumer_secret": "secret", "trusted_ca_pem": world.ca_pem, "allowed_addresses": ["127.0.0.1/32"],
            "endpoint_parameters": {"token_endpoint": hostile.about["token"] + "good"}}, 201)
        client = vault.client(system)
        path = f"/oauth-clients/{client['id']}/password-sign-in"
        done = self.ok("POST", path, {
            "token_endpoint": system["token_endpoint"], "username": "ann", "password": "a word"}, 201)
        self.assertEqual((done["state"], done["account"]["name"]), ("completed", "ann"))

    def verification(self):
        signed = vault.client(vault.sign_in_system(world.sign_in_provider(), world=world))
        made = vault.authorize(signed)
        plain_browser.Browser(server.ca_file, world.pki / "ca.pem").sign_in(made["url"], "ann")
        self.ok("POST", f"/authorizations/{made['id']}/confirm")
        found = self.ok("POST", f"/oauth-clients/{signed['id']}/verify")
        self.assertEqual((found["outcome"], found["way"]), ("works", "introspection"))
        self.assertEqual(self.ok("GET", f"/oauth-clients/{signed['id']}/verification")["verification"], found)

    def single_sign_on(self):
        settings = {"label": "Example", "issuer": world.sign_in_provider().about["issuer"], "client_id": "strongroom",
                    "client_secret": "secret", "trusted_ca_pem": world.ca_pem, "allowed_addresses": ["127.0.0.1/32"]}
        made = self.ok("POST", "/single-sign-on", settings, 201)
        path = f"/single-sign-on/{made['id']}"
        self.assertEqual(self.ok("GET", path)["label"], "Example")
        self.assertEqual(self.ok("GET", "/single-sign-on")["total"], 1)
        user = self.ok("POST", "/users", {"name": "Linked", "password": False}, 201)["id"]
        accounts = f"/users/{user}/single-sign-on-accounts"
        linked = self.ok("POST", accounts, {"provider": made["id"], "subject": "248289761001"}, 201)
        self.assertEqual(self.ok("GET", accounts)["items"], [linked])
        self.ok("DELETE", f"{accounts}/{linked['id']}", status=204)
        self.ok("DELETE", f"/users/{user}", status=204)
        self.assertEqual(vault.update("single-sign-on", made["id"], settings, "PUT").status, 200)
        self.assertTrue(self.ok("POST", path + "/test")["ok"])
        self.assertEqual(len(self.ok("GET", "/sign-in-ways")["single_sign_on"]), 1)
        self.ok("DELETE", path, status=204)

    def notifications(self):
        settings = {"name": "On call", "url": "https://127.0.0.1:1/", "events": ["failing"],
                    "allowed_addresses": ["127.0.0.1/32"]}
        made = self.ok("POST", "/notification-targets", settings, 201)["target"]
        path = f"/notification-targets/{made['id']}"
        self.assertEqual(self.ok("GET", path)["name"], "On call")
        self.assertEqual(self.ok("GET", "/notification-targets", query={"filter": "CALL"})["total"], 1)
        self.assertEqual(vault.update("notification-targets", made["id"], settings | {"events": ["dying"]}, "PUT").status, 200)
        self.assertFalse(self.ok("POST", path + "/test")["ok"])
        self.assertTrue(self.ok("POST", path + "/rotate-secret")["secret"].startswith("whsec_"))
        self.assertEqual(self.ok("POST", path + "/resend"), {"resent": 0})
        self.assertEqual(self.ok("GET", "/notification-deliveries", query={"state": "dead"})["items"], [])
        self.ok("POST", f"/notification-deliveries/{made['id']}/resend", status=404)
        self.ok("DELETE", f"/notification-deliveries/{made['id']}", status=404)
        self.ok("DELETE", path, status=204)

    def people(self):
        ada = self.ok("POST", "/users", {"name": "Ada", "email": "ada@example.org"}, 201)
        bob = self.ok("POST", "/users", {"name": "Bob", "email": "bob@example.org"}, 201)
        self.assertEqual(self.ok("GET", "/users")["total"], 3)
        self.ok("PATCH", f"/users/{ada['id']}", {"full_name": "Ada Lovelace"})
        self.assertEqual(self.ok("GET", f"/users/{ada['id']}")["full_name"], "Ada Lovelace")
        group = self.ok("POST", "/groups", {"name": "Team"}, 201)["id"]
        self.changed("groups", group, {"description": "for the contract"})
        self.ok("GET", "/groups")
        role = self.ok("POST", "/roles", {"name": "Own", "permissions": ["view"]}, 201)["id"]
        self.changed("roles", role, {"permissions": ["view", "disable"]})
        self.ok("GET", "/roles")
        granted = self.ok("POST", f"/groups/{group}/roles", {"role": "Own", "project": "Default project"}, 201)
        self.ok("PUT", f"/groups/{group}/members/{ada['id']}", status=204)
        self.assertEqual(self.ok("GET", f"/groups/{group}/members")["total"], 1)
        self.ok("DELETE", f"/groups/{group}/members/{ada['id']}", status=204)
        self.ok("DELETE", f"/groups/{group}/roles/{granted['id']}", status=204)
        self.ok("DELETE", f"/groups/{group}", status=204)
        self.ok("DELETE", f"/roles/{role}", status=204)
        self.ok("GET", f"/users/{ada['id']}/belongings")
        self.ok("POST", f"/users/{ada['id']}/belongings/reassign", {"to": bob["id"]})
        self.their_sessions(ada, self.ok("POST", f"/users/{ada['id']}/reset-password")["initial_password"])
        self.ok("DELETE", f"/users/{bob['id']}", status=204)

    def their_sessions(self, user, password):
        browsers = [Person(server), Person(server), Person(server)]
        for browser in browsers:
            self.assertEqual(browser.sign_in(user["name"], password).status, 200)
        self.assertEqual(browsers[0].change_password(password).status, 200)
        for browser in browsers[1:]:
            self.assertEqual(browser.sign_in(user["name"]).status, 200)
        listed = self.ok("GET", f"/users/{user['id']}/sessions")["items"]
        self.assertEqual(len(listed), 3)
        own = browsers[0].get("/sessions").json["items"]
        mine = next(one["id"] for one in own if one["is_this_one"])
        others = [one["id"] for one in own if not one["is_this_one"]]
        self.ok("DELETE", f"/users/{user['id']}/sessions/{others[0]}", status=204)
        self.assertEqual(browsers[0].request("DELETE", f"/sessions/{mine}").status, 204)
        self.ok("DELETE", f"/users/{user['id']}/sessions", status=204)

    def stopping(self):
        client = vault.client_at(hostile.about["token"] + "good", world=world)
        robot = vault.robot()
        vault.grant(client, robot)
        self.ok("POST", f"/oauth-clients/{client['id']}/retrieve-tokens")
        self.assertIn("access_token", self.ok("POST", f"/oauth-clients/{client['id']}/extract"))
        self.ok("PUT", f"/robots/{robot.id}", {"revision": "4f1c2a", "missing_dependencies": []})
        self.ok("POST", "/robot-access/update-to-latest", {}, query={"robot": robot.id})
        kill = self.ok("POST", "/kills", {"robot": robot.id, "reason": "for the contract",
                                          "revoke_upstream": False}, 201)
        self.ok("GET", "/kills")
        self.ok("GET", f"/kills/{kill['id']}")
        self.ok("DELETE", f"/kills/{kill['id']}", status=204)
        # None is invalid, so none goes.
        self.ok("DELETE", "/robot-access", query={"robot": robot.id, "valid": "false"})

    def basic_engine(self):
        client = vault.client_at(hostile.about["token"] + "good", world=world)
        vault.expect(200, vault.update("oauth-clients", client["id"], {"allow_basic_engine_robots": True}))
        robot = vault.create("robots", {"project": vault.project["id"], "path": "old", "name": "Legacy", "kind": "basic_engine"})
        inputs = {"items": [{"name": "mail", "oauth_client": client["id"]}]}
        vault.expect(200, vault.update("robots", robot["id"] + "/inputs", inputs, "PUT"))
        self.assertEqual(len(self.ok("GET", f"/robots/{robot['id']}/inputs")["items"]), 1)
        runner = vault.robot(kind="runner", serves=["old"])
        self.assertEqual(runner.http.post(API + "/runner/launches", {"robot": "old/Legacy"}).status, 200)
        self.assertFalse(self.ok("GET", "/server-settings")["basic_engine_robots_forbidden"])
        self.ok("PATCH", "/server-settings", {"basic_engine_robots_forbidden": False})

    def session(self):
        person = Person.administrator(server)  # signs in, and changes the password
        self.assertEqual(person.get("/session").status, 200)
        self.assertEqual(person.request("PUT", "/session/preferences", {"theme": "dark"}).status, 200)
        self.calendar(person)
        self.terminals(person)
        self.second_factor(person)
        self.assertEqual(person.request("DELETE", "/session").status, 204)

    def calendar(self, person):
        self.assertEqual(person.get("/calendar-feed").status, 200)
        made = person.post("/calendar-feed")
        self.assertEqual(made.status, 201, made)
        path = urllib.parse.urlsplit(made.json["url"]).path
        answer = vault.http.get(path)
        self.assertEqual(answer.status, 200, answer)
        again = vault.http.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        self.assertEqual(again.status, 304, again)
        self.assertEqual(person.request("DELETE", "/calendar-feed").status, 204)

    def second_factor(self, person):
        app = Authenticator(person.post("/session/second-factor").json)
        self.assertEqual(person.get("/session/second-factor").status, 200)
        confirmed = person.post("/session/second-factor/confirm", {"code": app.code()})
        self.assertEqual(confirmed.status, 200, confirmed)
        self.assertEqual(person.post("/session/second-factor/recovery-codes").status, 200)
        shown = {"password": Person.PASSWORD, "code": app.code()}
        self.assertEqual(person.post("/session/step-up", shown).status, 204)
        self.assertEqual(person.request("DELETE", "/session/second-factor").status, 204)
        self.ok("DELETE", f"/users/{person.session['user']['id']}/second-factor", status=204)

    def terminals(self, person):
        begun = [vault.http.post(API + "/terminal-sign-ins", {"host": "laptop"}).json for _ in range(2)]
        codes = [f"/terminal-sign-ins/{one['user_code']}" for one in begun]
        self.assertEqual(person.get(codes[0]).status, 200)
        self.assertEqual(person.post(codes[0] + "/approve", {}).status, 204)
        self.assertEqual(person.post(codes[1] + "/deny").status, 204)
        self.ok("POST", "/terminal-sign-ins/token", {"device_code": begun[0]["device_code"]})

    def service_providers(self):
        path = "/service-providers/every"
        self.ok("PUT", path, own_provider.entry("every", "https://id.own.example/token"), 201)
        file = vault.http.get(API + path + "/file")
        self.assertEqual(file.json["id"], "every")
        self.ok("PUT", path, file.json | {"name": "Every"}, headers={"If-Match": file.headers["ETag"]})
        self.ok("GET", "/service-providers/generic/file")
        self.ok("DELETE", path, status=204)

    def test_answers_as_the_contract_promises(self):
        for walk in (self.projects, self.target_systems, self.clients_and_robots, self.secrets,
                     self.api_keys, self.signing_in, self.single_sign_on, self.notifications, self.people, self.stopping,
                     self.basic_engine, self.session, self.service_providers):
            with self.subTest(walk=walk.__name__):
                walk()
        for path in ("/openapi.yaml", "/service-providers", "/service-providers/generic",
                     "/audit-events", "/public-url", "/ca-certificate"):
            self.assertEqual(vault.http.get(API + path).status, 200)
        self.ok("POST", "/public-url/check")
        self.ok("GET", "/keys")
        self.ok("POST", "/keys/rotate-data", {"project": None}, 202)
        self.assertEqual(vault.http.get("/.well-known/strongroom-check/" + "A" * 43).status, 200)
        self.ok("GET", "/attention")
        self.ok("GET", "/forecast", query={"within": 90})
        self.ok("GET", "/expiries", query={"owner": "nobody@example.org"})
        self.ok("GET", "/audit-trail")
        self.assertEqual(vault.http.get(API + "/audit-events/export", query={"format": "json"}).status, 200)
        self.assertFalse(self.ok("POST", "/audit-events/trace-token", {"token": "never-seen"})["found"])
        untried = {one["operationId"] for one in contract.operations()} - contract.exercised - OF_RESTORED_SERVERS - OF_DELIVERIES - OF_REGISTRATIONS
        self.assertEqual(untried, set(), "no test has these operations answered with success")


class Lists(unittest.TestCase):
    def test_totals_are_of_the_filtered_set_whatever_the_page(self):
        for number in range(7):
            vault.create("projects", {"name": f"Paging {number}"})
        vault.create("projects", {"name": "Another"})
        seen = []
        for page in (1, 2, 3):
            found = vault.list("projects", filter="paging", sort="-name", page=page, page_size=3)
            self.assertEqual((found["total"], found["page"]), (7, page))
            seen += [one["name"] for one in found["items"]]
        self.assertEqual(seen, [f"Paging {n}" for n in range(6, -1, -1)])
        self.assertEqual(vault.list("projects", filter="Paging ?")["total"], 7)
        self.assertEqual(vault.list("projects", filter="*aging 3")["total"], 1)

    def test_every_list_sorts_by_every_key_that_the_contract_names(self):
        client = vault.client_at(hostile.about["token"] + "good", world=world)
        for number in range(3):
            vault.create("robots", {"project": vault.project["id"], "path": f"sorted/{number}",
                                    "name": f"Robot {2 - number}"})
            vault.grant(client, path_pattern=f"sorted/{number}")
        vault.create("api-keys", {"name": "Another", "expires_in_days": 3650})
        for path, methods in contract.contract()["paths"].items():
            sorts = [key for one in map(contract.resolve, methods.get("get", {}).get("parameters", []))
                     if one["name"] == "sort" for key in one["schema"]["enum"]]
            for key in sorts:
                with self.subTest(path=path, sort=key):
                    items = vault.http.get(path, query={"sort": key, "page_size": 1000}).json["items"]
                    member = key.lstrip("-")
                    if all(isinstance(one.get(member), str) for one in items):
                        values = [one[member].casefold().removesuffix("z" if member.endswith("_at") else "") for one in items]
                        self.assertEqual(values, sorted(values, reverse=key[0] == "-"))
            if sorts:
                answer = vault.http.get(path, query={"sort": "revision"})
                self.assertEqual((answer.status, answer.json["field"]), (400, "sort"))

    def test_keys_of_people_are_filtered_and_counted(self):
        for number in range(3):
            vault.create("api-keys", {"name": f"Batch {number}"})
        found = vault.list("api-keys", filter="batch", sort="-name", page=2, page_size=2)
        self.assertEqual((found["total"], [one["name"] for one in found["items"]]), (3, ["Batch 0"]))

    def test_bad_parameters_are_named(self):
        for name, value in (("page", "0"), ("page_size", "100000"), ("sort", "colour"),
                            ("deleted", "perhaps"), ("nonsense", "1")):
            with self.subTest(parameter=name):
                answer = vault.http.get(f"{API}/projects", query={name: value})
                self.assertEqual((answer.status, answer.json.get("field")), (400, name))


class Updates(unittest.TestCase):
    def test_an_update_needs_the_revision_that_was_read(self):
        made = vault.http.post(f"{API}/projects", {"name": vault.name("Revision")})
        path, first = made.headers["Location"], made.headers["ETag"]
        patch = {"description": "changed"}
        self.assertEqual(vault.http.request("PATCH", path, patch).status, 428)
        changed = vault.http.request("PATCH", path, patch, {"If-Match": first})
        self.assertEqual((changed.status, changed.json["description"]), (200, "changed"))
        self.assertNotEqual(changed.headers["ETag"], first)
        self.assertEqual(vault.http.request("PATCH", path, patch, {"If-Match": first}).status, 412)

    def test_a_deletion_says_first_what_it_affects(self):
        client = vault.client_at(hostile.about["token"] + "good", world=world)
        vault.reader_of(client)
        path = f"{API}/target-systems/{client['target_system']}"
        told = vault.http.request("DELETE", path, query={"dry_run": "true"})
        self.assertEqual((told.status, told.json["affected"]["oauth_clients"]), (200, 1))
        self.assertEqual(vault.http.get(path).status, 200)
        self.assertEqual(vault.http.request("DELETE", path).status, 200)
        self.assertEqual(vault.http.get(f"{API}/oauth-clients/{client['id']}").status, 404)


class Duplicates(unittest.TestCase):
    def test_a_label_that_still_answers_for_a_renamed_client_is_taken_until_then(self):
        system = vault.target_system(hostile.about["token"] + "good", "id", "secret", world=world)
        client = vault.client(system)
        label = client["label"]
        self.assertEqual(vault.update("oauth-clients", client["id"],
                                      {"label": vault.name("renamed")}).status, 200)
        answer = vault.http.post(f"{API}/oauth-clients", {
            "project": vault.project["id"], "target_system": system["id"], "label": label})
        self.assertEqual((answer.status, answer.json["type"], answer.json["field"]),
                         (409, "/problems/duplicate", "/label"))
        self.assertEqual(answer.json["existing"], f"{API}/oauth-clients/{client['id']}")
        self.assertGreater(answer.json["until"], client["created_at"])


class Bodies(unittest.TestCase):
    def refused(self, raw, status=400, content_type="application/json"):
        answer = vault.http.post(f"{API}/projects", raw=raw,
                                 headers={"Content-Type": content_type})
        self.assertEqual(answer.status, status, answer)
        return answer.json

    def test_malformed_json_is_refused(self):
        for raw in (b"", b"{", b'{"name":"a",}', b"[]", b'"name"', b"null", b'{"name":"\xff"}',
                    b'{"name":"a"} x', b"\xef\xbb\xbf{}", b'{"name":' + b"[" * 5000 + b"]" * 5000 + b"}"):
            with self.subTest(raw=raw[:30]):
                self.refused(raw)

    def test_a_member_twice_or_unknown_is_refused_by_name(self):
        self.assertEqual(self.refused(b'{"name":"twice","name":"again"}')["field"], "/name")
        answer = vault.http.post(f"{API}/target-systems", headers={"Content-Type": "application/json"},
                                 raw=b'{"owner":{"email":"a@b","name":"Ada","email":"c@d"}}')
        self.assertEqual((answer.status, answer.json["field"]), (400, "/owner/email"))
        self.assertEqual(self.refused(b'{"name":"x","colour":"red"}')["field"], "/colour")

    def test_another_media_type_is_refused(self):
        self.refused(b"name=x", 415, "application/x-www-form-urlencoded")

    def test_names_are_trimmed_and_bounded(self):
        name = vault.name("Trimmed")
        self.assertEqual(vault.create("projects", {"name": f"  {name}\t"})["name"], name)
        self.assertEqual(vault.create("projects", {"name": "é" * 128})["name"], "é" * 128)
        self.assertEqual(vault.create("projects", {"name": "e\u0301 decomposed"})["name"],
                         "é decomposed")
        for bad in ("", "   ", "a" * 129, "a\nb", "a\u0000b", "a\u007fb", 7, None, ["x"]):
            with self.subTest(name=bad):
                answer = vault.http.post(f"{API}/projects", {"name": bad})
                self.assertEqual((answer.status, answer.json["field"]), (400, "/name"))

    def test_unknown_words_of_closed_lists_are_refused_by_name(self):
        base = {"name": vault.name("enum"), "service_provider": "generic",
                "token_endpoint": "https://login.example.org/token"}
        for field, bad in (("grant", "implicit"), ("client_authentication", "basic"),
                           ("service_provider", "no-such"), ("supported_accounts", "everybody")):
            with self.subTest(field=field):
                answer = vault.http.post(f"{API}/target-systems", base | {field: bad})
                self.assertEqual((answer.status, answer.json["field"]), (400, "/" + field))

    def test_secrets_go_in_and_never_come_out(self):
        #
        client = vault.client_at(hostile.about["token"] + "good", "key", "never-shown-again",
                                 world=world)
        for path in ("/target-systems", f"/target-systems/{client['target_system']}",
                     f"/oauth-clients/{client['id']}", "/audit-events?page_size=1000"):
            with self.subTest(path=path):
                self.assertNotIn(b"never-shown-again", vault.http.get(API + path).body)


class Microsoft(unittest.TestCase):
    def test_a_directory_is_asked_for_before_anything_is_sent(self):
        base = {"service_provider": "microsoft", "consumer_key": "k", "consumer_secret": "s",
                "supported_accounts": "this_directory_only", "scopes": ["https://graph.microsoft.com/.default"]}
        system = vault.create("target-systems", base | {"name": vault.name("Microsoft")})
        members = {"project": vault.project["id"], "target_system": system["id"]}
        for tenant in ("", "common", "organizations", "not a tenant", "a/b", "../x", "contoso"):
            with self.subTest(tenant=tenant):
                answer = vault.http.post(f"{API}/oauth-clients", members | {
                    "label": vault.name("tenant"), "tenant": tenant})
                self.assertEqual((answer.status, answer.json["field"]), (400, "/tenant"))
        for tenant in (" contoso.onmicrosoft.com ", "11111111-2222-4333-8444-555555555555"):
            made = vault.create("oauth-clients", members | {"label": vault.name("tenant"),
                                                            "tenant": tenant})
            self.assertEqual(made["tenant"], tenant.strip())


if __name__ == "__main__":
    unittest.main()
