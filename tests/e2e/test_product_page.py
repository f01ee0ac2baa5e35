"""The product page, "Configure OAuth clients", statement by statement in a real browser: P1 to P24.

What is clicked is in console/tests/product_page.mjs and, after a restore, in product_page_restored.mjs; their screenshots are in
console/tests/shots/.
"""
import unittest
import uuid

import browser
import closing
import harness
import session
from client_pair import Pair
from vault import API, Vault

STATEMENTS = 24


def setUpModule():
    global lines
    lines = []
    closing.line(f"product page: 0 of {STATEMENTS}")
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    people, machines, front = world.sign_in_provider(), world.oidc_provider(), world.microsoft_front()
    server = harness.Strongroom(world).start()
    administrator = session.first_administrator(server)
    vault = Vault(server)
    systems = Systems(vault, world, machines, front)
    many = systems.microsoft("Many directories", grant="authorization_code", scopes=["Mail.Read"],
                             supported_accounts="any_directory")
    names = {"plain": systems.secret(), "key": systems.key(), "certificate": systems.certificate(),
             "tenant": systems.microsoft("Application alone"), "many": many,
             "single": systems.microsoft("Single directory", grant="authorization_code", scopes=["Mail.Read"],
                                         supported_accounts="this_directory_only"),
             "person": vault.sign_in_system(people, world=world, name="People")}
    vault.client(names["plain"], label="was there before")
    lines.extend(browser.Script(
        world, "product_page", server, browser.Trusted(people), browser.Trusted(front),
        hosts={front.about["hosts"][0]: front.about["origin"]}, user=administrator.user,
        password=administrator.password, project=vault.project["name"], provider_login="ann",
        systems={kind: system["name"] for kind, system in names.items()},
        tenant=front.about["tenants"][0],
        stranger=stranger(front)).lines())
    lines.extend(restored(world, machines, front))
    proven = measured("product page")["proven"] + measured("product page restored")["proven"]
    closing.line(f"product page: {len(proven)} of {STATEMENTS}")


def restored(world, machines, front):
    """What a browser says of a server that was restored from a backup with a Basic Engine Robot in it."""
    server = harness.Strongroom(world, name="restored").start()
    administrator = session.first_administrator(server)
    vault = Vault(server)
    system = Systems(vault, world, machines, front).secret()
    taken, other = (vault.client(system, label=label) for label in ("taken as input", "not taken"))
    robot = vault.create("robots", {"project": vault.project["id"], "path": "old", "name": "Legacy", "kind": "basic_engine"})
    inputs = f"{API}/robots/{robot['id']}/inputs"
    vault.expect(200, vault.http.request("PUT", inputs, {"items": [{"name": "mail", "oauth_client": taken["id"]}]},
                                         headers={"If-Match": vault.http.get(inputs).headers["ETag"]}))
    identity, file = world.directory / "backup.identity", world.directory / "product-page.backup"
    recipient = run(world, "keygen", "--identity-file", identity).stdout.strip()
    run(world, "create", "--data", server.data, "--recipient", recipient, "--to", file)
    server.stop()
    run(world, "restore", file, "--data", server.data, "--identity-file", identity)
    server.start()
    return browser.Script(world, "product_page_restored", server, user=administrator.user, password=administrator.password,
                          taken=taken["id"], taken_label=taken["label"], other=other["id"]).lines()


def run(world, *words):
    done = world.run("backup", *words)
    assert done.returncode == 0, done.stderr
    return done


def stranger(front):
    """Somebody of another directory than the application's own."""
    account = next(one for one in front.about["accounts"] if one["name"].endswith("@fabrikam.example"))
    return {"login": account["name"], "tenant": account["tid"]}


