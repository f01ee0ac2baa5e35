"""What will fail is known before it does: clocks, forecast, warnings, and robots that say how long they will run."""
import datetime
import unittest

import harness
from command_line import CONFLICT, FAILED, USAGE, CommandLine, file_with
from vault import API, Vault

QUICK = True


def setUpModule():
    global world, hostile, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def moment_in(**more):
    then = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**more)
    return then.strftime("%Y-%m-%dT%H:%M:%SZ")


def day_in(days):
    return moment_in(days=days)[:10]


def person_client(owner=None, **tokens):
    """A client for which somebody signed in elsewhere."""
    system = vault.target_system(hostile.about["token"] + "good", "id", "secret", world=world, grant="authorization_code",
                                 endpoint_parameters={"token_endpoint": hostile.about["token"] + "good",
                                                      "authorization_endpoint": hostile.about["origin"] + "/authorize"})
    client = vault.client(system, **({"owner": owner} if owner else {}))
    vault.expect(200, vault.http.post(f"{API}/oauth-clients/{client['id']}/import-tokens", tokens))
    return client


def dying(owner=None, **in_time):
    """Nothing renews its access token."""
    return person_client(owner, access_token="brought-along", expires_at=moment_in(**in_time))


def forecast(**query):
    answer = vault.http.get(f"{API}/forecast", query=query)
    return vault.expect(200, answer)


def item_of(client, **query):
    found = [one for one in forecast(page_size=1000, **query)["items"] if one["oauth_client"] == client["id"]]
    return found[0] if found else None


class Forecast(unittest.TestCase):
    def test_it_says_which_client_fails_when_why_and_which_robots_use_it(self):
        # field.md pain 4
        client = dying(days=5)
        robot = vault.robot()
        vault.grant(client, robot)
        found = item_of(client)
        self.assertEqual((found["cause"], found["warning_days"], found["clients"]), ("no_refresh_token", 7, 1))
        self.assertEqual([one["robot"] for one in found["robots"]], [robot.id])
        self.assertFalse(found["more_robots"])
        self.assertIsNone(item_of(client, within=4))
        clocks = vault.expect(200, vault.http.get(f"{API}/oauth-clients/{client['id']}/clocks"))
        self.assertEqual(clocks["end"]["at"], found["ends_at"])
        self.assertEqual(clocks["access_token"], found["ends_at"])
        self.assertIsNone(clocks["refresh_token_idle"])

    def test_a_credential_that_ends_is_one_item_with_all_its_clients(self):
        system = vault.target_system(hostile.about["token"] + "good", "id", "unused", world=world, consumer_secrets=[
            {"value": "secret", "expires_on": day_in(12)}, {"value": "older", "expires_on": day_in(3)}])
        for _ in range(3):
            vault.client(system)
        found = [one for one in forecast(page_size=1000)["items"] if one["target_system"] == system["id"]]
        self.assertEqual([(one["cause"], one["clients"], one["warning_days"], one["oauth_client"]) for one in found],
                         [("credential", 3, 15, None)])

    def test_each_owner_has_one_list(self):
        mine = [dying({"name": "Ada", "email": "ada@example.org"}, days=days)["id"] for days in (80, 20)]
        dying({"name": "Bob", "email": "bob@example.org"}, days=10)
        answer = vault.expect(200, vault.http.get(f"{API}/expiries", query={"owner": "ADA@example.org"}))
        self.assertEqual([one["oauth_client"] for one in answer["items"]], mine[::-1])
        self.assertEqual([one["warning_days"] for one in answer["items"]], [30, 90])
        self.assertEqual(answer["total"], 2)

    def test_what_ends_within_a_week_is_for_somebody_to_look_at_and_counted(self):
        dying(days=2)
        items = vault.expect(200, vault.http.get(f"{API}/attention"))["items"]
        self.assertIn("clients_dying", [one["kind"] for one in items])
        lines = server.metrics().splitlines()
        names = [line for line in lines if line.startswith("strongroom_clients_dying_within{")]
        self.assertEqual(len(names), 6)

    def test_a_living_refresh_token_is_no_end(self):
        client = person_client(refresh_token="brought-along")
        self.assertIsNone(item_of(client, within=365))

    def test_what_makes_no_sense_is_refused_by_name(self):
        for name, bad in (("within", 0), ("within", 366), ("within", "soon"), ("owner", ""), ("page", 0)):
            with self.subTest(name=name, bad=bad):
                answer = vault.http.get(f"{API}/forecast", query={name: bad})
                self.assertEqual((answer.status, answer.json.get("field")), (400, name))


