"""The public URL in the console, in a real browser: a proxy in front that is wrong, and then mended.

What is clicked is in console/tests/public_url.mjs.
"""
import unittest

import browser
import harness
import session


def setUpModule():
    global lines
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    nginx = world.nginx("location / { return 404; }")
    server = harness.Strongroom(world, env={
        "STRONGROOM_SERVER__PUBLIC_URL": nginx.origin,
        "STRONGROOM_HTTP__EXTRA_CA_FILE": str(nginx.ca_file)}).start()
    administrator = session.first_administrator(server)
    script = browser.Script(world, "public_url", server, user=administrator.user, password=administrator.password,
                            public_url=nginx.origin)
    lines = []
    for line in script.lines():
        lines.append(line)
        if line.get("ask") == "mend":
            nginx.change(f"location / {{ proxy_pass {server.origin}; proxy_ssl_verify off; }}")


class ConsolePublicUrl(unittest.TestCase):
    def test_a_person_sees_that_it_leads_elsewhere_and_tries_again(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} checks failed:", *wrong]))

    def test_there_was_something_to_see(self):
        self.assertGreater(len(lines), 10)


if __name__ == "__main__":
    unittest.main()