class Systems:
    """Target systems whose credentials are of every sort."""

    def __init__(self, vault, world, machines, front):
        self.vault, self.world, self.machines, self.front = vault, world, machines, front

    def register(self, method, **more):
        """A client's id at oidc-provider."""
        return self.vault.expect(201, self.machines.client.post("/reg", {
            "grant_types": ["client_credentials"], "response_types": [], "redirect_uris": [],
            "scope": "api:read", "token_endpoint_auth_method": method} | more))["client_id"]

    def machine(self, consumer_key, secret="unused", **more):
        return self.vault.target_system(self.machines.about["token_endpoint"], consumer_key, secret,
                                        world=self.world, scopes=["api:read"], **more)

    def secret(self):
        basic = self.machines.registered("basic")
        return self.machine("basic", basic["client_secret"], name="Secret")

    def key(self):
        made = self.machine("not registered yet", name="Private key", consumer_secrets=[],
                            client_keys=[{"generate": "p256"}], client_authentication="private_key_jwt")
        keys = self.vault.expect(200, self.vault.http.get(f"{API}/target-systems/{made['id']}/jwks"))
        client_id = self.register("private_key_jwt", jwks=keys, token_endpoint_auth_signing_alg="ES256")
        return self.vault.expect(200, self.vault.update("target-systems", made["id"], {"consumer_key": client_id}))

    def certificate(self):
        pair = Pair(self.world.directory, "robots", self.world.pki)
        client_id = self.register("tls_client_auth", tls_client_auth_subject_dn=pair.subject)
        return self.machine(client_id, name="Certificate", consumer_secrets=[],
                            client_authentication="tls_client_auth", client_certificates=[pair.entered()],
                            endpoint_parameters={
                                "token_endpoint": self.machines.about["token_endpoint"],
                                "mtls_token_endpoint": self.machines.about["mtls_token_endpoint"]})

    def microsoft(self, name, **more):
        """Made with Microsoft Azure AD 2.0; acts for itself where `more` says nothing else."""
        application = {"client_id": str(uuid.uuid4()), "home": next(iter(self.front.about["directories"])),
                       "secrets": [{"value": "a-secret-of-the-application"}],
                       "accounts": more.get("supported_accounts", "this_directory_only")}
        self.register_at_front(application)
        made = self.vault.create("target-systems", {
            "name": name, "project": self.vault.project["id"], "service_provider": "microsoft",
            "consumer_key": application["client_id"], "consumer_secret": "a-secret-of-the-application",
            "scopes": [self.front.about["resource"] + "/.default"], "trusted_ca_pem": self.front.ca_pem,
            "allowed_addresses": ["127.0.0.1/32"], "proxy": self.front.about["proxy"]} | more)
        if "callback_url" in made:
            self.register_at_front(application | {"redirect_uris": [made["callback_url"]]})
        return made

    def register_at_front(self, application):
        registered = self.front.client.post("/_test/applications", application)
        assert registered.status == 201, registered


def measured(what):
    return next(line for line in lines if line.get("measure") == what)


class ProductPage(unittest.TestCase):
    def holds(self, statement):
        """What the browser said of it."""
        said = [line for line in lines if line.get("check", "").startswith(f"{statement} ")]
        self.assertEqual(len(said), 1, f"{statement} was not tried")
        self.assertFalse(browser.failures(said), "\n".join(browser.failures(said)))

    def test_nothing_breaks_the_policy_shuts_anybody_out_or_throws(self):
        rest = [line for line in lines if "check" in line and not line["check"].startswith("P")]
        self.assertTrue(rest)
        self.assertFalse(browser.failures(rest), "\n".join(browser.failures(rest)))


def _add(number, name):
    setattr(ProductPage, f"test_p{number:02}_{name}", lambda self: self.holds(f"P{number}"))


for _number, _name in {
        1: "reached_as_repository_vault_oauth_clients",
        2: "the_plus_sign_opens_a_window_over_the_list",
        3: "three_tabs_and_configure_is_active",
        4: "a_project_is_chosen_from_a_list",
        5: "from_there_one_gets_to_the_projects",
        6: "a_target_system_is_chosen_from_a_list",
        7: "a_name_is_typed_into_the_label_box",
        8: "a_tenant_box_only_where_there_is_a_tenant",
        9: "the_tenant_is_pasted",
        10: "help_says_where_the_directory_id_is",
        11: "a_single_tenant_application_asks_for_it",
        12: "a_multi_tenant_application_may_go_without",
        13: "left_empty_the_learned_tenant_is_shown",
        14: "a_box_for_basic_engine_robots",
        15: "the_box_is_off_and_says_whom_it_is_for",
        16: "the_box_is_on_where_basic_engine_robots_were_restored",
        17: "the_box_says_that_it_is_less_secure",
        18: "the_box_is_a_decision_per_client",
        19: "the_box_lists_what_basic_engine_robots_cannot_do",
        20: "the_box_recommends_robots_only",
        21: "next_goes_on",
        22: "client_credentials_lead_to_retrieve_access_tokens",
        23: "all_others_lead_to_authorize",
        24: "credentials_of_every_sort",
}.items():
    _add(_number, _name)
