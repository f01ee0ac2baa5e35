"""Who may do what: every cell of docs/permissions.md, asked of a real server.

What a cell should say comes from tools/permission_table.py, which has it from the program; how it is
asked is in permission_calls.py.
"""
import collections
import functools
import itertools
import pathlib
import random
import sys
import unittest

import closing
import contract
import harness
from vault import API

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import permission_table as permissions  # noqa: E402
import permission_calls  # noqa: E402
from permission_bed import NOTHING, Bed  # noqa: E402
from permission_calls import name_of  # noqa: E402
from permission_robots import Askers  # noqa: E402


def setUpModule():
    global bed
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    bed = Bed(world)


class Cell:
    """One request for one route: of whom, about a thing in which project."""

    def __init__(self, route, project, holder=None, wanted=None):
        self.route, self.project, self.holder, self.wanted, self.bed = route, project, holder, wanted, bed
        self.ask = permission_calls.ask_of(route)
        if self.ask is None:
            raise KeyError(f"permission_calls.py does not say how to ask {name_of(route)}")
        is_changed = wanted == permissions.ALLOWED and holder and route["method"] != "GET"
        self.thing = (self.make if is_changed else self.of)(self.ask.kind)

    def make(self, kind):
        return bed.make(kind, self)

    def of(self, kind):
        return bed.of(kind, self)

    @staticmethod
    def name():
        return bed.vault.name("made")

    def permissions(self):
        """Some that who asks has."""
        return self.holder.role["permissions"] if self.holder else ["view"]

    def path(self):
        members = {name: text for name, text in self.thing.items() if isinstance(text, str)}
        return self.route["pattern"].format_map(collections.defaultdict(lambda: NOTHING, members))

    def headers(self):
        """The revision that is there, for what asks for it."""
        wanted = self.ask.revision
        if not (self.route["method"] == "PATCH" if wanted is None else wanted):
            return {}
        thing = "/".join(self.path().split("/")[:5])
        return {"If-Match": bed.vault.http.get(thing).headers["ETag"] or "*"}

    def request(self, send):
        body = self.ask.body(self) if self.ask.body else None

        def settled():
            """None: another thread has changed the same project, or has made what is made one at a time."""
            answer = send(self.route["method"], self.path(), body, headers=self.headers(), query=self.ask.query)
            is_busy = answer.status == 503 and answer.json["type"] == "/problems/overloaded"
            return None if is_busy or answer.status == 412 else answer
        return harness.wait_until(settled, f"an answer to {self.path()}")

    def verdict(self, answer):
        """What the table would say of this answer; anything that it has no word for is shown whole."""
        problem = {}
        if answer.headers.get("Content-Type", "").startswith("application/problem+json"):
            problem = answer.json
        kind = problem.get("type", "").removeprefix("/problems/")
        if answer.status < 400 or answer.status in self.ask.passed or kind in self.ask.passed:
            return permissions.ALLOWED
        if answer.status == 403 and problem.get("permission") in self.route["any_of"] + self.route["also"]:
            return "403"
        if answer.status == 400 and problem.get("field") in ("/project", "/target_system", "/oauth_client", "/secret"):
            return "400"
        return str(answer.status) if answer.status in (401, 404) else repr(answer)


