"""A target system from the address of a resource alone: a real remote MCP server, and hostile ones."""
import base64
import json
import unittest

import harness
import plain_browser
from command_line import TRY_AGAIN, CommandLine, file_with
from vault import API, LOOPBACK, Vault


def setUpModule():
    global world, mcp, hostile, issuer, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    mcp = world.mcp_server()
    hostile = world.hostile_resource()
    issuer = mcp.about["issuer"]
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def ask(resource, **more):
    return vault.http.post(f"{API}/resource-discoveries", {
        "resource": resource, "trusted_ca_pem": world.ca_pem, "allowed_addresses": [LOOPBACK]} | more)


def proposal(resource):
    return vault.expect(200, ask(resource))


def members(resource, **more):
    """What is posted for a target system of this resource."""
    found = vault.issuer_system(issuer, world=world, protected_resource=resource, grant="authorization_code",
                                scopes=["tools:use", "offline_access"])
    del found["consumer_key"], found["consumer_secret"]
    return found | more


def registered(system):
    """The target system once somebody has registered it at the provider."""
    reg = vault.expect(201, mcp.client.post("/reg", {
        "redirect_uris": [system["callback_url"]], "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"], "token_endpoint_auth_method": "client_secret_basic",
        "scope": "openid offline_access tools:use tools:list"}))
    return vault.expect(200, vault.update("target-systems", system["id"], {
        "consumer_key": reg["client_id"], "consumer_secret": reg["client_secret"]}))


def audience(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["aud"]


def whoami(token):
    """What the MCP server says of whoever has the token."""
    answer = harness.Client(mcp.about["resource"].removesuffix("/mcp"), mcp.ca_file).request(
        "POST", "/mcp", {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "whoami", "arguments": {}}},
        headers={"Authorization": f"Bearer {token}", "Accept": "application/json, text/event-stream"})
    return json.loads(answer.json["result"]["content"][0]["text"]) if answer.status == 200 else answer.status


class RealServer(unittest.TestCase):
    def test_its_address_alone_says_where_tokens_come_from(self):
        #
        found = proposal(mcp.about["resource"])
        self.assertEqual((found["resource"], found["name"], found["scopes"]),
                         (mcp.about["resource"], "Tools for tests", ["tools:use"]))
        self.assertEqual([one["issuer"] for one in found["authorization_servers"]], [issuer])
        one = found["authorization_servers"][0]
        self.assertEqual((one["pkce"], one["registration"], one["problem"], one["message"]),
                         (True, "dynamic", None, None))
        self.assertIn("authorization_code", one["grants"])
        self.assertEqual(one["scopes"], ["tools:use", "offline_access"])

    def test_a_person_signs_in_and_a_robot_calls_its_tool(self):
        #
        resource = mcp.about["resource"]
        system = vault.create("target-systems", members(resource))
        self.assertEqual((system["protected_resource"], system["issuer"]), (resource, issuer))
        self.assertIn("consumer_key", system["missing"])
        system = registered(system)
        self.assertEqual(system["missing"], [])
        before = len(mcp.client.get("/_test/asked").json)
        client = vault.client(system)
        made = vault.authorize(client)
        plain_browser.Browser(server.ca_file, world.pki / "ca.pem").sign_in(made["url"], "ann")
        vault.expect(200, vault.confirm(made))
        robot = vault.reader_of(client)
        token = robot.look_up(client).json["access_token"]
        self.assertEqual(audience(token), resource)
        self.assertEqual(whoami(token)["sub"], "ann")
        self.assertEqual(vault.retrieve(client).status, 200)
        renewed = robot.look_up(client).json["access_token"]
        self.assertNotEqual(renewed, token)
        self.assertEqual((audience(renewed), whoami(renewed)["sub"]), (resource, "ann"))
        asked = mcp.client.get("/_test/asked").json[before:]
        self.assertEqual([(one["path"], one["grant_type"]) for one in asked],
                         [("/auth", None), ("/token", "authorization_code"), ("/token", "refresh_token")])
        self.assertEqual([one["resource"] for one in asked], [[resource]] * 3)
        self.goes_nowhere_else(robot, client)

    def goes_nowhere_else(self, robot, client):
        path = f"{API}/lookup/oauth-clients/{client['id']}/authorization-header"
        own = robot.http.post(path, {"method": "POST", "url": mcp.about["resource"]})
        self.assertEqual(own.status, 200, own.body)
        for url in ("https://evil.example/mcp", mcp.about["resource"] + "/../admin", issuer + "/mcp"):
            other = robot.http.post(path, {"method": "POST", "url": url})
            self.assertEqual((other.status, other.json["field"]), (400, "/url"), url)
        other = robot.look_up(client, resource="https://evil.example")
        self.assertEqual((other.status, other.json["type"]), (400, "/problems/unknown_resource"))

    def test_settings_that_would_have_tokens_elsewhere_are_refused(self):
        #
        resource = mcp.about["resource"]
        for more, field in (({"resources": ["https://evil.example"]}, "/resources"),
                            ({"endpoint_parameters": {"resource": "https://evil.example"}}, "/endpoint_parameters"),
                            ({"callback": "plain"}, "/callback"), ({"callback": "oob"}, "/callback"),
                            ({"service_provider": "generic", "issuer": None}, None),
                            ({"protected_resource": resource.replace("https", "http")}, "/protected_resource")):
            with self.subTest(more=more):
                wanted = {name: value for name, value in members(resource, **more).items() if value is not None}
                answer = vault.http.post(f"{API}/target-systems", wanted)
                self.assertEqual(answer.status, 400, answer.body)
                if field:
                    self.assertEqual(answer.json["field"], field)


