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

Some routes have more conditions than a table can show: nobody grants a role, or makes a key, with a permission that they lack;
the last administrator stays; built-in roles stay as they are. Those answer 403 or 409 to somebody whose cell says yes.
"""

ROBOTS = """
## Robots

A robot's key opens the look-up and nothing else; a person's key opens everything but the look-up.

| asked | no key | a person's key | robot with a rule | robot without one, in the project | robot of another project |
|---|---|---|---|---|---|
"""
ROBOT_COLUMNS = ("nobody", "person", "reader", "stranger", "foreigner")


def load(binary):
    told = subprocess.run([binary, "permission-table"], check=True, capture_output=True, text=True)
    return json.loads(told.stdout)


def is_for_robots(route):
    return route["where"] == "robot"


def places_of(route):
    """Where it makes a difference whose project it is: everything else has one place less."""
    return PLACES if route["where"] in ("in_project", "in_named_project") else PLACES[:2]


def expected(route, role, place):
    """What `role`, held in `place`, is answered by `route`: a person's key, or session where it takes one."""
    where = route["where"]
    if where in ("nobody", "signed_in", "session"):
        return ALLOWED
    has = bool(set(route["any_of"]) & set(role["permissions"]))
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


def expected_of_robot(route, column):
    """What a look-up answers."""
    return {"nobody": "401", "person": "401", "reader": ALLOWED}.get(column, "404")


def row(cells):
    return "| " + " | ".join(cells) + " |\n"


def cell(route, role):
    answers = [expected(route, role, place) for place in places_of(route)]
    return answers[0] if len(set(answers)) == 1 else " / ".join(answers)


def need(route):
    text = " or ".join(f"`{name}`" for name in route["any_of"])
    return {"nobody": "nothing", "signed_in": "any key or session", "session": "a session",
            "somewhere": f"{text} in some project", "in_project": f"{text} in its project",
            "in_named_project": f"{text} in the named project",
            "everywhere": f"{text} everywhere"}[route["where"]]


def document(table):
    people = [one for one in table["routes"] if not is_for_robots(one)]
    names = [role["name"] for role in table["roles"]]
    text = INTRODUCTION + "\n## Roles\n\n"
    text += row(["permission", *names]) + row(["---"] * (len(names) + 1))
    for permission in next(r["permissions"] for r in table["roles"] if r["name"] == "Administrator"):
        text += row([f"`{permission}`"] + ["yes" if permission in role["permissions"] else ""
                                           for role in table["roles"]])
    text += "\n## People\n\n" + row(["route", "needs", "no key, robot's key", *names])
    text += row(["---"] * (len(names) + 3))
    for route in people:
        text += row([f"`{route['method']} {route['pattern']}`", need(route), expected_without_key(route),
                     *(cell(route, role) for role in table["roles"])])
    text += ROBOTS
    for route in filter(is_for_robots, table["routes"]):
        text += row([f"`{route['method']} {route['pattern']}`",
                     *(expected_of_robot(route, column) for column in ROBOT_COLUMNS)])
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