class Permissions(unittest.TestCase):
    tested = set()

    @classmethod
    def setUpClass(cls):
        cls.cells = permissions.cells(bed.table)
        cls.askers = Askers(bed)
        cls.addClassCleanup(cls.askers.issuer.close)

    def check(self, answers):
        """`answers`: of a cell's key, what was found there."""
        for key, found in answers:
            with self.subTest(cell=" ".join(key)):
                self.assertEqual(found, self.cells[key])
            self.assertNotIn(key, self.tested)
            self.tested.add(key)

    @staticmethod
    def found(ask):
        try:
            return ask()
        except Exception as problem:  # it is this cell's, and others are asked all the same
            return f"{type(problem).__name__}: {problem}"

    @staticmethod
    def people():
        return [route for route in bed.table["routes"] if not permissions.is_for_robots(route)]

    def test_every_route_is_in_the_table_and_asked_for(self):
        listed = {name_of(route) for route in bed.table["routes"]}
        self.assertEqual({name_of(route) for route in self.people() if not permission_calls.ask_of(route)}, set())
        self.assertEqual(permission_calls.CALLS.keys() - listed, set())
        self.assertIsNone(permission_calls.ask_of({"method": "POST", "pattern": API + "/new-things/{thing}"}))
        promised = {f"{method.upper()} {path.removeprefix(API)}"
                    for path, methods in contract.contract()["paths"].items()
                    for method in methods.keys() & {"get", "post", "put", "patch", "delete"}}
        unlisted = {one for one in promised - listed if not one.startswith("GET /.well-known/")}
        self.assertEqual(unlisted, set())

    def test_people_may_what_the_table_says(self):
        holders = itertools.product(bed.table["roles"], (False, True))
        self.check(itertools.chain(*bed.at_once(self.of_holder, holders)))

    def of_holder(self, which):
        """The answers to somebody who has a role everywhere, or in the own project."""
        role, in_own = which
        holder = bed.holders[role["name"], in_own]
        answers = []
        for route in self.people():
            for place in permissions.places_of(route):
                if in_own != (place != permissions.EVERYWHERE):
                    continue
                key = (name_of(route), role["name"], place)
                project = bed.foreign if place == permissions.FOREIGN else bed.own
                answers.append((key, self.found(lambda: self.answer(
                    Cell(route, project, holder, self.cells[key])))))
        return answers

    def answer(self, cell):
        if cell.route["where"] == "session":
            return self.in_a_session(cell)
        is_page = not cell.route["pattern"].startswith(API)
        http = bed.pages(cell.holder.key["key"]) if is_page else cell.holder.http
        answered = cell.verdict(cell.request(http.request))
        if cell.wanted != permissions.OWN_ONLY or answered != cell.ask.others:
            return answered
        own = self.of_ones_own(cell)
        return permissions.OWN_ONLY if own == permissions.ALLOWED else f"one's own: {own}"

    @staticmethod
    def in_a_session(cell):
        holder = cell.holder
        by_key = cell.request(holder.http.request)
        if by_key.status != 401:
            return f"a key has no session, and was answered {by_key!r}"
        ends = cell.route["method"] == "DELETE"
        person = holder.another_session() if ends else holder.person()
        return Permissions.by_session(cell, person)

    @staticmethod
    def by_session(cell, person):
        return cell.verdict(cell.request(
            lambda method, path, *more, **named: person.request(method, path.removeprefix(API), *more, **named)))

    @staticmethod
    def of_ones_own(cell):
        if cell.ask.in_own_session:
            return Permissions.by_session(cell, cell.holder.person())
        cell.thing = cell.make(cell.ask.own)
        if not cell.ask.by_own_key:
            return cell.verdict(cell.request(cell.holder.http.request))
        http = bed.server.client(cell.thing["key"])
        try:
            return cell.verdict(cell.request(http.request))
        finally:
            http.close()

    def test_lists_have_nothing_of_projects_that_one_may_not_see(self):
        lists = [route for route in bed.table["routes"]
                 if route["where"] == "somewhere" and route["method"] == "GET" and "{" not in route["pattern"]]
        names = ("Project administrator", "Developer", "Auditor")
        cell = Cell(lists[0], bed.foreign)
        for kind in ("system", "oauth_client", "robot", "rule", "secret_rule", "stop", "authorization", "group_role"):
            cell.make(kind)
        seen = set()
        for route, (name, in_own) in itertools.product(lists, itertools.product(names, (False, True))):
            answer = bed.holders[name, in_own].http.get(route["pattern"], query=self.largest_page(route))
            if answer.status == 200 and bed.foreign["id"] in answer.body.decode():
                seen.add((name_of(route), in_own))
        self.assertEqual({route for route, in_own in seen if in_own}, set())
        self.assertGreaterEqual({route for route, in_own in seen if not in_own}, {
            "GET /projects", "GET /target-systems", "GET /oauth-clients", "GET /robots", "GET /robot-access",
            "GET /secrets", "GET /secret-access", "GET /kills", "GET /groups", "GET /audit-events"})

    @staticmethod
    def largest_page(route):
        parameters = contract.operation("GET", route["pattern"]).get("parameters", [])
        is_paged = any("page_size" in str(one) for one in parameters)
        return {"page_size": 1000} if is_paged else None

    def test_nobody_and_no_robot_may_what_people_may(self):
        self.check(itertools.chain(*bed.at_once(self.of_no_person, [
            (permissions.NOBODY, ""), *((method, permissions.READER) for method in bed.table["robot_methods"])])))

    def of_no_person(self, row):
        asker = self.askers.by_row[row]

        def send(*words, **more):
            return self.askers.request(asker, *words, **more)

        def ask(route):
            cell = Cell(route, bed.own)
            return cell.verdict(cell.request(send))
        return [((name_of(route), row[0], ""), self.found(lambda: ask(route))) for route in self.people()]

    def test_robots_look_up_what_the_table_says(self):
        self.check(((name_of(route), *row), self.looked_up(route, row))
                   for route in filter(permissions.is_for_robots, bed.table["routes"]) if not permissions.is_launch(route)
                   for row in permissions.robot_rows(bed.table))

    def test_runners_launch_what_the_table_says(self):
        self.check(((name_of(route), *row), self.launched(route, row))
                   for route in filter(permissions.is_launch, bed.table["routes"])
                   for row in permissions.launch_rows(bed.table))

    def launched(self, route, row):
        robot = self.askers.launched
        answer = self.askers.request(self.askers.by_launch_row[row], "POST", route["pattern"],
                                     {"robot": f"{robot['path']}/{robot['name']}"})
        is_given = answer.status == 200 and answer.json["inputs"][0]["access_token"]
        return permissions.ALLOWED if is_given else str(answer.status)

    def looked_up(self, route, row):
        if permissions.is_header(route):
            return self.header_given(route, row)
        of_secret = "/lookup/secrets" in route["pattern"]
        thing = self.askers.secret if of_secret else self.askers.client
        query = None if "{id}" in route["pattern"] else thing["question"]
        answer = self.askers.request(self.askers.by_row[row], "GET", route["pattern"].format(id=thing["id"]),
                                     query=query)
        is_given = answer.status == 200 and answer.json["value" if of_secret else "access_token"]
        return permissions.ALLOWED if is_given else str(answer.status)

    def header_given(self, route, row):
        answer = self.askers.request(
            self.askers.by_row[row], "POST", route["pattern"].format(id=self.askers.client["id"]),
            {"method": "GET", "url": "https://api.example.com/"})
        is_given = answer.status == 200 and answer.json["authorization"].startswith("Bearer ")
        return permissions.ALLOWED if is_given else str(answer.status)

    def test_the_table_is_tested_to_its_last_cell(self):  # runs last: methods go by name
        closing.line(f"permissions: {len(self.cells)} cells {len(self.tested & self.cells.keys())} tested")
        self.assertEqual(self.tested ^ self.cells.keys(), set())


