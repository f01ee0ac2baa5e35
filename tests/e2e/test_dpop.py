"""Tokens that are bound to a key of each client (RFC 9449), at a server that wants proofs of it."""
import base64
import contextlib
import hashlib
import json
import sqlite3
import unittest
import urllib.parse

import command_line
import harness
import plain_browser
from vault import API, LOOPBACK, Vault

QUICK = True


def setUpModule():
    global world, provider, hostile, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    provider = world.dpop_provider()
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def bound_system(client_id="bound", **more):
    known = provider.registered(client_id)
    return vault.target_system(provider.about["token_endpoint"], client_id, known["client_secret"], world=world,
                               scopes=["api:read"], **({"dpop": True} | more))


def wants_nonces(**who):
    provider.client.post("/_test/nonces", who)


def seen(what="token"):
    return provider.client.get("/_test/seen").json[what]


def claims(proof):
    part = proof.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def header(proof):
    part = proof.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def call(headers, method="GET", path="/api"):
    return provider.client.request(method, path, headers=headers)


def exchanges(client):
    return vault.expect(200, vault.http.get(f"{API}/oauth-clients/{client['id']}/exchanges"))["items"]


class Bound(unittest.TestCase):
    def setUp(self):
        wants_nonces(token=False, api=False)

    def test_a_robot_calls_a_resource_with_a_header_and_a_proof_for_each_request(self):
        #
        for client_id in ("bound", "jwt"):
            with self.subTest(client_id):
                client = vault.client(bound_system(client_id))
                robot = vault.reader_of(client)
                url = provider.about["api"] + "?page=2"
                answer = robot.header_for(client, url)
                self.assertEqual(answer.status, 200, answer.body)
                headers = answer.json["headers"]
                self.assertEqual(set(headers), {"Authorization", "DPoP"})
                scheme, token = headers["Authorization"].split()
                self.assertEqual(scheme, "DPoP")
                self.assertEqual(answer.json["authorization"], headers["Authorization"])
                proof = headers["DPoP"]
                self.assertEqual((header(proof)["typ"], header(proof)["alg"]), ("dpop+jwt", "ES256"))
                self.assertEqual(set(header(proof)["jwk"]), {"kty", "crv", "x", "y"})
                digest = base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()
                self.assertEqual((claims(proof)["htm"], claims(proof)["htu"], claims(proof)["ath"]),
                                 ("GET", provider.about["api"], digest))
                self.assertEqual(call(headers, path="/api?page=2").json["client_id"], client_id)
                again = call(headers, path="/api?page=2")
                self.assertEqual((again.status, again.json["wrong"]), (401, "used before"))
                other = robot.header_for(client, url, method="DELETE").json["headers"]
                self.assertEqual(call(other).json["wrong"], "another method")
                fresh = robot.header_for(client, url, method="DELETE").json["headers"]
                self.assertEqual(call(fresh, method="DELETE").status, 200)

    def test_the_token_itself_is_not_handed_out(self):
        #
        client = vault.client(bound_system())
        robot = vault.reader_of(client)
        self.assertEqual(robot.header_for(client, provider.about["api"]).status, 200)
        answer = robot.look_up(client)
        self.assertEqual((answer.status, answer.json["type"]), (409, "/problems/token_is_bound"))
        self.assertIn("authorization header", answer.json["detail"])
        self.assertNotIn("access_token", answer.json)
        shown = vault.get("oauth-clients", client["id"])["token"]
        self.assertEqual((shown["token_type"], shown["is_bound"]), ("DPoP", True))

    def test_each_client_has_one_key_that_outlives_a_restart_and_never_leaves(self):
        #
        system = bound_system()
        clients = [vault.client(system), vault.client(system)]
        robots = [vault.reader_of(client) for client in clients]
        before = len(seen())
        keys = [header(robot.header_for(client, provider.about["api"]).json["headers"]["DPoP"])["jwk"]
                for robot, client in zip(robots, clients)]
        self.assertNotEqual(keys[0], keys[1])
        proofs = seen()[before:]
        self.assertEqual([proof["status"] for proof in proofs], [200, 200])
        self.assertEqual(len({proof["jti"] for proof in proofs}), 2)
        self.assertEqual(len({proof["jkt"] for proof in proofs}), 2)
        server.stop()
        server.start()
        vault.reconnect()
        robot, client = robots[0], clients[0]
        robot.http = server.client(robot.key)
        headers = robot.header_for(client, provider.about["api"]).json["headers"]
        self.assertEqual(header(headers["DPoP"])["jwk"], keys[0])
        self.assertEqual(call(headers).status, 200)
        vault.expect(200, vault.http.post(f"{API}/oauth-clients/{client['id']}/retrieve-tokens"))
        self.assertEqual(seen()[-1]["jkt"], proofs[0]["jkt"])
        with contextlib.closing(sqlite3.connect(server.data / "state.db")) as state:
            stored = dict(state.execute("SELECT hex(oauth_client_id), sealed_key FROM dpop_keys"))
        mine = stored[client["id"].replace("-", "").upper()]
        self.assertNotIn(base64.urlsafe_b64decode(keys[0]["x"] + "=="), mine)

    def test_nonces_of_both_servers_are_followed(self):
        #
        wants_nonces(token=True, api=True)
        client = vault.client(bound_system())
        robot = vault.reader_of(client)
        before = len(seen())
        headers = robot.header_for(client, provider.about["api"]).json["headers"]
        tries = seen()[before:]
        self.assertEqual(tries[-1]["status"], 200)
        self.assertTrue(tries[-1]["nonce"])
        self.assertLessEqual(len(tries), 2)
        self.assertEqual(len({each["jti"] for each in tries}), len(tries))
        refused = call(headers)
        self.assertEqual((refused.status, refused.json["error"]), (401, "use_dpop_nonce"))
        nonce = refused.headers["DPoP-Nonce"]
        headers = robot.header_for(client, provider.about["api"], dpop_nonce=nonce).json["headers"]
        self.assertEqual(claims(headers["DPoP"])["nonce"], nonce)
        self.assertEqual(call(headers).status, 200)
        # The authorization server's is remembered: no other try is needed for the next client.
        other = vault.client(bound_system())
        before = len(seen())
        vault.expect(200, vault.http.post(f"{API}/oauth-clients/{other['id']}/retrieve-tokens"))
        self.assertEqual([each["error"] for each in seen()[before:]], [None])
        bad = robot.header_for(client, provider.about["api"], dpop_nonce="not \"one\"")
        self.assertEqual((bad.status, bad.json["field"]), (400, "/dpop_nonce"))

    def test_the_first_nonce_costs_one_more_try_and_the_flight_recorder_shows_both_proofs(self):
        #
        fresh = world.dpop_provider()
        fresh.client.post("/_test/nonces", {"token": True})
        system = vault.target_system(fresh.about["token_endpoint"], "bound", fresh.registered("bound")["client_secret"],
                                     world=world, scopes=["api:read"], dpop=True)
        client = vault.client(system)
        vault.expect(200, vault.http.post(f"{API}/oauth-clients/{client['id']}/retrieve-tokens"))
        tries = fresh.client.get("/_test/seen").json["token"]
        self.assertEqual([each["error"] for each in tries], ["use_dpop_nonce", None])
        self.assertEqual((tries[0]["nonce"], bool(tries[1]["nonce"])), (None, True))
        newest = exchanges(client)[0]
        proofs = [each for each in newest["request"]["parameters"] if each["name"] == "DPoP"]
        self.assertEqual(len(proofs), 2)
        self.assertNotIn("eyJ", json.dumps(newest))

    def test_a_target_system_of_an_issuer_learns_it_from_the_metadata(self):
        known = provider.registered("bound")
        made = vault.create("target-systems", vault.issuer_system(
            provider.about["issuer"], world=world, consumer_key="bound", dpop=True,
            consumer_secret=known["client_secret"], grant="client_credentials", scopes=["api:read"]))
        self.assertTrue(made["dpop"])
        client = vault.client(made)
        self.assertEqual(call(vault.reader_of(client).header_for(client, provider.about["api"]).json["headers"]).status, 200)
        refused = vault.http.post(f"{API}/target-systems", {
            "name": vault.name("elsewhere"), "service_provider": "github", "grant": "authorization_code", "dpop": True})
        self.assertEqual((refused.status, refused.json["field"]), (400, "/dpop"))

    def test_the_test_of_a_target_system_proves_a_passing_key(self):
        system = bound_system()
        before = len(seen())
        answer = vault.http.post(f"{API}/target-systems/{system['id']}/test")
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual([(each["status"], bool(each["jkt"])) for each in seen()[before:]], [(200, True)])

    def test_switching_it_drops_the_tokens_that_are_not_bound(self):
        #
        system = bound_system("bearer", dpop=False)
        client = vault.client(system)
        robot = vault.reader_of(client)
        self.assertEqual(robot.look_up(client).status, 200)
        vault.expect(200, vault.update("target-systems", system["id"], {"dpop": True}))
        self.assertEqual(robot.look_up(client).json["type"], "/problems/token_is_bound")
        headers = robot.header_for(client, provider.about["api"]).json["headers"]
        self.assertEqual(call(headers).status, 200)


