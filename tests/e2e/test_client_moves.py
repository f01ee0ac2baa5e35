"""Clients go to another target system, tenant or project while robots use them."""
import json
import threading
import unittest

import harness
import plain_browser
from vault import API, LOOKUP, Vault

SCOPES = ["openid", "offline_access", "email", "api:read"]


def setUpModule():
    global world, provider, hostile, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    provider, hostile = world.sign_in_provider(), world.hostile()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def systems_for(*scopes):
    """A target system for each of these, for all projects, with one registration at the provider."""
    return vault.sign_in_systems(provider, *({"scopes": each, "project": None} for each in scopes),
                                 world=world)


def sign_in(client, login="ann"):
    made = vault.authorize(client)
    plain_browser.Browser(server.ca_file, world.pki / "ca.pem").sign_in(made["url"], login)
    if vault.authorization(made)["state"] == "confirmation_needed":
        vault.expect(200, vault.confirm(made))
    return vault.authorization(made)["state"]


def tried(client, changes):
    """What the changes would come to."""
    path = f"{API}/oauth-clients/{client['id']}"
    current = vault.http.get(path)
    return vault.http.request("PATCH", path, changes, query={"dry_run": "true"},
                              headers={"If-Match": current.headers["ETag"]})


def moved(client, changes):
    return vault.expect(200, vault.update("oauth-clients", client["id"], changes))


def refreshes():
    return provider.client.get("/_test/counts").json["by_grant"].get("refresh_token", 0)


class OnTheCommandLine(unittest.TestCase):
    def run_it(self, *words):
        key = world.directory / "admin.key"
        key.write_text(vault.key)
        return world.run("oauth-client", "move", *words, "--url", server.origin, "--ca-file", server.ca_file,
                         "--key-file", key, "--output", "json")

    def test_a_client_goes_where_it_is_told_and_a_dry_run_only_says_so(self):
        here, there = systems_for(SCOPES, SCOPES)
        client = vault.client(here)
        elsewhere = vault.create("projects", {"name": vault.name("elsewhere")})
        asked = client["question"]
        where = (asked["label"], "--project", asked["project"], "--target-system", asked["target_system"],
                 "--to-target-system", there["name"], "--to-project", elsewhere["name"])
        tried_out = self.run_it(*where, "--dry-run")
        self.assertEqual(tried_out.returncode, 0, tried_out.stderr)
        effects = json.loads(tried_out.stdout)
        self.assertEqual((effects["dry_run"], effects["names_change"]), (True, True))
        self.assertEqual(vault.get("oauth-clients", client["id"])["target_system"], here["id"])
        done = self.run_it(*where)
        self.assertEqual(done.returncode, 0, done.stderr)
        now = vault.get("oauth-clients", client["id"])
        self.assertEqual((now["target_system"], now["project"]), (there["id"], elsewhere["id"]))

    def test_nowhere_is_no_place_to_go_to(self):
        client = vault.client(systems_for(SCOPES)[0])
        self.assertEqual(self.run_it(client["id"]).returncode, 2)
        refused = self.run_it(client["id"], "--to-target-system", "no such system")
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("/target_system", refused.stderr)


class LookingUp:
    """A robot that looks a client up by its id, again and again, until the block ends."""

    def __init__(self, robot, client):
        self.http, self.path = server.client(robot.key), f"{LOOKUP}/{client['id']}"
        self.statuses, self.tokens = [], []
        self.ends = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.ends.is_set():
            answer = self.http.get(self.path)
            self.statuses.append(answer.status)
            self.tokens.append(answer.json.get("access_token"))

    def seen(self, more):
        """Waits for so many look-ups more."""
        wanted = len(self.statuses) + more
        harness.wait_until(lambda: len(self.statuses) >= wanted, f"{more} look-ups more")

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        self.thread.join()
        self.http.close()


