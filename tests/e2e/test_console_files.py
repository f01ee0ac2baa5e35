"""The console's files out of the real program: headers, codings, caches, and what is no file."""
import gzip
import re
import unittest

import contract
import harness
from vault import API

QUICK = True

PAGES = ("/start", "/sign-in", "/repository", "/repository/vault/oauth-clients",
         "/administration/audit-log")
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
          "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
          "require-trusted-types-for 'script'; trusted-types 'none'")
HEADERS = {"Content-Security-Policy": POLICY, "Cross-Origin-Opener-Policy": "same-origin",
           "Cross-Origin-Resource-Policy": "same-origin", "Referrer-Policy": "no-referrer",
           "X-Content-Type-Options": "nosniff"}


def setUpModule():
    global world, server, browser, page
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    server = harness.Strongroom(world).start()
    # Not one that holds every answer against api.yaml: these are none of its operations.
    browser = harness.Client(server.origin, server.ca_file)
    page = browser.get("/start")
    if page.status == 503:
        raise harness.HarnessError("this binary has no console in it: ./dev build")


def assets():
    """What the page loads: every path that its markup names."""
    return sorted(set(re.findall(r'(?:src|href)="(/[^"]+)"', page.body.decode())))


def kind(path):
    return {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8",
            "svg": "image/svg+xml", "ico": "image/x-icon", "png": "image/png",
            "woff2": "font/woff2"}[path.rpartition(".")[2]]


def ask(path, method="GET", **headers):
    return browser.request(method, path, headers={name.replace("_", "-"): value
                                                  for name, value in headers.items()})


class Pages(unittest.TestCase):
    def test_each_path_of_the_console_is_its_one_page(self):
        for path in PAGES:
            with self.subTest(path=path):
                answer = ask(path)
                self.assertEqual((answer.status, answer.body), (200, page.body))
                self.assertEqual(answer.headers["Content-Type"], "text/html; charset=utf-8")
        self.assertIn(b"<title>", page.body)

    def test_the_root_leads_to_the_start_page(self):
        answer = ask("/")
        self.assertEqual((answer.status, answer.headers["Location"], answer.body),
                         (302, "/start", b""))

    def test_every_answer_has_the_policy_once(self):
        for path in (*PAGES, "/", *assets()):
            for name, value in HEADERS.items():
                with self.subTest(path=path, header=name):
                    self.assertEqual(ask(path).headers.get_all(name), [value])

    def test_a_page_that_the_browser_has_is_not_sent_again(self):
        self.assertEqual(page.headers["Cache-Control"], "no-cache")
        tag = page.headers["ETag"]
        again = ask("/start", If_None_Match=tag)
        self.assertEqual((again.status, again.body, again.headers["ETag"]), (304, b"", tag))
        self.assertEqual(ask("/start", If_None_Match=tag, Accept_Encoding="gzip").status, 200)
        self.assertEqual(ask("/start", If_None_Match='"other"').status, 200)


class Assets(unittest.TestCase):
    def test_what_the_page_names_is_there_and_may_be_kept(self):
        kept = [path for path in assets() if path.startswith("/assets/")]
        self.assertTrue(any(path.endswith(".js") for path in kept), kept)
        self.assertTrue(any(path.endswith(".css") for path in kept), kept)
        for path in assets():
            with self.subTest(path=path):
                answer = ask(path)
                self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, kind(path)))
                self.assertEqual(answer.headers["Cache-Control"],
                                 "public, max-age=31536000, immutable" if path in kept else "no-cache")

    def test_each_comes_in_the_coding_that_was_asked_for(self):
        for path in ("/start", *(one for one in assets() if one.endswith((".js", ".css")))):
            with self.subTest(path=path):
                plain, zipped, brotli = (ask(path, Accept_Encoding=accepted) for accepted in
                                         ("identity", "gzip, deflate", "gzip, deflate, br, zstd"))
                self.assertEqual([one.headers.get("Content-Encoding") for one in (plain, zipped, brotli)],
                                 [None, "gzip", "br"])
                self.assertEqual(gzip.decompress(zipped.body), plain.body)
                self.assertLess(len(brotli.body), len(plain.body))
                self.assertEqual(len({one.headers["ETag"] for one in (plain, zipped, brotli)}), 3)
                for one in (plain, zipped, brotli):
                    self.assertEqual(one.headers["Vary"], "Accept-Encoding")

    def test_head_says_what_get_would_send(self):
        for path in ("/start", *assets()):
            with self.subTest(path=path):
                got, told = ask(path, Accept_Encoding="br"), ask(path, "HEAD", Accept_Encoding="br")
                self.assertEqual((told.status, told.body), (200, b""))
                for name in ("Content-Length", "Content-Type", "Content-Encoding", "ETag"):
                    self.assertEqual(told.headers[name], got.headers[name])


class NothingElse(unittest.TestCase):
    def refused(self, status, path, method="GET"):
        """A problem document of the API, whatever the path."""
        answer = ask(path, method)
        self.assertEqual(answer.status, status, f"{method} {path}: {answer}")
        contract.check_raw(answer)
        return answer

    def test_what_is_not_there_is_a_404_of_the_api(self):
        asset = next(path for path in assets() if path.startswith("/assets/"))
        for path in ("/assets/none.js", "/assets/", "/index.html", "/favicon.none", asset + "/", asset[1:].join("//"),
                     asset.replace("/assets/", "/assets//"), asset.replace("/assets/", "/assets/./"),
                     asset.replace("/assets/", "/start/../assets/"), asset.replace(".", "%2E"),
                     asset + "%00", "/assets/../../../../etc/passwd", "/assets/%2e%2e/index.html",
                     "/repository//x", "/repository/../api/v1/projects", "/repository/%2E%2e/api",
                     "/Repository", "/startle", "/administration.html"):
            with self.subTest(path=path):
                self.refused(404, path)

    def test_pages_are_only_read(self):
        for path in ("/", "/start", assets()[0]):
            for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
                with self.subTest(path=path, method=method):
                    self.assertEqual(self.refused(405, path, method).headers["Allow"], "GET, HEAD")

    def test_no_page_stands_where_the_api_answers(self):
        for path in contract.contract()["paths"]:
            url = re.sub(r"\{\w+\}", "0198c0de-0000-7000-8000-000000000001", path)
            with self.subTest(path=path):
                self.assertFalse(url.startswith(("/assets/", *PAGES[:3], "/administration", "/account")), url)
                self.assertNotEqual(ask(url).headers["Content-Type"], "text/html; charset=utf-8")
                self.assertEqual(ask(url + "/nothing/below").status, 404)
        for path in (API, API + "/", API + "/none", "/api", "/api/v2/projects"):
            with self.subTest(path=path):
                self.refused(404, path)
        self.assertEqual(self.refused(405, API + "/projects", "PUT").headers["Allow"], "GET, HEAD, POST")
