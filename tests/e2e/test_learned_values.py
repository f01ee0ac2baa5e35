"""A vendor with ways of its own: JSON, an envelope, other names, a refresh endpoint, and values besides tokens."""
import datetime
import json
import secrets
import unittest
import urllib.parse

import harness
import plain_browser
import vendor as vendors
from vault import API, Vault

ENTRY = {
    "id": "wired", "name": "Wired", "grants": ["client_credentials", "authorization_code"],
    "token_endpoint": f"https://{vendors.HOST}/token",
    "authorization_endpoint": f"https://{vendors.HOST}/authorize",
    "client_authentication": ["client_secret_post"],
    "wire": {"body": "json", "client_id_parameter": "clientKey", "client_secret_parameter": "clientSecret",
             "refresh_endpoint": f"https://{vendors.HOST}/refresh"},
    "response": {"success": [{"member": "status", "equals": 0}], "envelope": ["body"],
                 "access_token_member": "accessToken", "refresh_token_member": "refreshToken",
                 "scope_member": "scopes", "expires_at": {"member": "expiresAt", "form": "iso8601"}},
    "learned": [{"name": "instance_url", "member": "instanceUrl", "kind": "url", "host_suffixes": [".vendor.example"]},
                {"name": "realm_id", "member": "realmId", "from": "callback", "kind": "text"}],
}
FACTS = ["grants", "token_endpoint", "authorization_endpoint", "client_authentication", "learned"]


class Wired(vendors.Vendor):
    def __init__(self, world):
        self.instance = f"https://na1.{vendors.HOST}"
        self.realm = "9130355377388383"
        self.leads_to = None  # where the refresh endpoint says that it has moved to
        super().__init__(world)

    def respond(self, call, path, query, authorization, body):
        if path == "/authorize":
            return self.send_back(call, query)
        return self.give(call, path, json.loads(body), authorization)

    def send_back(self, call, query):
        """The browser comes back with a code, and with the company that was chosen."""
        if query.get("clientKey") != vendors.CLIENT or "client_id" in query:
            return call.answer(400)
        back = {"code": "code-1", "state": query["state"], "realmId": self.realm}
        return call.answer(302, Location=f"{query['redirect_uri']}?{urllib.parse.urlencode(back)}")

    def give(self, call, path, asked, authorization):
        if path == "/refresh" and self.leads_to:
            return call.answer(307, Location=self.leads_to)
        wanted = {"/token": ("client_credentials", "authorization_code"), "/refresh": ("refresh_token",)}[path]
        is_known = asked.get("clientKey") == vendors.CLIENT and asked.get("clientSecret") == vendors.SECRET
        if authorization or not is_known or asked["grant_type"] not in wanted:
            return call.answer(200, {"status": 503, "error": "invalid_client"})
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=2)
        given = {"accessToken": f"vendor-{secrets.token_hex(12)}", "token_type": "bearer",
                 "expiresAt": end.strftime("%Y-%m-%dT%H:%M:%SZ"), "scopes": ["read"], "instanceUrl": self.instance}
        if asked["grant_type"] != "client_credentials":
            given["refreshToken"] = f"refresh-{secrets.token_hex(12)}"
        return call.answer(200, {"status": 0, "body": given})

    def asked_for(self, path):
        return [json.loads(one[3]) for one in self.asked(path)]


def write_entry(entry):
    facts = FACTS + [f"{member}.{fact}" for member in ("wire", "response") for fact in entry[member]]
    made = entry | {"sources": {fact: vendors.SOURCE for fact in facts}}
    (entries / f"{entry['id']}.json").write_text(json.dumps(made))


def setUpModule():
    global world, vendor, server, vault, entries
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    vendor = Wired(world)
    unittest.addModuleCleanup(vendor.close)
    entries = world.directory / "catalogue"
    entries.mkdir()
    write_entry(ENTRY)
    write_entry(ENTRY | {"id": "moving", "name": "Moving"})
    server = harness.Strongroom(world, env={"STRONGROOM_CATALOGUE__DIRECTORY": str(entries)}).start()
    vault = Vault(server)


class ByItself(unittest.TestCase):
    """Client credentials."""

    def setUp(self):
        vendor.instance = f"https://na1.{vendors.HOST}"
        vendor.requests.clear()
        self.system = vendor.system(vault, "wired", endpoint_parameters={}, scopes=["read"])
        self.client = vault.client(self.system)
        self.robot = vault.reader_of(self.client)

    def test_a_request_in_json_and_an_answer_in_an_envelope_make_a_token(self):
        #
        found = vault.expect(200, self.robot.look_up(self.client))
        self.assertEqual(vendor.asked_for("/token"), [
            {"grant_type": "client_credentials", "scope": "read", "clientKey": vendors.CLIENT,
             "clientSecret": vendors.SECRET}])
        self.assertTrue(found["access_token"].startswith("vendor-"))
        self.assertEqual((found["token_type"], found["scope"]), ("Bearer", "read"))
        self.assertTrue(7000 < found["expires_in"] <= 7200, found)

    def test_what_came_with_the_token_goes_to_robots_and_is_shown_to_people(self):
        found = vault.expect(200, self.robot.look_up(self.client))
        self.assertEqual(found["learned"], {"instance_url": f"https://na1.{vendors.HOST}"})
        self.assertEqual(vault.get("oauth-clients", self.client["id"])["learned"], found["learned"])
        vendor.instance = f"https://na2.{vendors.HOST}/v2"
        vault.expect(200, vault.retrieve(self.client))
        self.assertEqual(self.robot.look_up(self.client).json["learned"],
                         {"instance_url": f"https://na2.{vendors.HOST}/v2"})

    def test_an_address_elsewhere_reaches_no_robot(self):
        for hostile in ("https://evil.example", f"https://{vendors.HOST}.evil.example", f"http://na1.{vendors.HOST}",
                        f"https://na1.{vendors.HOST}@evil.example", f"https://na1.{vendors.HOST}:8443",
                        f"https://na1.{vendors.HOST}/../x", f"https://evil{vendors.HOST}",
                        f"https://xn--80ak6aa92e.{vendors.HOST}", "\u202ehttps", {"a": 1}):
            vendor.instance = hostile
            vault.expect(200, vault.retrieve(self.client))
            found = vault.expect(200, self.robot.look_up(self.client))
            self.assertNotIn("learned", found, hostile)
        self.assertIn("was dropped", server.log)
        self.assertNotIn("evil.example", server.log)

    def test_what_was_learned_stays_where_nothing_good_came_instead(self):
        vault.expect(200, vault.retrieve(self.client))
        vendor.instance = "https://evil.example"
        vault.expect(200, vault.retrieve(self.client))
        self.assertEqual(self.robot.look_up(self.client).json["learned"],
                         {"instance_url": f"https://na1.{vendors.HOST}"})

    def test_a_failure_that_looks_like_success_is_one(self):
        #
        changed = vault.update("target-systems", self.system["id"], {"consumer_secret": "another"})
        vault.expect(200, changed)
        refused = vault.retrieve(self.client)
        self.assertEqual(refused.status, 424, refused)


