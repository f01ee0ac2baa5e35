"""A target system from its issuer's address alone, and what an issuer may not do."""
import unittest

import harness
from command_line import CommandLine, file_with
from vault import API, Vault

QUICK = True


def setUpModule():
    global world, hostile, provider, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    provider = world.oidc_provider()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def asked(issuer, **more):
    members = vault.issuer_system(issuer, world=world, **more)
    if "client_keys" in more:
        del members["consumer_secret"]
    return vault.http.post(f"{API}/target-systems", members)


def system_at(issuer, **more):
    return vault.expect(201, asked(issuer, **more))


def discover(system, status=200):
    return vault.expect(status, vault.http.post(f"{API}/target-systems/{system['id']}/discover"))


def approve(system, status=200):
    path = f"{API}/target-systems/{system['id']}"
    answer = vault.http.request("POST", path + "/approve-destination",
                                headers={"If-Match": vault.http.get(path).headers["ETag"]})
    return vault.expect(status, answer)


def token_of(system):
    client = vault.client(system)
    retrieved = vault.retrieve(client)
    assert retrieved.status == 200, retrieved.body
    return vault.reader_of(client).look_up(client)


def events_of(system, action):
    found = vault.audit_events(action=f"target_system.{action}", subject_id=system["id"])["items"]
    return [one["event"] for one in found]


class RealIssuer(unittest.TestCase):
    def works(self, system, client_id):
        token = token_of(system).json["access_token"]
        called = provider.client.get("/api", headers={"Authorization": f"Bearer {token}"})
        self.assertEqual((called.status, called.json["client_id"]), (200, client_id))

    def at(self, client_id, issuer=None, **more):
        secret = provider.registered(client_id)["client_secret"]
        return system_at(issuer or provider.about["issuer"], consumer_key=client_id,
                         consumer_secret=secret, scopes=["api:read"], **more)

    def test_the_issuer_alone_makes_a_target_system_that_works(self):
        #
        system = self.at("basic")
        self.assertEqual(system["issuer"], provider.about["issuer"])
        self.assertEqual(system["token_endpoint"], provider.about["token_endpoint"])
        self.assertEqual((system["pending_metadata"], system["metadata_failure"]), (None, ""))
        self.assertIsNotNone(system["metadata_read_at"])
        self.works(system, "basic")
        report = vault.expect(200, vault.http.post(f"{API}/target-systems/{system['id']}/test"))
        verdicts = {hop["hop"]: hop["verdict"] for hop in report["hops"]}
        self.assertEqual((report["ok"], verdicts["discovery"]), (True, "passed"), report)

    def test_an_issuer_with_a_path_is_found_where_openid_connect_puts_it(self):
        #
        system = self.at("basic", provider.about["path_issuer"])
        self.assertEqual(system["token_endpoint"], provider.about["path_issuer"] + "/token")
        self.assertEqual(token_of(system).status, 200)

    def test_a_chosen_method_counts_more_than_what_is_negotiated(self):
        self.works(self.at("post", client_authentication="client_secret_post"), "post")

    def test_an_assertion_is_made_out_to_the_issuer(self):
        # E12
        for kind, alg in (("p256", "ES256"), ("rsa_2048", "PS256")):
            with self.subTest(kind=kind):
                system = system_at(provider.about["issuer"], consumer_key="to come", scopes=["api:read"],
                                   client_keys=[{"generate": kind}])
                keys = vault.http.get(f"{API}/target-systems/{system['id']}/jwks").json
                answer = provider.client.request("POST", "/reg", {
                    "grant_types": ["client_credentials"], "response_types": [], "redirect_uris": [],
                    "token_endpoint_auth_method": "private_key_jwt", "scope": "api:read",
                    "token_endpoint_auth_signing_alg": alg, "jwks": keys})
                self.assertEqual(answer.status, 201, answer.body)
                client_id = answer.json["client_id"]
                system = vault.expect(200, vault.update("target-systems", system["id"],
                                                        {"consumer_key": client_id}))
                self.assertEqual(system["client_authentication"], "provider_default")
                self.works(system, client_id)

    def test_another_real_server_is_found_by_its_issuer(self):
        #
        glewlwyd = world.glewlwyd()
        issuer = glewlwyd.about["token_endpoint"].removesuffix("/token")
        system = system_at(issuer, consumer_key=glewlwyd.about["client_id"],
                           consumer_secret=glewlwyd.about["client_secret"],
                           scopes=[glewlwyd.about["scope"]])
        self.assertEqual(token_of(system).status, 200)


