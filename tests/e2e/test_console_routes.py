"""Every route of the console in a real browser: it comes up, keeps the policy, can be used by everybody,
and what is loaded first is small. (What is on the pages: test_product_page.py.)

The walk is console/tests/routes.mjs; its screenshots are in console/tests/shots/.
"""
import math
import unittest

import browser
import closing
import harness
import session
from populated import populate
from vault import Vault

MOST_KB = {"js": 200, "css": 110}  # of the first load, compressed with gzip


def setUpModule():
    global lines, server
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    administrator = session.first_administrator(server)
    populate(Vault(server), hostile, world)
    lines = list(browser.Script(world, "routes", server, user=administrator.user,
                                password=administrator.password).lines())
    measured = measurement("routes")
    closing.line(f"console: routes {measured['routes']} js_gzip_kb {first_load_kb('js')} "
                 f"css_gzip_kb {first_load_kb('css')} csp_violations {measured['csp']} "
                 f"axe_violations {measured['axe']}")


def measurement(what):
    return next(line for line in lines if line.get("measure") == what)


def first_load_kb(kind):
    """Thousands of bytes on the wire, rounded up to a tenth."""
    client = harness.Client(server.origin, server.ca_file)
    total = 0
    for path in measurement("first load")[kind]:
        answer = client.request("HEAD", path, headers={"Accept-Encoding": "gzip"})
        total += int(answer.headers["Content-Length"])
    client.close()
    return math.ceil(total / 100) / 10


class ConsoleRoutes(unittest.TestCase):
    def test_every_route_holds_in_every_theme_and_width(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} checks failed:", *wrong]))

    def test_no_route_breaks_the_policy_or_shuts_anybody_out(self):
        measured = measurement("routes")
        self.assertEqual((measured["csp"], measured["axe"]), (0, 0))

    def test_the_first_load_is_small(self):
        for kind, most in MOST_KB.items():
            with self.subTest(kind=kind):
                self.assertTrue(measurement("first load")[kind])
                self.assertLessEqual(first_load_kb(kind), most)
