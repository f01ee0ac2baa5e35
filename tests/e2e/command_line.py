"""What tests of the command line share: a person's and a robot's environment, and exit codes."""
import json
import os
import unittest

# The documented exit codes.
DONE, FAILED, USAGE, NOT_FOUND, NOT_AUTHORIZED, UPSTREAM, CONFLICT, TRY_AGAIN = 0, 1, 2, 3, 4, 6, 7, 75


def file_with(world, name, text):
    path = world.directory / name
    path.write_text(text)
    path.chmod(0o600)
    return path


class CommandLine(unittest.TestCase):
    """A test of commands against one server. `use()` says which."""

    @classmethod
    def use(cls, world, server):
        key = file_with(world, "admin.key", server.admin_key() + "\n")
        cls.world = world
        cls.server = server
        cls.admin = {"STRONGROOM_URL": server.origin, "STRONGROOM_CA_FILE": str(server.ca_file),
                     "STRONGROOM_KEY_FILE": str(key)}

    def run_as(self, env, *words, code=DONE, **more):
        done = self.world.run(*words, env=env, **more)
        self.assertEqual(done.returncode, code, f"{words}: {done.stdout}{done.stderr}")
        return done

    def done(self, *words, **more):
        """An administrator's command, to its documented end."""
        return self.run_as(self.admin, *words, **more)

    def made(self, *words, **more):
        """The JSON that an administrator's command prints."""
        return json.loads(self.done(*words, "--output", "json", **more).stdout)

    def listed(self, *words):
        return self.made(*words)["items"]

    def set_up(self, project, endpoint, secret, key="basic"):
        """A client with a robot that may read it; answers the robot's environment."""
        self.made("project", "create", project)
        system = self.made("target-system", "create", "System", "--project", project,
                           "--provider", "generic", "--token-endpoint", endpoint,
                           "--consumer-key", key, "--consumer-secret-file", "-",
                           "--trusted-ca-file", self.world.pki / "ca.pem",
                           "--allow-address", "127.0.0.1/32", stdin=secret + "\n")
        self.assertEqual(system["consumer_key"], key)
        self.made("oauth-client", "create", "label", "--project", project,
                  "--target-system", "System")
        self.made("robot", "create", "robot", "--project", project, "--path", "a/b")
        key_file = self.world.directory / f"{project}.key"
        self.done("robot", "key", "create", "robot", "--project", project,
                  "--write-to", key_file)
        self.assertEqual(os.stat(key_file).st_mode & 0o777, 0o600)
        self.done("access", "grant", "--robot", "robot", "--oauth-client", "label",
                  "--project", project, "--target-system", "System")
        return self.admin | {"STRONGROOM_KEY_FILE": str(key_file)}

    def question(self, project):
        return ("--project", project, "--target-system", "System", "--label", "label")