class ByCommandLine(CommandLine):
    def test_there_is_a_short_form(self):
        self.use(world, server)
        secret = file_with(world, "issuer.secret", provider.registered("basic")["client_secret"])
        name = vault.name("by command line")
        made = self.made("target-system", "create", name, "--provider", "issuer",
                         "--issuer", provider.about["issuer"], "--consumer-key", "basic",
                         "--consumer-secret-file", str(secret), "--trusted-ca-file",
                         str(file_with(world, "issuer-ca.pem", world.ca_pem)),
                         "--allow-address", "127.0.0.1")
        self.assertEqual(made["token_endpoint"], provider.about["token_endpoint"])
        again = self.made("target-system", "discover", name)
        self.assertEqual(again["issuer"], provider.about["issuer"])
        self.assertIn("discovery", self.done("target-system", "test", name).stdout)


class BadIssuer(unittest.TestCase):
    def refused(self, issuer, status=400, **members):
        before = vault.list("target-systems")["total"]
        answer = asked(issuer)
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.json["field"], "/endpoint_parameters/issuer")
        self.assertEqual(vault.list("target-systems")["total"], before)
        for name, value in members.items():
            self.assertEqual(answer.json[name], value, answer.body)
        return answer

    def test_an_address_that_is_no_issuer(self):
        #
        for bad in ("http://127.0.0.1", "https://127.0.0.1/?a=b", "https://127.0.0.1/#a",
                    "https://user@127.0.0.1", "javascript:alert(1)", "127.0.0.1"):
            with self.subTest(issuer=bad):
                self.refused(bad)

    def test_a_document_that_is_not_to_be_believed(self):
        #
        for behaviour in ("foreign", "no-issuer", "javascript", "plain-http", "private", "cloud",
                          "user", "no-token-endpoint", "twice", "not-json", "array", "empty",
                          "deep-json", "not-utf8", "clash"):
            with self.subTest(document=behaviour):
                answer = self.refused(hostile.issuer(behaviour, behaviour), cause="unusable_metadata",
                                      hop="discovery", who_must_act="target_system_owner",
                                      type="/problems/issuer_unreadable")
                for theirs in ("honest.example", "alert", "169.254"):
                    self.assertNotIn(theirs.encode(), answer.body)

    def test_no_document_at_all(self):
        #
        for behaviour in ("error-404", "html"):
            issuer = hostile.issuer("none-" + behaviour, behaviour)
            self.refused(issuer, cause="unusable_metadata")
            lane = issuer.rpartition("/")[2]
            tried = [one["path"] for one in hostile.requests() if lane in one["path"]]
            self.assertEqual(tried, [f"/.well-known/oauth-authorization-server/issuer/{lane}",
                                     f"/.well-known/openid-configuration/issuer/{lane}",
                                     f"/issuer/{lane}/.well-known/openid-configuration"])

    def test_each_well_known_address_is_enough(self):
        #
        for number, form in enumerate(("/.well-known/oauth-authorization-server/",
                                       "/.well-known/openid-configuration/", "/issuer/")):
            with self.subTest(form=form):
                system_at(hostile.issuer(f"form-{number}", f"good?form={form}"))

    def test_the_way_there_fails(self):
        #
        for behaviour, status, cause, hop in (
                ("redirect-302", 424, "redirected", "http"), ("redirect-308", 424, "redirected", "http"),
                ("endless", 503, "oversized", "http"), ("megabytes", 503, "oversized", "http"),
                ("error-500", 503, "provider_unavailable", "http"),
                ("error-429", 503, "rate_limited", "http"), ("close", 503, "interrupted", "http")):
            with self.subTest(behaviour=behaviour):
                self.refused(hostile.issuer("way-" + behaviour, behaviour), status, cause=cause, hop=hop)
        self.assertEqual(hostile.elsewhere(), [])
        self.refused("https://no-such-host.invalid", 503, cause="name_unresolved", hop="name")
        self.refused("https://127.0.0.1:1", 503, cause="unreachable", hop="tcp")
        self.refused("https://169.254.169.254", 424, cause="address_policy", hop="address_policy")

    def test_the_address_policy_is_the_target_systems_own(self):
        #
        answer = asked(hostile.issuer("policy", "good"), allowed_addresses=[])
        self.assertEqual((answer.status, answer.json["cause"]), (424, "address_policy"), answer.body)

    def test_a_server_that_takes_no_way_of_authentication_that_is_known(self):
        #
        answer = asked(hostile.issuer("no-method", "no-method"))
        self.assertEqual((answer.status, answer.json["field"]), (400, "/client_authentication"),
                         answer.body)

    def test_the_test_of_a_target_system_names_discovery(self):
        system = system_at(hostile.issuer("later", "good", "foreign"))
        report = vault.expect(200, vault.http.post(f"{API}/target-systems/{system['id']}/test"))
        self.assertEqual((report["failed_hop"], report["cause"]), ("discovery", "unusable_metadata"))
        self.assertIn("/.well-known/", report["endpoint"])
        self.assertEqual(report["tls"]["subject"], "CN=127.0.0.1")