class AtTheCommandLine(command_line.CommandLine):
    @classmethod
    def setUpClass(cls):
        cls.use(world, server)

    def test_it_is_switched_on_and_both_headers_are_printed(self):
        #
        wants_nonces(token=False, api=False)
        known = provider.registered("bound")
        system = self.made("target-system", "create", vault.name("bound"), "--project", vault.project["name"],
                           "--provider", "generic", "--token-endpoint", provider.about["token_endpoint"],
                           "--consumer-key", "bound", "--consumer-secret-file", "-", "--scope", "api:read",
                           "--trusted-ca-file", world.pki / "ca.pem", "--allow-address", LOOPBACK, "--dpop", "true",
                           stdin=known["client_secret"])
        self.assertTrue(system["dpop"])
        client = vault.client(system)
        robot = vault.reader_of(client)
        env = self.admin | {"STRONGROOM_KEY_FILE": str(command_line.file_with(world, "bound.key", robot.key))}
        done = self.run_as(env, "authorization-header", provider.about["api"], "--id", client["id"])
        headers = dict(line.split(": ", 1) for line in done.stdout.splitlines())
        self.assertEqual(set(headers), {"Authorization", "DPoP"})
        self.assertEqual(call(headers).status, 200)
        again = self.run_as(env, "authorization-header", provider.about["api"], "--id", client["id"], "--dpop-nonce", "n-1")
        proof = again.stdout.split("DPoP: ")[1].strip()
        self.assertEqual(claims(proof)["nonce"], "n-1")