class Moves(unittest.TestCase):
    def test_robots_get_the_old_token_until_somebody_has_signed_in_for_the_new_target_system(self):
        #
        mail, post = systems_for(SCOPES, [*SCOPES, "api:write"])
        client = vault.client(mail)
        self.assertEqual(sign_in(client), "completed")
        robot = vault.reader_of(client)
        old = robot.look_up(client).json
        before = refreshes()
        with LookingUp(robot, client) as looking:
            looking.seen(3)
            effects = vault.expect(200, tried(client, {"target_system": post["id"]}))
            self.assertEqual((effects["next"], effects["serves_on"], effects["names_change"]),
                             ("sign_in", True, True), effects)
            self.assertEqual(vault.get("oauth-clients", client["id"])["target_system"], mail["id"])
            now = moved(client, {"target_system": post["id"]})
            self.assertEqual((now["state"], now["token"]["is_former"]), ("needs_sign_in", True))
            self.assertFalse(now["refresh"]["has_refresh_token"])
            looking.seen(3)
            by_name = robot.look_up(client, target_system=post["name"])
            self.assertEqual((by_name.status, by_name.json["access_token"]),
                             (200, old["access_token"]), by_name)
            self.assertEqual(robot.look_up(client).status, 404)  # the name of before
            self.assertEqual(sign_in(client), "completed")
            new = robot.look_up(client, target_system=post["name"]).json
            looking.seen(3)
        self.assertEqual(set(looking.statuses), {200})
        self.assertEqual(set(looking.tokens), {old["access_token"], new["access_token"]})
        self.assertEqual(looking.tokens[-1], new["access_token"])
        self.assertIn("api:write", new["scope"].split())
        self.assertEqual(refreshes(), before)
        self.assertFalse(vault.get("oauth-clients", client["id"])["token"]["is_former"])
        api = provider.client.get("/api", headers={"Authorization": f"Bearer {new['access_token']}"})
        self.assertEqual((api.status, api.json["sub"]), (200, "ann"))

    def test_where_the_grant_is_good_for_the_new_target_system_nobody_has_to_come_back(self):
        #
        mail, post = systems_for(SCOPES, ["openid", "offline_access", "api:read"])
        client = vault.client(mail)
        self.assertEqual(sign_in(client), "completed")
        robot = vault.reader_of(client)
        old = robot.look_up(client).json["access_token"]
        with LookingUp(robot, client) as looking:
            self.assertEqual(tried(client, {"target_system": post["id"]}).json["next"], "retrieval")
            self.assertEqual(moved(client, {"target_system": post["id"]})["state"],
                             "needs_retrieval")
            harness.wait_until(lambda: looking.tokens and looking.tokens[-1] not in (None, old), "a new token")
        self.assertEqual(set(looking.statuses), {200})
        now = vault.get("oauth-clients", client["id"])
        self.assertEqual((now["state"], now["token"]["is_former"]), ("active", False))

    def test_a_provider_that_fails_leaves_the_old_token_in_service(self):
        #
        endpoint = hostile.script("serves-on", "good", "error-500", "good")
        system = vault.target_system(endpoint, "id", "secret", world=world)
        other = vault.target_system(endpoint, "id", "secret", world=world, scopes=["other"])
        client = vault.client(system)
        robot = vault.reader_of(client)
        old = robot.look_up(client).json["access_token"]
        moved(client, {"target_system": other["id"]})
        self.assertEqual(robot.look_up_id(client["id"]).json["access_token"], old)
        self.assertEqual(vault.get("oauth-clients", client["id"])["state"], "failing")
        vault.expect(200, vault.retrieve(client))
        self.assertNotEqual(robot.look_up_id(client["id"]).json["access_token"], old)
        now = vault.get("oauth-clients", client["id"])
        self.assertEqual((now["state"], now["token"]["is_former"]), ("active", False))

    def test_nothing_that_was_entered_for_one_issuer_reaches_another(self):
        #
        mail, = systems_for(SCOPES)
        endpoint = hostile.script("elsewhere", "good")
        elsewhere = vault.target_system(endpoint, "its own", "its own secret", world=world,
                                        project=None)
        finished, draft = vault.client(mail), vault.client(mail, draft=True)
        for client in (finished, draft):
            self.assertEqual(sign_in(client), "completed")
        changes = {"target_system": elsewhere["id"]}
        for answer in (tried(finished, changes), vault.update("oauth-clients", finished["id"], changes)):
            self.assertEqual((answer.status, answer.json["field"]), (400, "/target_system"), answer)
        now = moved(draft, changes)
        self.assertEqual((now["state"], now["token"], now["account"]), ("draft", None, None))
        vault.expect(200, vault.retrieve(draft))
        seen = hostile.requests(path=endpoint.removeprefix(hostile.about["origin"]))
        self.assertEqual(len(seen), 1, seen)
        self.assertIn("grant_type=client_credentials", seen[0]["body"])
        self.assertNotIn("refresh_token", seen[0]["body"])

    def test_in_another_project_only_its_own_robots_get_the_token_after_access_was_granted(self):
        #
        mail, = systems_for(SCOPES)
        client = vault.client(mail)
        self.assertEqual(sign_in(client), "completed")
        robot = vault.reader_of(client)
        vault.grant(client, path_pattern="finance/*")
        token = robot.look_up(client).json["access_token"]
        project = vault.create("projects", {"name": vault.name("project")})
        others = vault.robot(project=project["id"])
        effects = vault.expect(200, tried(client, {"project": project["name"]}))
        self.assertEqual((effects["next"], effects["robot_access"], effects["names_change"]),
                         ("none", 2, True), effects)
        now = moved(client, {"project": project["name"]})
        self.assertEqual((now["project"], now["state"]), (project["id"], "active"))
        for who in (robot, others):
            self.assertEqual(who.look_up_id(client["id"]).status, 404)
            self.assertEqual(who.look_up(client, project=project["name"]).status, 404)
        self.assertEqual(vault.list("robot-access", oauth_client=client["id"])["total"], 0)
        vault.grant(client, others)
        found = others.look_up(client, project=project["name"])
        self.assertEqual((found.status, found.json["access_token"]), (200, token))
        self.assertEqual(robot.look_up_id(client["id"]).status, 404)
        # Sealed for the new project, after a restart too, and renewed from there.
        server.restart()
        vault.reconnect()
        others.http = server.client(others.key)
        self.assertEqual(others.look_up_id(client["id"]).json["access_token"], token)
        vault.expect(200, vault.retrieve(client))
        self.assertNotEqual(others.look_up_id(client["id"]).json["access_token"], token)
