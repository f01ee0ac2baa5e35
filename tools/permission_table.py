#!/usr/bin/env python3
"""Writes docs/permissions.md from what the program says that its routes need; fails if it is stale.

    permission_table.py [--check] BINARY

BINARY tells the table as JSON (strongroom permission-table).
"""
import json
import pathlib
import subprocess
import sys

DOCUMENT = pathlib.Path(__file__).resolve().parent.parent / "docs/permissions.md"

# Where somebody has a role, and whose thing is asked about.
EVERYWHERE = "everywhere"
OWN = "own"          # the role is in one project, and so is the thing
FOREIGN = "foreign"  # the role is in another project
PLACES = (EVERYWHERE, OWN, FOREIGN)

ALLOWED, OWN_ONLY = "yes", "own"  # what else stands in a cell is the status

INTRODUCTION = """# Who may do what

Written by `tools/permission_table.py` from what the program's routes declare: do not edit it.

People have roles by groups, everywhere or in single projects. A cell has up to three answers, for a role that is held
everywhere / in the project of the thing / in another project; where they are the same, one.

| in a cell | what it says |
|---|---|
| yes | the permission is there; lists show what is of the projects in which it is held |
| own | without the permission: one's own sessions and API keys, for a key itself alone, and no others (403) |
| 403 | `permission_denied`, with the missing permission's name, and an event in the audit log |
| 404 | to whoever may not see a project nothing in it is there |
| 400 | the same, where the body names the project or a thing in it: the error is at that member |
| 401 | no key or session, or one of the wrong kind |

Routes with **step-up** are open to a browser's session for ten minutes after its sign-in, or after showing again who one is
(`POST /api/v1/session/step-up`); otherwise they answer 403 `step_up_required`. Keys are not asked.

Some routes have more conditions than a table can show: nobody grants a role, or makes a key, with a permission that they lack;
the last administrator stays; built-in roles stay as they are. Those answer 403 or 409 to somebody whose cell says yes.
"""

ROBOTS = """
## Robots

What a robot shows of itself opens the look-up, and a runner's the launch, and nothing else; a person's key opens everything but those.
To a robot "not yours" and "not there" are the same answer.

"""
NOBODY = "nobody"
# Who asks for a look-up, and is answered what: for every way in which a robot proves who it is.
READER, STRANGER, FOREIGNER = "a rule lets it read", "no rule does", "it is of another project"
ROBOT_CASES = {READER: ALLOWED, STRANGER: "404", FOREIGNER: "404"}
ROBOT_METHODS = {
    "key": ("a robot's key", {"it was revoked": "401"}),
    "restricted_key": ("a robot's key with restrictions", {"it is used from another address": "404"}),
    "workload_token": ("a token of a cluster or a CI system", {"its claims are no robot's": "401"}),
    "client_certificate": ("a client certificate", {"its name is no robot's": "401"}),
    "runner_key": ("a runner's key that names the robot", {"that robot is outside its paths": "404",
                                                           "it names nobody": "400"}),
}
LAUNCHES = "/api/v1/runner/launches"
LAUNCH_TEXT = """
What a runner launches is a Basic Engine Robot, which has its tokens by `PUT /api/v1/robots/{id}/inputs`, and by no rule of access.

"""
# Who launches a Basic Engine Robot, and is answered what. Restrictions of keys are for look-ups and launches alike.
SERVES, SERVES_OTHERS, NO_RUNNER = "it is a runner that serves the robot's path", "it is a runner of other paths", "it is no runner"
LAUNCH_CASES = {SERVES: ALLOWED, SERVES_OTHERS: "404", NO_RUNNER: "404"}
LOOKS_UP_ONLY = ("restricted_key", "runner_key")
OTHERS = {NOBODY: "nothing", "person_key": "a person's key", "person_session": "a person's session"}


def load(binary):
    told = subprocess.run([binary, "permission-table"], check=True, capture_output=True, text=True)
    return json.loads(told.stdout)


def is_for_robots(route):
    return route["where"] == "robot"


def places_of(route):
    """Where it makes a difference whose project it is: everything else has one place less."""
    return PLACES if route["where"] in ("in_project", "in_named_project") else PLACES[:2]


def has_all(route, held):
    """Whether these permissions are all that the route needs in one place."""
    return bool(set(route["any_of"]) & held) and set(route["also"]) <= held