class SignIn(unittest.TestCase):
    def test_a_code_and_its_refreshes_are_bound_to_the_clients_key(self):
        #
        wants_nonces(token=True, api=False)
        system = vault.sign_in_system(provider, world=world, dpop=True)
        client = vault.client(system)
        made = vault.authorize(client)
        browser = plain_browser.Browser(server.ca_file, world.pki / "ca.pem")
        before = len(seen())
        browser.sign_in(made["url"], "ann")
        if vault.authorization(made)["state"] == "confirmation_needed":
            vault.expect(200, vault.confirm(made))
        self.assertEqual(vault.authorization(made)["state"], "completed")
        codes = [each for each in seen()[before:] if each["grant_type"] == "authorization_code"]
        self.assertEqual(codes[-1]["status"], 200)
        self.assertEqual(seen("authorize")[-1]["dpop_jkt"], codes[-1]["jkt"])
        robot = vault.reader_of(client)
        headers = robot.header_for(client, provider.about["api"]).json["headers"]
        self.assertEqual(call(headers).json["sub"], "ann")
        vault.expect(200, vault.http.post(f"{API}/oauth-clients/{client['id']}/retrieve-tokens"))
        last = seen()[-1]
        self.assertEqual((last["grant_type"], last["status"], last["jkt"]), ("refresh_token", 200, codes[-1]["jkt"]))
        headers = robot.header_for(client, provider.about["api"]).json["headers"]
        self.assertEqual(call(headers).json["sub"], "ann")


class Hostile(unittest.TestCase):
    def client_at(self, *behaviours):
        endpoint = hostile.script(vault.name("dpop").replace(" ", "-"), *behaviours)
        return vault.client(vault.target_system(endpoint, "key", "secret", world=world, dpop=True))

    def retrieve(self, client):
        return vault.http.post(f"{API}/oauth-clients/{client['id']}/retrieve-tokens")

    def test_a_bearer_answer_to_a_proof_is_a_downgrade(self):
        #
        client = self.client_at("good")
        answer = self.retrieve(client)
        self.assertEqual((answer.status, answer.json["cause"]), (424, "unusable_token_type"))
        self.assertIn("not bound", answer.json["detail"])
        self.assertIsNone(vault.get("oauth-clients", client["id"])["token"])
        self.assertEqual(vault.reader_of(client).header_for(client, "https://api.example/x").status, 424)

    def test_an_endless_wish_for_nonces_is_followed_once(self):
        #
        hostile.client.post("/_test/reset")
        client = self.client_at("use-dpop-nonce")
        answer = self.retrieve(client)
        self.assertEqual((answer.status, answer.json["cause"]), (424, "refused"))
        asked = hostile.client.get("/_test/requests").json
        self.assertEqual(len(asked), 2)
        proofs = [claims(each["headers"]["DPoP"]) for each in asked]
        self.assertEqual(proofs[1]["nonce"], "another-one")
        self.assertNotEqual(proofs[0]["jti"], proofs[1]["jti"])
        for each in asked:
            self.assertEqual(urllib.parse.urlsplit(claims(each["headers"]["DPoP"])["htu"]).query, "")

    def test_a_nonce_that_cannot_stand_in_a_proof_is_none(self):
        #
        hostile.client.post("/_test/reset")
        client = self.client_at("use-dpop-nonce?DPoP_Nonce=" + "n" * 2000)
        self.assertEqual(self.retrieve(client).status, 424)
        self.assertEqual(len(hostile.client.get("/_test/requests").json), 1)

    def test_what_only_says_that_it_is_bound_is_kept_from_look_ups(self):
        client = self.client_at("bound")
        self.assertEqual(self.retrieve(client).status, 200)
        self.assertEqual(vault.reader_of(client).look_up(client).status, 409)


if __name__ == "__main__":
    unittest.main()