class Union:
    """A user in groups that have random roles, in random places."""

    def __init__(self, chance):
        self.chance = chance
        vault = bed.vault
        self.id = vault.create("users", {"name": vault.name("union"), "password": False})["id"]
        self.groups = {}  # by id: {id of a project, or None for everywhere: permissions}
        for _ in range(chance.randint(1, 3)):
            self._join()
        self.http = bed.server.client(self._key()["key"])

    def _join(self):
        vault, group = bed.vault, bed.vault.create("groups", {"name": bed.vault.name("group")})["id"]
        self.groups[group] = collections.defaultdict(set)
        places = [None, *[bed.own["id"], bed.foreign["id"]] * 3]
        for place in sorted(set(self.chance.sample(places, self.chance.randint(1, 2))), key=str):
            role = self._role()
            vault.create(f"groups/{group}/roles", {"role": role["id"], "project": place})
            self.groups[group][place] |= set(role["permissions"])
        vault.expect(204, vault.http.request("PUT", f"{API}/groups/{group}/members/{self.id}"))

    def _role(self):
        """Built in, or of some permissions, among them that to see what they are about."""
        if self.chance.random() < 0.4:
            return self.chance.choice(bed.vault.list("roles", page_size=7)["items"])
        chosen = {"view", *self.chance.sample(bed.every_permission, self.chance.randint(1, 4))}
        return bed.vault.create("roles", {"name": bed.vault.name("role"), "permissions": sorted(chosen)})

    def _key(self):
        """For all that the user has somewhere; for more, the server's host would give them more."""
        held = sorted(self.held(bed.own["id"], bed.foreign["id"]))
        return bed.key_for(bed.vault.get("users", self.id)["name"], held)

    def leave(self):
        """A group, by chance."""
        group = self.chance.choice(sorted(self.groups))
        del self.groups[group]
        bed.vault.expect(204, bed.vault.http.request("DELETE", f"{API}/groups/{group}/members/{self.id}"))

    def held(self, *where):
        """In these places together; what is held everywhere is held there."""
        return set().union(*(places[place] for places in self.groups.values() for place in (None, *where)))

    def expected(self, route, project):
        held = functools.partial(permissions.has_all, route)
        if route["where"] == "everywhere":
            return permissions.ALLOWED if held(self.held()) else "403"
        if not held(self.held(bed.own["id"], bed.foreign["id"])):
            return "403"
        if route["where"] == "somewhere" or held(self.held(project["id"])):
            return permissions.ALLOWED
        if "view" in self.held(project["id"]):
            return "403"
        return "404" if route["where"] == "in_project" else "400"


class Unions(unittest.TestCase):
    """Who has several roles, in several places, may what one of them allows there."""
    SEED, USERS, ASKED = 5, 12, 120

    def test_several_roles_are_their_union_and_a_role_that_is_taken_away_is_not_in_it(self):
        routes = [route for route in bed.table["routes"] if route["any_of"] and not route["own"]]
        found = bed.at_once(lambda number: self.of_union(routes, random.Random(self.SEED * 1000 + number)),
                            range(self.USERS))
        verdicts = collections.Counter()
        for what, wanted, verdict in itertools.chain(*found):
            verdicts[wanted] += 1
            with self.subTest(cell=what):
                self.assertEqual(verdict, wanted)
        self.assertEqual(verdicts.keys(), {permissions.ALLOWED, "400", "403", "404"}, "all of them came up")

    @staticmethod
    def verdict(cell):
        return cell.verdict(cell.request(cell.holder.http.request))

    def of_union(self, routes, chance):
        union, found = Union(chance), []
        for step in range(2):
            for route in chance.sample(routes, self.ASKED):
                project = chance.choice([bed.own, bed.foreign])
                wanted = union.expected(route, project)
                rights = [{str(place): sorted(names) for place, names in places.items()}
                          for places in union.groups.values()]
                found.append((f"{name_of(route)} in {project['name']} with {rights}", wanted,
                              Permissions.found(lambda: self.verdict(Cell(route, project, union, wanted)))))
            if step == 0:
                union.leave()
        return found


if __name__ == "__main__":
    unittest.main()
