#!/usr/bin/env python3
"""The main job, end to end, on this machine: ./dev demo

Starts a real authorization server (oidc-provider) behind TLS with a private CA, and Strongroom beside
it; then does on the command line what an administrator would, and what a robot would. Every command
is printed before it runs. Everything lives in a temporary directory and is gone afterwards.
"""
import json
import os
import pathlib
import shlex
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "e2e"))
import harness  # noqa: E402

CLIENT_ID = "basic"
BOLD, FAINT, PLAIN = ("\033[1m", "\033[2m", "\033[0m") if sys.stdout.isatty() else ("", "", "")


def tell(text):
    print(f"\n{FAINT}# {text}{PLAIN}", flush=True)


def shell_prompt(command):
    print(f"{BOLD}$ {command}{PLAIN}", flush=True)


class Shell:
    """Runs commands in the demo's directory as a person would type them."""

    def __init__(self, world):
        self.world = world
        self.env = {}

    def export(self, **variables):
        for name, value in variables.items():
            shell_prompt(f"export {name}={shlex.quote(str(value))}")
            self.env[name] = str(value)

    def strongroom(self, *words):
        """Prints the command and runs it."""
        shell_prompt(shlex.join(["strongroom", *map(str, words)]))
        done = subprocess.run([harness.BINARY, *map(str, words)], check=False,
                              stdin=subprocess.DEVNULL, env=self.world.environment() | self.env)
        if done.returncode != 0:
            raise SystemExit(f"demo: the command ended with {done.returncode}")

    def run(self, command):
        """Prints a line for bash, runs that very line, and answers what it prints."""
        shell_prompt(command)
        path = f"{harness.BINARY.parent}:{os.environ['PATH']}"
        done = subprocess.run(["bash", "-c", command], text=True, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              env=self.world.environment() | self.env | {"PATH": path})
        print(done.stdout, flush=True)
        if done.returncode != 0:
            raise SystemExit(f"demo: the command ended with {done.returncode}")
        return done.stdout


def administer(shell, server, oidc):
    """A person makes an API key and sets everything up."""
    known = oidc.registered(CLIENT_ID)
    secret_file = shell.world.directory / "consumer-secret"
    secret_file.write_text(known["client_secret"])
    secret_file.chmod(0o600)

    tell("On the server's own host, a first API key for a person. It is written to a file, shown to nobody.")
    shell.strongroom("api-key", "create", "--data", server.data, "--user", "admin",
                     "--key-file", "admin.key")
    shell.export(STRONGROOM_URL=server.origin, STRONGROOM_CA_FILE=server.ca_file,
                 STRONGROOM_KEY_FILE="admin.key")

    tell("A project; in it, the system that robots sign in to, with what its provider registered for us.")
    shell.strongroom("project", "create", "Finance")
    shell.strongroom("target-system", "create", "Invoices API", "--project", "Finance",
                     "--provider", "generic", "--grant", "client_credentials",
                     "--token-endpoint", oidc.about["token_endpoint"],
                     "--consumer-key", CLIENT_ID, "--consumer-secret-file", "consumer-secret",
                     "--scope", "api:read", "--trusted-ca-file", oidc.ca_file,
                     "--allow-address", "127.0.0.1/32")

    tell("An OAuth client. Strongroom retrieves its token over TLS and keeps it sealed.")
    shell.strongroom("oauth-client", "create", "nightly", "--project", "Finance",
                     "--target-system", "Invoices API")
    shell.strongroom("oauth-client", "retrieve-tokens", "nightly", "--project", "Finance",
                     "--target-system", "Invoices API")

    tell("A robot with a key of its own, and the right to read that one client.")
    shell.strongroom("robot", "create", "collector", "--project", "Finance",
                     "--path", "finance/invoices")
    shell.strongroom("robot", "key", "create", "collector", "--project", "Finance",
                     "--write-to", "robot.key")
    shell.strongroom("access", "grant", "--robot", "collector", "--oauth-client", "nightly",
                     "--project", "Finance", "--target-system", "Invoices API")


def verify(shell, server):
    tell("The audit trail has all of it so far, in a chain that shows tampering:")
    shell.strongroom("audit", "verify", "--data", server.data)


def work_as_robot(shell, oidc):
    """The end of the story: a token, and a call that uses it."""
    tell("Now as the robot, which holds nothing but its key. Here is its token:")
    shell.export(STRONGROOM_KEY_FILE="robot.key")
    question = ["strongroom", "token", "--project", "Finance", "--target-system", "Invoices API",
                "--label", "nightly"]
    shell.strongroom(*question[1:])

    tell("And a call to the system itself that uses it; the token goes from program to program:")
    ask = shlex.join(question)
    said = shell.run("curl --silent --show-error --fail-with-body --cacert "
                     f"{shlex.quote(str(oidc.ca_file))} \\\n"
                     "    --header @<(printf 'Authorization: Bearer %s' "
                     f'"$({ask})") \\\n    {oidc.about["api"]}')
    if json.loads(said)["client_id"] != CLIENT_ID:
        raise SystemExit("demo: the API took the token for somebody else's")


def main():
    with harness.World() as world:
        os.chdir(world.directory)
        tell("Starting oidc-provider, a real authorization server, behind TLS with a private CA")
        oidc = world.oidc_provider()
        print(f"its token endpoint: {oidc.about['token_endpoint']}")
        tell("Starting Strongroom with an empty data directory")
        server = harness.Strongroom(world).start()
        print(f"its address: {server.origin}")
        shell = Shell(world)
        administer(shell, server, oidc)
        verify(shell, server)
        work_as_robot(shell, oidc)
        os.chdir("/")


if __name__ == "__main__":
    try:
        main()
    except harness.HarnessError as error:
        sys.exit(f"demo: {error}")