class SignedIn(unittest.TestCase):
    def setUp(self):
        vendor.instance = f"https://na1.{vendors.HOST}"
        vendor.realm = "9130355377388383"
        vendor.requests.clear()
        self.system = vendor.system(vault, "wired", endpoint_parameters={}, scopes=["read"],
                                    grant="authorization_code")
        self.client = vault.client(self.system)
        self.robot = vault.reader_of(self.client)

    def sign_in(self):
        made = vault.authorize(self.client)
        places = {vendors.HOST: ("127.0.0.1", vendor.server.server_address[1])}
        browser = plain_browser.Browser(server.ca_file, world.directory / "vendor-pki" / "ca.pem", places=places)
        self.assertEqual(browser.submit(browser.open(made["url"])).status, 200)
        if vault.authorization(made)["state"] == "confirmation_needed":
            vault.expect(200, vault.confirm(made))
        self.assertEqual(vault.authorization(made)["state"], "completed")

    def learned(self):
        return vault.expect(200, self.robot.look_up(self.client)).get("learned")

    def test_what_the_callback_says_stays_beside_what_refreshes_say(self):
        #
        self.sign_in()
        both = {"instance_url": f"https://na1.{vendors.HOST}", "realm_id": "9130355377388383"}
        self.assertEqual(self.learned(), both)
        vendor.instance = f"https://na7.{vendors.HOST}"
        vault.expect(200, vault.retrieve(self.client))
        (refreshed,) = vendor.asked_for("/refresh")
        self.assertEqual(refreshed["grant_type"], "refresh_token")
        self.assertTrue(refreshed["refresh_token"].startswith("refresh-"))
        self.assertNotIn("refresh_token", [one["grant_type"] for one in vendor.asked_for("/token")])
        self.assertEqual(self.learned(), both | {"instance_url": f"https://na7.{vendors.HOST}"})

    def test_a_refresh_token_does_not_follow_a_redirect(self):
        #
        self.sign_in()
        vendor.leads_to = f"https://{vendors.HOST}/elsewhere"
        self.addCleanup(setattr, vendor, "leads_to", None)
        refused = vault.retrieve(self.client)
        self.assertEqual(refused.status, 424, refused)
        self.assertEqual(len(vendor.asked("/refresh")), 1)
        self.assertEqual(vendor.asked("/elsewhere"), [])

    def test_a_refresh_endpoint_elsewhere_is_another_destination(self):
        system = vendor.system(vault, "moving", endpoint_parameters={})
        here, there = ENTRY["wire"], {"refresh_endpoint": "https://elsewhere.example/refresh"}
        for wire, held in ((here | {"refresh_endpoint": f"https://{vendors.HOST}/another"}, False),
                           (here | there, True)):
            write_entry(ENTRY | {"id": "moving", "name": "Moving", "wire": wire})
            server.restart()
            vault.reconnect()
            self.assertEqual(vault.get("target-systems", system["id"])["destination_held"], held, wire)

    def test_it_is_there_after_a_restart(self):
        self.sign_in()
        before = self.learned()
        server.restart()
        vault.reconnect()
        self.robot = vault.reader_of(self.client)
        self.assertEqual(self.learned(), before)
        self.assertEqual(vault.get("oauth-clients", self.client["id"])["learned"], before)

    def test_another_sign_in_replaces_all_of_it(self):
        self.sign_in()
        vendor.realm, vendor.instance = "17", "https://evil.example"
        self.sign_in()
        self.assertEqual(self.learned(), {"realm_id": "17"})

    def test_a_callback_that_says_something_else_says_nothing(self):
        #
        vendor.realm = "../../admin\r\nX: 1"
        self.sign_in()
        self.assertEqual(self.learned(), {"instance_url": f"https://na1.{vendors.HOST}"})

    def test_a_revoked_client_knows_nothing(self):
        self.sign_in()
        vault.expect(200, vault.http.post(f"{API}/oauth-clients/{self.client['id']}/revoke-tokens"))
        self.assertEqual(vault.get("oauth-clients", self.client["id"])["learned"], {})


if __name__ == "__main__":
    unittest.main()