def expected(route, role, place):
    """What `role`, held in `place`, is answered by `route`: a person's key, or session where it takes one."""
    where = route["where"]
    if where in ("nobody", "signed_in", "session"):
        return ALLOWED
    has = has_all(route, set(role["permissions"]))
    if where == "everywhere":
        if has and place == EVERYWHERE:
            return ALLOWED
        return OWN_ONLY if route["own"] else "403"
    if not has:
        return "403"
    if place == FOREIGN:
        return {"in_project": "404", "in_named_project": "400"}[where]
    return ALLOWED


def expected_without_key(route):
    return ALLOWED if route["where"] == "nobody" else "401"


def robot_rows(table):
    """(who asks, in which case): what a look-up answers."""
    rows = {(who, ""): "401" for who in OTHERS}
    for method in table["robot_methods"]:
        for case, answer in (ROBOT_CASES | ROBOT_METHODS[method][1]).items():
            rows[method, case] = answer
    return rows


def launch_rows(table):
    """The same of a launch."""
    rows = {(who, ""): "401" for who in OTHERS}
    for method in table["robot_methods"]:
        if method not in LOOKS_UP_ONLY:
            rows |= {(method, case): answer for case, answer in (LAUNCH_CASES | ROBOT_METHODS[method][1]).items()}
    return rows


def is_header(route):
    """Whether what one request has to carry is looked up."""
    return route["pattern"].endswith("/authorization-header")


def is_launch(route):
    return route["pattern"] == LAUNCHES


def cells(table):
    """Every cell, by its route, who asks, and where or in which case: what it says."""
    told = {}
    for route in table["routes"]:
        name = f"{route['method']} {route['pattern'].removeprefix('/api/v1')}"
        if is_for_robots(route):
            rows = launch_rows(table) if is_launch(route) else robot_rows(table)
            told |= {(name, *row): answer for row, answer in rows.items()}
            continue
        told |= {(name, role["name"], place): expected(route, role, place)
                 for role in table["roles"] for place in places_of(route)}
        told |= {(name, who, ""): expected_without_key(route) for who in (NOBODY, *table["robot_methods"])}
    return told


def row(cells):
    return "| " + " | ".join(cells) + " |\n"


def cell(route, role):
    answers = [expected(route, role, place) for place in places_of(route)]
    return answers[0] if len(set(answers)) == 1 else " / ".join(answers)


def need(route):
    text = " and ".join([" or ".join(f"`{name}`" for name in route["any_of"]),
                         *(f"`{name}`" for name in route["also"])])
    named = {"nobody": "nothing", "signed_in": "any key or session", "session": "a session",
            "somewhere": f"{text} in some project", "in_project": f"{text} in its project",
            "in_named_project": f"{text} in the named project",
            "everywhere": f"{text} everywhere"}[route["where"]]
    return named + (", step-up" if route["step_up"] else "")


def document(table):
    people = [one for one in table["routes"] if not is_for_robots(one)]
    names = [role["name"] for role in table["roles"]]
    text = INTRODUCTION + "\n## Roles\n\n"
    text += row(["permission", *names]) + row(["---"] * (len(names) + 1))
    for permission in next(r["permissions"] for r in table["roles"] if r["name"] == "Administrator"):
        text += row([f"`{permission}`"] + ["yes" if permission in role["permissions"] else ""
                                           for role in table["roles"]])
    text += "\n## People\n\n" + row(["route", "needs", "nobody, any robot", *names])
    text += row(["---"] * (len(names) + 3))
    for route in people:
        text += row([f"`{route['method']} {route['pattern']}`", need(route), expected_without_key(route),
                     *(cell(route, role) for role in table["roles"])])
    text += ROBOTS
    robots = [one for one in table["routes"] if is_for_robots(one)]
    text += robots_table([one for one in robots if not is_launch(one)], robot_rows(table))
    return text + LAUNCH_TEXT + robots_table(list(filter(is_launch, robots)), launch_rows(table))


def robots_table(routes, rows):
    text = row(["what is shown", "and", *(f"`{one['method']} {one['pattern']}`" for one in routes)])
    text += row(["---"] * (2 + len(routes)))
    for (who, case), answer in rows.items():
        text += row([OTHERS[who] if who in OTHERS else ROBOT_METHODS[who][0], case, *(answer for _ in routes)])
    return text


def main(arguments):
    check = "--check" in arguments
    binary = next(one for one in arguments if one != "--check")
    text = document(load(binary))
    if not check:
        DOCUMENT.write_text(text)
        return 0
    if not DOCUMENT.exists() or DOCUMENT.read_text() != text:
        print(f"docs/permissions.md is stale: python3 tools/permission_table.py {binary}")
        return 1
    print(f"ok: {text.count(chr(10) + '| `')} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