class ByCommandLine(CommandLine):
    def test_discover_shows_and_create_chooses(self):
        #
        self.use(world, server)
        ca = str(file_with(world, "resource-ca.pem", world.ca_pem))
        way = ["--trusted-ca-file", ca, "--allow-address", LOOPBACK]
        found = self.made("target-system", "discover", mcp.about["resource"], *way)
        self.assertEqual(found["authorization_servers"][0]["issuer"], issuer)
        name = vault.name("by command line")
        made = self.made("target-system", "create", name, "--provider", "issuer", "--issuer", issuer,
                         "--protected-resource", found["resource"], "--grant", "authorization_code",
                         "--scope", "tools:use", *way)
        self.assertEqual(made["protected_resource"], mcp.about["resource"])
        self.assertEqual(self.made("target-system", "discover", name)["issuer"], issuer)
        self.done("target-system", "discover", "https://127.0.0.1:1/mcp", *way, code=TRY_AGAIN)


class HostileResource(unittest.TestCase):
    def setUp(self):
        hostile.client.post("/_test/reset", {})
        self.resource = hostile.about["origin"] + "/tools"
        self.well_known = "/.well-known/oauth-protected-resource"

    def say(self, path, status, body, **headers):
        hostile.client.post("/_test/say", {"path": path, "status": status, "body": body,
                                           "headers": {name.replace("_", "-"): value for name, value in headers.items()}})

    def challenge(self, value="Bearer"):
        self.say("/tools", 401, "", WWW_Authenticate=value)

    def document(self, path=None, **changes):
        said = {"resource": self.resource, "authorization_servers": [issuer]} | changes
        self.say(path or self.well_known + "/tools", 200, json.dumps(said), Content_Type="application/json")

    def asked(self):
        return [one["path"] for one in hostile.client.get("/_test/requests").json]

    def refused(self, cause=None, resource=None, status=400):
        answer = ask(resource or self.resource)
        self.assertEqual((answer.status, answer.json["type"], answer.json["field"]),
                         (status, "/problems/resource_unreadable", "/resource"), answer.body)
        if cause:
            self.assertEqual(answer.json["cause"], cause)
        self.assertEqual(hostile.client.get("/_test/elsewhere").json, [])
        return answer

    def test_the_path_is_asked_before_the_root(self):
        #
        self.challenge()
        self.document(self.well_known)
        self.assertEqual(proposal(self.resource)["resource"], self.resource)
        self.assertEqual(self.asked(), ["/tools", self.well_known + "/tools", self.well_known])

    def test_it_names_another_resource(self):
        #
        self.challenge()
        for other in ("https://honest.example/tools", self.resource + "/", self.resource.upper(), ""):
            with self.subTest(resource=other):
                self.document(resource=other)
                self.refused("unusable_metadata")

    def test_its_metadata_is_said_to_be_on_another_host(self):
        #
        for url in (hostile.about["other_origin"] + "/about", "http://127.0.0.1/about", "https://169.254.169.254/",
                    "https://user@" + hostile.about["origin"].removeprefix("https://") + "/about"):
            with self.subTest(url=url):
                self.challenge(f'Bearer resource_metadata="{url}"')
                self.refused("unusable_metadata")
        self.assertEqual(set(self.asked()), {"/tools"})

    def test_it_sends_the_request_elsewhere_or_around_in_circles(self):
        #
        elsewhere = hostile.about["other_origin"] + "/tools"
        for path, location in (("/tools", elsewhere), ("/tools", self.resource),
                               (self.well_known + "/tools", elsewhere), (self.well_known + "/tools", self.well_known + "/tools")):
            with self.subTest(path=path, location=location):
                hostile.client.post("/_test/reset", {})
                self.challenge()
                self.say(path, 302, "", Location=location)
                self.refused("redirected", status=424)
                self.assertEqual(self.asked().count(path), 1)

    def test_it_says_more_than_anybody_reads(self):
        #
        self.challenge()
        self.say(self.well_known + "/tools", 200, None, Content_Type="application/json")
        self.refused("oversized", status=503)
        self.document(authorization_servers=[f"https://{i}.example" for i in range(1000)])
        self.refused("unusable_metadata")
        self.document(padding="a" * 100_000)
        self.refused("oversized", status=503)
        # A challenge that is none, or never ends, is no challenge: its well-known addresses are asked.
        self.document()
        for challenge in ("Bearer " + ",".join(f"a{i}=b" for i in range(2000)), 'Bearer a="', '"', "Bearer a=1, a=2"):
            self.challenge(challenge)
            self.assertEqual(proposal(self.resource)["resource"], self.resource)
        self.say("/tools", 200, None)
        self.assertEqual(proposal(self.resource)["resource"], self.resource)

    def test_what_it_names_is_shown_as_text_and_not_asked(self):
        #
        self.challenge()
        other = hostile.about["other_origin"]
        named = [other.replace("https", "http"), other.replace("://", "://user@"), other + "/?a=b", "javascript:alert(1)", "\u202egro"]
        self.document(authorization_servers=named, resource_name="<b>\u0007Tools\u202e</b>",
                      jwks_uri=other + "/jwks", resource_documentation=other + "/help", signed_metadata="e30.e30.")
        found = proposal(self.resource)
        self.assertEqual({one["problem"] for one in found["authorization_servers"]}, {"not_an_issuer"})
        self.assertEqual(found["name"], "<b>\ufffdTools\ufffd</b>")
        self.assertEqual(found["authorization_servers"][4]["issuer"], "\ufffdgro")
        self.assertEqual(hostile.client.get("/_test/elsewhere").json, [])

    def test_addresses_that_nobody_opened_are_not_asked(self):
        #
        answer = ask(self.resource, allowed_addresses=[])
        self.assertEqual((answer.json["type"], answer.json["cause"]), ("/problems/resource_unreadable", "address_policy"))
        self.assertEqual(self.asked(), [])
        for bad in ("http://127.0.0.1/tools", "https://user@127.0.0.1/", "https://127.0.0.1/#a", "127.0.0.1", ""):
            answer = ask(bad)
            self.assertEqual((answer.status, answer.json["field"]), (400, "/resource"), bad)

    def test_a_server_that_does_not_list_pkce_cannot_be_chosen(self):
        #
        self.challenge()
        self.document(authorization_servers=[mcp.about["plain_issuer"]])
        one = proposal(self.resource)["authorization_servers"][0]
        self.assertEqual((one["pkce"], one["problem"]), (False, "no_pkce"))
        answer = vault.http.post(f"{API}/target-systems", members(self.resource, issuer=mcp.about["plain_issuer"]))
        self.assertEqual((answer.status, answer.json["type"]), (400, "/problems/no_pkce"), answer.body)

    def test_another_server_is_followed_by_nobody_but_a_person(self):
        #
        self.challenge()
        self.document()
        system = registered(vault.create("target-systems", members(self.resource)))
        self.document(authorization_servers=[hostile.about["other_origin"]])
        path = f"{API}/target-systems/{system['id']}"
        read = vault.http.post(path + "/discover")
        self.assertEqual((read.status, read.json["type"], read.json["field"]),
                         (409, "/problems/issuer_not_named", "/endpoint_parameters/issuer"), read.body)
        now = vault.http.get(path).json
        self.assertEqual((now["issuer"], now["token_endpoint"], now["metadata_failure"]),
                         (issuer, issuer + "/token", "unusable_metadata"))
        # And what a person enters is what the resource names, or nothing.
        self.document()
        refused = vault.update("target-systems", system["id"], {"issuer": mcp.about["plain_issuer"]})
        self.assertEqual((refused.status, refused.json["type"]), (409, "/problems/issuer_not_named"), refused.body)
        self.assertEqual(vault.expect(200, vault.http.post(path + "/discover"))["metadata_failure"], "")

    def test_a_target_system_needs_the_resource_to_name_its_issuer(self):
        #
        self.challenge()
        self.document(authorization_servers=["https://other.example"])
        answer = vault.http.post(f"{API}/target-systems", members(self.resource))
        self.assertEqual((answer.status, answer.json["type"]), (409, "/problems/issuer_not_named"), answer.body)


if __name__ == "__main__":
    unittest.main()
