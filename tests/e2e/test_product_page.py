"""The product page, statement by statement, in a real browser; see console/tests/product_page.mjs."""
import unittest

import browser
import closing
import harness
import session
from vault import Vault

STATEMENTS = 24  # P16 and P19 wait for delivery and restore


def setUpModule():
    global lines
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    provider = world.sign_in_provider()
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    administrator = session.first_administrator(server)
    vault = Vault(server)
    plain = vault.target_system(hostile.about["token"] + "good", "key", "secret", world=world, name="Plain system")
    person = vault.sign_in_system(provider, world=world, name="Person system")
    microsoft = {"service_provider": "microsoft", "grant": "authorization_code", "consumer_key":
                 "11111111-2222-4333-8444-555555555555", "consumer_secret": "secret", "scopes": ["Mail.Read"]}
    vault.create("target-systems", microsoft | {"name": "Single directory", "supported_accounts": "this_directory_only"})
    many = vault.create("target-systems", microsoft | {"name": "Many directories", "supported_accounts": "any_directory",
                                                       "default_tenant": "contoso.example"})
    tenant = vault.client(many)
    try:
        lines = list(browser.Script(
            world, "product_page", server, Trusted(provider), user=administrator.user,
            password=administrator.password, project=vault.project["name"], provider_login="ann",
            systems={"plain": plain["name"], "person": person["name"], "single": "Single directory",
                     "many": "Many directories"},
            clients={"tenant": tenant["id"], "tenant_text": "contoso.example"}).lines())
    finally:
        proven = [line for line in lines if line.get("measure") == "product page"] if "lines" in globals() else []
        closing.line(f"product page: {proven[0]['proven'] if proven else 0} of {STATEMENTS}")


class Trusted:
    """What browser.Script asks of a server whose certificate it is to trust."""

    def __init__(self, provider):
        self.origin = provider.about["issuer"]
        self.ca_file = provider.ca_file


class ProductPage(unittest.TestCase):
    def test_every_statement_holds(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} statements failed:", *wrong]))

    def test_all_but_those_that_wait_are_proven(self):
        proven = next(line for line in lines if line.get("measure") == "product page")
        self.assertEqual(proven["proven"], STATEMENTS - 2)
