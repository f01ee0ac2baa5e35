#!/usr/bin/env python3
"""Keeps a data directory of this version, so that later versions can prove that they upgrade it.

    make_fixture.py VERSION      writes tests/fixtures/data-VERSION/

Once a version is released its fixture is never made again. The keys in it open nothing else.
"""
import json
import pathlib
import shutil
import sys

TOP = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(TOP / "e2e"))
import harness  # noqa: E402
from vault import Vault  # noqa: E402

KEPT = ("state.db", "audit.db", "root.key")
NINE_YEARS = 9 * 365 * 24 * 3600  # the kept token must outlive the versions that are tested with it


def fill(vault, world, hostile):
    """One of each thing; answers what a later version must still know."""
    endpoint = f"{hostile.about['token']}good?expires_in={NINE_YEARS}"
    vault.project = vault.create("projects", {"name": "Kept", "description": "by every upgrade"})
    client = vault.client(vault.target_system(endpoint, "kept key", "kept secret", world=world,
                                              name="Kept system", scopes=["api:read"],
                                              tags=["kept"], owner={"name": "Ada", "email": "a@example.org"}),
                          label="kept label")
    robot = vault.robot(name="keeper", path="kept/robots")
    vault.grant(client, robot)
    vault.grant(client, path_pattern="other/**")
    answer = robot.look_up(client)
    return {"question": client["question"], "robot_key": robot.key, "client": client["id"],
            "access_token": answer.json["access_token"], "expires_at": answer.json["expires_at"]}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    target = TOP / "fixtures" / f"data-{sys.argv[1]}"
    if target.exists():
        sys.exit(f"{target} is there already; fixtures are never made again")
    with harness.World() as world:
        hostile = world.hostile()
        server = harness.Strongroom(world).start()
        expected = fill(Vault(server), world, hostile)
        if server.stop() != 0:
            sys.exit("the server did not stop cleanly")
        target.mkdir(parents=True)
        for name in KEPT:
            shutil.copy(server.data / name, target / name)
    (target / "expected.json").write_text(json.dumps(expected, indent=2) + "\n")
    print(f"kept in {target}")


if __name__ == "__main__":
    main()
