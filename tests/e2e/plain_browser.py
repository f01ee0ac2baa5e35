"""Somebody with a browser that has no script: cookies, redirects and forms, over TLS.

Follows links as a browser does, within the sites whose CA it trusts, and keeps what it saw.
"""
import html
import html.parser
import http.cookies
import re
import ssl
import urllib.parse
import http.client


class Page:
    """What the browser shows: the last answer, and how it got there."""

    def __init__(self, url, status, headers, body, trail):
        self.url = url
        self.status = status
        self.headers = headers
        self.body = body
        self.trail = trail  # addresses that redirected, in their order

    @property
    def text(self):
        return html.unescape(re.sub(r"<[^>]*>", " ", self.body))

    def form(self):
        """(action, {name: value}) of the first form."""
        reader = _FormReader()
        reader.feed(self.body)
        if reader.action is None:
            raise AssertionError(f"there is no form at {self.url}: {self.text[:300]}")
        return urllib.parse.urljoin(self.url, reader.action or self.url), reader.fields


class _FormReader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.action = None
        self.fields = {}
        self._inside = False

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "form" and self.action is None:
            self.action, self._inside = values.get("action", ""), True
        elif tag == "input" and self._inside and values.get("name"):
            self.fields[values["name"]] = values.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "form":
            self._inside = False


class Browser:
    """One browser profile. `ca_files` are the CAs that it trusts, as files."""

    def __init__(self, *ca_files):
        self._context = ssl.create_default_context()
        for path in ca_files:
            self._context.load_verify_locations(cafile=path)
        self.cookies = {}  # origin -> {name: value}

    def _send(self, method, url, fields=None):
        parts = urllib.parse.urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        headers = {"User-Agent": "plain browser"}
        jar = self.cookies.setdefault(origin, {})
        if jar:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        body = None
        if fields is not None:
            body = urllib.parse.urlencode(fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPSConnection(parts.netloc, timeout=60, context=self._context)
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in http.cookies.SimpleCookie(line).items():
                if morsel["max-age"] == "0" or "1970" in morsel["expires"]:
                    jar.pop(name, None)
                else:
                    jar[name] = morsel.value
        return answer.status, answer.headers, text

    def open(self, url, fields=None, stop=lambda url: False):
        """Opens `url` (with fields: posts them) and follows redirects, up to one that `stop` names."""
        trail, method = [], "GET" if fields is None else "POST"
        for _ in range(20):
            status, headers, body = self._send(method, url, fields)
            location = headers.get("Location")
            if status not in (301, 302, 303, 307, 308) or not location:
                return Page(url, status, headers, body, trail)
            trail.append(url)
            url = urllib.parse.urljoin(url, location)
            if stop(url):
                return Page(url, status, headers, body, trail)
            if status in (301, 302, 303):
                method, fields = "GET", None
        raise AssertionError(f"too many redirects, the last to {url}")

    def submit(self, page, stop=lambda url: False, **values):
        action, fields = page.form()
        return self.open(action, fields | values, stop)

    def sign_in(self, link, login, stop=lambda url: False):
        """From the link to the last page, as `login`, consenting to everything."""
        page = self.open(link)
        page = self.submit(page, stop)
        return self.go_on(page, login, stop)

    def go_on(self, page, login, stop=lambda url: False):
        """At oidc-provider's own pages: signs in and consents until it sends the browser back."""
        for _ in range(6):
            if stop(page.url) or "prompt" not in page.body:
                return page
            _, fields = page.form()
            values = {"login": login, "password": "x"} if fields.get("prompt") == "login" else {}
            page = self.submit(page, stop, **values)
        return page