class ChangedIssuer(unittest.TestCase):
    def test_another_token_endpoint_is_held_until_somebody_approves(self):
        # A-107, E27
        moved = hostile.script("new-endpoint", "good")
        issuer = hostile.issuer("moves", "good", f"good?token={moved}&methods=client_secret_post")
        system = system_at(issuer)
        old = system["token_endpoint"]
        found = discover(system)
        self.assertEqual(found["pending_metadata"]["token_endpoint"],
                         {"accepted": old, "pending": moved})
        self.assertEqual(found["pending_metadata"]["client_authentication"],
                         {"accepted": ["client_secret_basic"], "pending": ["client_secret_post"]})
        self.assertEqual((found["token_endpoint"], found["destination_held"]), (old, False))
        self.assertEqual(token_of(system).status, 200)
        self.assertEqual(hostile.requests("/token/scripted/new-endpoint"), [])
        self.assertEqual([one["fields"] for one in events_of(system, "metadata_held")],
                         [["token_endpoint", "token_endpoint_auth_methods_supported"]])
        discover(system)  # the same again is no event
        self.assertEqual(len(events_of(system, "metadata_held")), 1)
        self.assertEqual(approve(found)["token_endpoint"], moved)
        self.assertIsNone(vault.get("target-systems", system["id"])["pending_metadata"])
        self.assertEqual(token_of(system).status, 200)
        self.assertEqual(len(hostile.requests("/token/scripted/new-endpoint")), 1)
        self.assertEqual(len(events_of(system, "destination_approved")), 1)
        approve(found, 409)

    def test_another_host_of_the_keys_is_held(self):
        #
        system = system_at(hostile.issuer("keys", "good", "good?jwks=https://keys.example/jwks"))
        found = discover(system)
        self.assertEqual(found["pending_metadata"]["jwks_uri"]["pending"], "https://keys.example/jwks")
        self.assertEqual(token_of(system).status, 200)

    def test_what_moves_no_trust_is_taken_over(self):
        #
        system = system_at(hostile.issuer("methods", "good", "good?methods=client_secret_post"))
        token_of(system)
        self.assertIsNone(discover(system)["pending_metadata"])
        token_of(system)
        sent = [one["authorization"] is None for one in hostile.requests("/token/good")][-2:]
        self.assertEqual(sent, [False, True])
        self.assertEqual(events_of(system, "metadata_read")[0]["fields"],
                         ["token_endpoint_auth_methods_supported"])

    def test_a_document_without_a_way_that_works_is_held(self):
        #
        system = system_at(hostile.issuer("weaker", "good", "good?methods=none"))
        found = discover(system)
        self.assertEqual(found["pending_metadata"]["client_authentication"],
                         {"accepted": ["client_secret_basic"], "pending": ["none"]})
        self.assertEqual(token_of(system).status, 200)

    def test_a_detour_by_another_provider_leads_no_secret_to_another_endpoint(self):
        #
        moved = hostile.script("detour", "good")
        issuer = hostile.issuer("detour", "good", f"good?token={moved}")
        system = system_at(issuer)
        away = vault.expect(200, vault.update("target-systems", system["id"], {
            "service_provider": "generic", "endpoint_parameters": {
                "issuer": None, "token_endpoint": hostile.about["token"] + "good"}}))
        self.assertTrue(away["destination_held"])
        back = vault.expect(200, vault.update("target-systems", system["id"], {
            "service_provider": "issuer",
            "endpoint_parameters": {"issuer": issuer, "token_endpoint": None}}))
        self.assertEqual((back["token_endpoint"], back["destination_held"]), (moved, True))
        refused = vault.retrieve(vault.client(system))
        self.assertEqual((refused.status, refused.json["type"]),
                         (409, "/problems/destination_held"), refused.body)
        self.assertEqual(hostile.requests("/token/scripted/detour"), [])

    def test_a_change_that_was_taken_back_needs_no_approval(self):
        #
        system = system_at(hostile.issuer("back", "good", "good?token=https://a.example/t", "good"))
        self.assertIsNotNone(discover(system)["pending_metadata"])
        self.assertIsNone(discover(system)["pending_metadata"])
        approve(system, 409)

    def test_a_document_that_went_bad_leaves_the_accepted_one_in_use(self):
        #
        system = system_at(hostile.issuer("went-bad", "good", "foreign"))
        answer = vault.http.post(f"{API}/target-systems/{system['id']}/discover")
        self.assertEqual((answer.status, answer.json["type"]), (400, "/problems/issuer_unreadable"))
        now = vault.get("target-systems", system["id"])
        self.assertEqual((now["metadata_failure"], now["token_endpoint"]),
                         ("unusable_metadata", system["token_endpoint"]))
        self.assertEqual(token_of(system).status, 200)
        self.assertEqual(events_of(system, "metadata_read")[0]["reason"], "unusable_metadata")

    def test_a_token_endpoint_that_is_gone_has_its_issuer_read_again(self):
        #
        gone = hostile.about["token"] + "error-404"
        moved = hostile.about["token"] + "good"
        system = system_at(hostile.issuer("gone", f"good?token={gone}", f"good?token={moved}"))
        retrieved = vault.retrieve(vault.client(system))
        self.assertEqual((retrieved.status, retrieved.json["cause"]), (424, "endpoint_not_found"))

        def held():
            return vault.get("target-systems", system["id"])["pending_metadata"]
        harness.wait_until(lambda: held() is not None, "the change is held")
        self.assertEqual(held()["token_endpoint"], {"accepted": gone, "pending": moved})
        approve(system)
        self.assertEqual(token_of(system).status, 200)

    def test_another_issuer_holds_the_secrets(self):
        # A-106, E8
        system = system_at(hostile.issuer("first", "good"))
        other = hostile.issuer("second", "good?token=" + hostile.about["token"] + "type-lower")
        changed = vault.expect(200, vault.update("target-systems", system["id"], {"issuer": other}))
        self.assertEqual((changed["issuer"], changed["destination_held"]), (other, True))
        refused = vault.update("target-systems", system["id"], {"issuer": hostile.issuer("x", "foreign")})
        self.assertEqual(refused.status, 400, refused.body)
        self.assertEqual(approve(system)["destination_held"], False)
        self.assertEqual(token_of(system).status, 200)

    def test_without_an_issuer_there_is_nothing_to_discover(self):
        system = system_at(hostile.issuer("leaves", "good"))
        changed = vault.expect(200, vault.update("target-systems", system["id"], {
            "service_provider": "generic", "consumer_secret": "secret", "endpoint_parameters": {
                "issuer": None, "token_endpoint": hostile.about["token"] + "good"}}))
        self.assertEqual((changed["issuer"], changed["metadata_read_at"]), (None, None))
        self.assertEqual(discover(system, 409)["type"], "/problems/no_issuer")

    def test_what_was_accepted_survives_a_restart(self):
        #
        system = system_at(hostile.issuer("restart", "good", "good?token=https://a.example/t"))
        discover(system)
        server.restart()
        vault.reconnect()
        now = vault.get("target-systems", system["id"])
        self.assertEqual(now["token_endpoint"], system["token_endpoint"])
        self.assertIsNotNone(now["pending_metadata"])
        self.assertEqual(token_of(system).status, 200)


if __name__ == "__main__":
    unittest.main()
