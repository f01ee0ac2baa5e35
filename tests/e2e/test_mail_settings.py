"""Settings of the mail server: what will not do stops the start, and config check says the same."""
import unittest

import harness

QUICK = True


def setUpModule():
    global world
    world = harness.World()
    unittest.addModuleCleanup(world.close)


def settings(**values):
    values = {"server": "mail.example.org:465", "from": "strongroom@example.org"} | values
    return {f"STRONGROOM_MAIL__{name.upper()}": str(value) for name, value in values.items()}


def password_file(name, mode):
    path = world.directory / name
    path.write_text("S3cret word\n")
    path.chmod(mode)
    return path


class MailSettings(unittest.TestCase):
    def refused(self, key, **values):
        """Both the check and the start name `key`, and neither says the password."""
        env = settings(**values)
        data = world.directory / "refused-data"
        data.mkdir(mode=0o700, exist_ok=True)
        checked = world.run("config", "check", env=env)
        started = world.run("serve", "--data", data, "--profile", "development", "--listen", "127.0.0.1:0",
                            "--management", "127.0.0.1:0", env=env | {"STRONGROOM_HARDENING__ALLOW_ROOT": "true"})
        for said in (checked, started):
            self.assertNotEqual(said.returncode, 0, said)
            self.assertIn(key, said.stderr)
            self.assertNotIn("S3cret", said.stdout + said.stderr)

    def test_are_sound(self):
        for security in ("tls", "starttls"):
            said = world.run("config", "check", env=settings(
                security=security, user="ada", password_file=password_file("password", 0o600),
                ca_file=world.pki / "ca.pem", to="on-call@example.org"))
            self.assertEqual(said.returncode, 0, said)

    def test_a_server_that_is_none(self):
        self.refused("mail.server", server="smtps://mail.example.org")

    def test_an_address_that_is_none(self):
        self.refused("mail.from", **{"from": "Strongroom <strongroom@example.org>"})
        self.refused("mail.to", to="a@example.org, b@example.org")

    def test_a_domain_that_is_none(self):
        self.refused("mail.domains", domains="example.org @elsewhere")

    def test_no_way_without_tls(self):
        self.refused("mail.security", security="none")

    def test_a_password_that_others_may_read(self):
        self.refused("mail.password_file", user="ada", password_file=password_file("open", 0o644))

    def test_settings_that_mean_nothing_without_a_server(self):
        self.refused("mail.to", server="", to="on-call@example.org", **{"from": ""})

    def test_a_mail_server_that_is_away_holds_up_no_start(self):
        with harness.World() as other:
            harness.Strongroom(other, env=settings(server="127.0.0.1:1")).start().stop()


if __name__ == "__main__":
    unittest.main()