class BeforeARun(unittest.TestCase):
    """A robot says how long it will run, or until when, and hears a clear no before it starts."""

    @classmethod
    def setUpClass(cls):
        cls.client = vault.client_at(hostile.about["token"] + "good?expires_in=600", world=world)
        cls.robot = vault.reader_of(cls.client)

    def asked(self, **query):
        return self.robot.look_up(self.client, **query)

    def test_a_run_within_the_tokens_life_gets_one_that_lasts(self):
        #
        answer = self.asked(run=300)
        self.assertGreaterEqual(answer.json["expires_in"], 300)
        self.assertEqual(self.asked(deadline=moment_in(seconds=300)).status, 200)

    def test_a_run_that_is_too_long_is_refused_with_what_can_be_had(self):
        #
        for query in ({"run": 3600}, {"deadline": moment_in(hours=1)}, {"min_ttl": 1, "run": 3600},
                      {"run": 1, "deadline": moment_in(hours=1)}):
            with self.subTest(**query):
                answer = self.asked(**query)
                self.assertEqual((answer.status, answer.json["type"]), (409, "/problems/min_ttl_not_met"))
                self.assertIn(answer.json["max_ttl"], range(500, 601))
                self.assertNotIn("access_token", answer.json)

    def test_what_is_no_run_and_no_deadline_is_refused_by_name(self):
        for name, bad in (("run", "-1"), ("run", "long"), ("run", ""), ("deadline", "tomorrow"), ("deadline", ""),
                          ("deadline", "2026-11-31T00:00:00Z"), ("deadline", moment_in(seconds=-5)),
                          ("deadline", "9999-01-01T00:00:00Z")):
            with self.subTest(name=name, bad=bad):
                answer = self.asked(**{name: bad})
                self.assertEqual((answer.status, answer.json.get("field")), (400, name))

    def test_without_a_good_key_nothing_is_said_of_what_is_wrong(self):
        answer = server.client("srk_robot_" + "A" * 43).get(
            f"{API}/lookup/oauth-clients", query=self.client["question"] | {"deadline": "tomorrow"})
        self.assertEqual(answer.status, 401)

    def test_where_nobody_knows_how_long_it_lives_the_parameter_is_named(self):
        client = vault.client_at(hostile.about["token"] + "expires-missing", world=world)
        robot = vault.reader_of(client)
        for name, value in (("run", 60), ("deadline", moment_in(hours=1)), ("min_ttl", 60)):
            with self.subTest(name=name):
                answer = robot.look_up(client, **{name: value})
                self.assertEqual((answer.status, answer.json["type"], answer.json["field"]),
                                 (400, "/problems/lifetime_unknown", name))


class Commands(CommandLine):
    @classmethod
    def setUpClass(cls):
        cls.use(world, server)

    def test_forecast_lists_what_ends_with_its_robots(self):
        client = dying({"name": "Cleo", "email": "cleo@example.org"}, days=6)
        vault.grant(client, path_pattern="finance/*")
        shown = self.done("forecast", "--owner", "cleo@example.org", "--within", "7").stdout
        for text in (client["label"], "no_refresh_token", "finance/*", "cleo@example.org"):
            self.assertIn(text, shown)
        listed = self.listed("forecast", "--owner", "cleo@example.org")
        self.assertEqual([one["oauth_client"] for one in listed], [client["id"]])
        self.done("forecast", "--within", "soon", code=FAILED)

    def test_token_says_before_a_run_that_it_would_be_cut_short(self):
        client = vault.client_at(hostile.about["token"] + "good?expires_in=600", world=world)
        key = file_with(world, "runner.key", vault.reader_of(client).key)
        robot = self.admin | {"STRONGROOM_KEY_FILE": str(key)}
        self.run_as(robot, "token", "--id", client["id"], "--run", "60")
        refused = self.run_as(robot, "token", "--id", client["id"], "--deadline", moment_in(hours=2), code=CONFLICT)
        self.assertEqual(refused.stdout, "")
        self.done("token", "extract", "--id", client["id"], "--run", "60", code=USAGE)


if __name__ == "__main__":
    unittest.main()
