"""What every end-to-end test stands on: processes, TLS, the strongroom binary, its command line.

A test file makes a World in setUpModule (or per test), which owns a temporary directory and every
process started in it, and ends with all of them: by process id, never by name. Nothing here knows
what the vault's objects look like; vault.py does.
"""
import ctypes
import http.client
import json
import os
import pathlib
import platform
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.parse

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
SERVERS = TOP / "tests/servers"
BINARY = pathlib.Path(os.environ.get("STRONGROOM_BINARY", TOP / "build/release/strongroom"))
PATIENCE_SECONDS = 60
IDLE_SECONDS = 3  # Node closes a connection after five without a request

sys.path.insert(0, str(SERVERS))
import contract  # noqa: E402
from contract import Answer  # noqa: E402
import pki  # noqa: E402  (it lives beside the servers that it makes certificates for)


class HarnessError(Exception):
    """Something that the test needs is missing or did not come up."""


def wait_until(condition, what, patience=PATIENCE_SECONDS, pause=0.02):
    """Calls `condition` until it answers something true, and answers that."""
    deadline = time.monotonic() + patience
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise HarnessError(f"waited {patience} s in vain for {what}")
        time.sleep(pause)


def pinned_node():
    """The Node that the lock file names; the system's may be too old for oidc-provider."""
    flavour = {"x86_64": "x64", "aarch64": "arm64"}[platform.machine()]
    node = SERVERS / f"node_modules/node-linux-{flavour}/bin/node"
    if not node.exists():
        raise HarnessError("the test servers are not installed: run ./dev test")
    return node


def _die_with_parent():
    """In the child: so that a killed test run leaves nothing behind (prctl(2))."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


class Process:
    """A child whose standard output and error are kept in files below `directory`."""

    def __init__(self, name, command, directory, env=None, before_exec=None):
        self.name = name
        self.output = directory / f"{name}.out"
        self.errors = directory / f"{name}.err"

        def prepare():
            _die_with_parent()
            if before_exec:
                before_exec()

        with open(self.output, "wb") as out, open(self.errors, "wb") as err:
            self.child = subprocess.Popen([str(word) for word in command], cwd=directory,
                                          stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                          env=env, preexec_fn=prepare)

    def running(self):
        return self.child.poll() is None

    def wait_for_line(self, path, wanted):
        """The first complete line of `path` for which `wanted(line)` answers something true."""
        def look():
            for line in path.read_text(errors="replace").splitlines(keepends=True):
                found = line.endswith("\n") and wanted(line)
                if found:
                    return found
            if not self.running():
                raise HarnessError(f"{self.name} ended with {self.child.returncode}: {self.tail()}")
            return None
        return wait_until(look, f"{self.name} to be ready")

    def ready_line(self):
        """What a server of tests/servers says of itself."""
        return self.wait_for_line(self.output, lambda line: line[0] == "{" and json.loads(line))

    def tail(self):
        return self.errors.read_text(errors="replace")[-3000:]

    def send(self, number):
        self.child.send_signal(number)

    def stop(self, number=signal.SIGTERM, patience=40):
        """Ends the process and answers its exit code."""
        if self.running():
            self.child.send_signal(number)
        try:
            return self.child.wait(patience)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
            raise HarnessError(f"{self.name} did not stop within {patience} s") from None


class Client:
    """JSON over HTTPS to one origin, trusting one CA. Keeps its connection open."""

    def __init__(self, origin, ca_file=None, key=None, check=None, source=None,
                 pair=None):
        """`check(method, path, answer)` is shown every answer and may raise. `source`: the address
        to ask from, such as 127.0.0.2. `pair`: a certificate to show, as of client_pair.py."""
        url = urllib.parse.urlsplit(origin)
        self.key = key
        self._check = check
        self._used_at = time.monotonic()
        if url.scheme == "https":
            context = ssl.create_default_context(cafile=ca_file)
            if pair:
                context.load_cert_chain(pair.certificate_file, pair.key_file)
            self._connection = http.client.HTTPSConnection(url.hostname, url.port, timeout=60,
                                                           context=context)
            self._connection.source_address = (source, 0) if source else None
        else:
            self._connection = http.client.HTTPConnection(url.hostname, url.port, timeout=60)

    def request(self, method, path, data=None, headers=None, query=None, raw=None):
        """`data` is sent as JSON, `raw` as it is; `query` is encoded and appended."""
        if query:
            path += "?" + urllib.parse.urlencode(query)
        sent = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        body = raw
        if data is not None:
            body = json.dumps(data).encode()
            sent["Content-Type"] = "application/json"
        sent |= headers or {}
        if time.monotonic() - self._used_at > IDLE_SECONDS:
            self._connection.close()  # the other side may be about to
        try:
            self._connection.request(method, path, body, sent)
            response = self._connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException):
            self._connection.close()  # the next request opens a new one
            raise
        self._used_at = time.monotonic()
        if self._check:
            self._check(method, path, answer)
        return answer

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def post(self, path, data=None, **more):
        return self.request("POST", path, data, **more)

    def close(self):
        self._connection.close()


class Strongroom:
    """The binary serving one data directory; it can be stopped, killed and started again."""

    def __init__(self, world, data=None, options=(), env=None, name="strongroom", before_exec=None,
                 listen="127.0.0.1:0", profile="development"):
        self.world = world
        self.listen = listen
        self.profile = profile
        self.data = data or world.directory / f"{name}-data"
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.options = list(options)
        # Tests run as whoever started them, which in a container is root.
        # Many count what providers were asked: who tests renewals ahead of time turns them on.
        self.env = {**world.environment(), "STRONGROOM_HARDENING__ALLOW_ROOT": "true",
                    "STRONGROOM_REFRESH__AHEAD": "false", **(env or {})}
        self.name = name
        self.before_exec = before_exec
        self.starts = 0
        self.process = None

    def command(self):
        return [BINARY, "serve", "--data", self.data, "--profile", self.profile,
                "--listen", self.listen, "--management", "127.0.0.1:0", *self.options]

    def launch(self):
        """Starts the process without waiting for it to serve."""
        if not BINARY.exists():
            raise HarnessError(f"{BINARY} is not built: ./dev build")
        self.starts += 1
        self.process = self.world.keep(Process(f"{self.name}-{self.starts}", self.command(),
                                               self.world.directory, self.env, self.before_exec))
        return self.process

    def start(self):
        """Starts the process and waits until it says that it is ready."""
        serving = self.launch().wait_for_line(self.process.errors, self._serving)
        self.origin = serving["address"]
        self.management = serving["management"]
        probe = Client(self.management)
        wait_until(lambda: probe.get("/readyz").status == 200, "/readyz")
        probe.close()
        return self

    @staticmethod
    def _serving(line):
        fields = json.loads(line) if line.startswith("{") else {}
        return fields if "address" in fields and "management" in fields else None

    @property
    def ca_file(self):
        return self.data / "tls/ca.crt"

    @property
    def log(self):
        """Everything that this server wrote to standard error, over all its starts."""
        return "".join((self.world.directory / f"{self.name}-{n}.err").read_text(errors="replace")
                       for n in range(1, self.starts + 1))

    def client(self, key=None, source=None, pair=None):
        return Client(self.origin, self.ca_file, key, contract.check, source, pair)

    def metrics(self):
        client = Client(self.management)
        try:
            return client.get("/metrics").body.decode()
        finally:
            client.close()

    def admin_key(self, user="admin"):
        made = self.world.run("api-key", "create", "--data", self.data, "--user", user)
        if made.returncode != 0:
            raise HarnessError(f"api-key create ended with {made.returncode}: {made.stderr}")
        return made.stdout.split()[-1]

    def stop(self, number=signal.SIGTERM):
        return self.process.stop(number)

    def restart(self, number=signal.SIGTERM):
        self.stop(number)
        return self.start()


class World:
    """A temporary directory, a private CA, and everything that runs in it."""

    def __init__(self):
        self._temporary = tempfile.TemporaryDirectory(prefix="strongroom-e2e-")
        self.directory = pathlib.Path(self._temporary.name)
        self._processes = []
        self._pki = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for process in reversed(self._processes):
            if process.running():
                process.child.terminate()
        for process in self._processes:
            try:
                process.child.wait(10)
            except subprocess.TimeoutExpired:
                process.child.kill()
                process.child.wait()
        self._temporary.cleanup()

    def keep(self, process):
        self._processes.append(process)
        return process

    def environment(self):
        """Ours without what would steer strongroom from outside."""
        return {name: value for name, value in os.environ.items()
                if not name.startswith("STRONGROOM_")} | {"HOME": str(self.directory)}

    @property
    def pki(self):
        """The directory with ca.pem, server.pem and server.key of this world's authorization servers."""
        if self._pki is None:
            self._pki = pki.make(self.directory / "pki")
        return self._pki

    @property
    def ca_pem(self):
        return (self.pki / "ca.pem").read_text()

    def _server(self, name, *command):
        process = self.keep(Process(name, [*command, "--certificate", self.pki / "server.pem",
                                           "--key", self.pki / "server.key"], self.directory))
        return Server(process, self.pki / "ca.pem")

    def oidc_provider(self):
        return self._server("oidc-provider", pinned_node(), SERVERS / "oidc_provider.mjs",
                            "--client-ca", self.pki / "ca.pem")

    def sign_in_provider(self, pushed=""):
        """oidc-provider with people who sign in; see tests/servers/sign_in_provider.mjs. `pushed`: "taken", "required"."""
        more = ["--pushed", pushed] if pushed else []
        return self._server("sign-in-provider" + (f"-{pushed}" if pushed else ""), pinned_node(),
                            SERVERS / "sign_in_provider.mjs", *more)

    def registration_provider(self, trust=None):
        """oidc-provider at which clients register; `trust`: CA file of servers whose documents it reads."""
        more = ["--trust", trust] if trust else []
        return self._server("registration-provider" + ("-documents" if trust else ""), pinned_node(),
                            SERVERS / "registration_provider.mjs", *more)

    def dpop_provider(self):
        """oidc-provider with tokens that are bound to keys; see tests/servers/dpop_provider.mjs."""
        return self._server("dpop-provider", pinned_node(), SERVERS / "dpop_provider.mjs")

    def glewlwyd(self, *trusted, token_seconds=600):
        """`trusted`: client certificates in PEM that count besides those of this world's CA."""
        bundle = self.directory / "glewlwyd-ca.pem"
        bundle.write_text("\n".join([self.ca_pem, *trusted]))
        return self._server("glewlwyd", sys.executable, SERVERS / "glewlwyd.py", "--ca", bundle,
                            "--token-seconds", token_seconds)

    def assertion_provider(self):
        """For assertions that are grants themselves; see tests/servers/assertion_provider.py."""
        return self._server("assertion-provider", sys.executable, SERVERS / "assertion_provider.py")

    def hostile(self, host="127.0.0.1"):
        return self._server("hostile" if host == "127.0.0.1" else "hostile-elsewhere",
                            sys.executable, SERVERS / "hostile.py", "--host", host)

    def mcp_server(self):
        """A remote MCP server and where its tokens come from; see tests/servers/mcp_server.mjs."""
        return self._server("mcp-server", pinned_node(), SERVERS / "mcp_server.mjs")

    def hostile_resource(self):
        return self._server("hostile-resource", sys.executable, SERVERS / "hostile_resource.py")

    def oauth1_provider(self, public_key=""):
        """`public_key`: PEM of the key that its second consumer signs with."""
        file = self.directory / "oauth1-public-key.pem"
        file.write_text(public_key)
        return self._server("oauth1-provider", sys.executable, SERVERS / "oauth1_provider.py",
                            "--public-key", file)

    def microsoft_front(self):
        """Reached by the clouds' own names through its proxy, and at its origin; `ca_pem` is its CA's."""
        hosts = "login.microsoftonline.com login.microsoftonline.us login.partner.microsoftonline.cn"
        names = ",".join(["IP:127.0.0.1", *(f"DNS:{host}" for host in hosts.split())])
        directory = pki.make(self.directory / "microsoft-pki", names)
        process = self.keep(Process("microsoft-front", [
            pinned_node(), SERVERS / "microsoft_front.mjs", "--certificate", directory / "server.pem",
            "--key", directory / "server.key"], self.directory))
        front = Server(process, directory / "ca.pem")
        front.ca_pem = (directory / "ca.pem").read_text()
        return front

    def http2_provider(self):
        return self._server("http2-provider", pinned_node(), SERVERS / "http2_provider.mjs")

    def hostile_proxies(self):
        """{what it does: its address}; each shows a certificate that this world does not trust."""
        strange = pki.make(self.directory / "strange-pki")
        process = self.keep(Process("hostile-proxy", [
            sys.executable, SERVERS / "hostile_proxy.py", "--certificate", strange / "server.pem",
            "--key", strange / "server.key"], self.directory))
        return process.ready_line()["proxies"]

    def tinyproxy(self, credentials=None, name="tinyproxy"):
        return TinyProxy(self, credentials, name)

    def tls_proxy(self, name="tls-proxy"):
        return TlsProxy(self, name)

    def nginx(self, directives, name="nginx", host="127.0.0.1"):
        return Nginx(self, directives, name, host)

    def run(self, *words, env=None, stdin=None, patience=60):
        """Runs strongroom as a command line, to its end."""
        if not BINARY.exists():
            raise HarnessError(f"{BINARY} is not built: ./dev build")
        return subprocess.run([str(BINARY), *map(str, words)], cwd=self.directory, text=True,
                              capture_output=True, timeout=patience, check=False,
                              input=stdin or "", env={**self.environment(), **(env or {})})


class TinyProxy:
    """Debian's tinyproxy on a free port of 127.0.0.1, with a configuration of its own."""

    def __init__(self, world, credentials, name):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = world.directory / f"{name}.log"
        config = world.directory / f"{name}.conf"
        words = [f"Port {self.port}", "Listen 127.0.0.1", "Allow 127.0.0.1", "Timeout 60",
                 f'LogFile "{self.log}"', "LogLevel Connect", "MaxClients 50"]
        if credentials:
            words.append("BasicAuth " + credentials.replace(":", " "))
        config.write_text("\n".join(words) + "\n")
        self.process = world.keep(Process(name, ["tinyproxy", "-d", "-c", config], world.directory))
        wait_until(self._answers, f"{name} to listen")

    def _answers(self):
        if not self.process.running():
            raise HarnessError(f"tinyproxy ended: {self.process.tail()}")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def connects(self):
        """What was asked of it so far: ["CONNECT host:port HTTP/1.1", …]."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return re.findall(r"CONNECT \S+:\d+ HTTP/1\.1", text)


class TlsProxy:
    """tests/servers/tls_proxy.py, whose certificate is of a CA of its own: `ca_pem`."""

    def __init__(self, world, name):
        directory = pki.make(world.directory / f"{name}-pki")
        self.ca_file = directory / "ca.pem"
        self.ca_pem = self.ca_file.read_text()
        self.process = world.keep(Process(name, [
            sys.executable, SERVERS / "tls_proxy.py", "--certificate", directory / "server.pem",
            "--key", directory / "server.key"], world.directory))
        self.url = self.process.ready_line()["url"]

    def connects(self):
        """What was asked of it so far: ["host:port", …]."""
        lines = self.process.output.read_text().splitlines()[1:]
        return [json.loads(line)["connect"] for line in lines]


class Nginx:
    """Debian's nginx in front of a Strongroom, at `origin`, with a certificate of the world's CA,
    which is for 127.0.0.1."""

    def __init__(self, world, directives, name, host):
        """`directives`: what stands in its only server, such as a location with a proxy_pass."""
        with socket.socket() as probe:
            probe.bind((host, 0))
            self.place = (host, probe.getsockname()[1])
        self.origin = f"https://{host}:{self.place[1]}"
        self.ca_file = world.pki / "ca.pem"
        self.directory = world.directory / name
        self.directory.mkdir()
        self._world = world
        self._name = name
        self._starts = 0
        self._start(directives)

    def change(self, directives):
        """From now on it does this, at the same place."""
        self.process.stop()
        self._start(directives)

    def _start(self, directives):
        self._write(directives)
        self._starts += 1
        self.process = self._world.keep(Process(
            f"{self._name}-{self._starts}",
            ["nginx", "-c", self.directory / "nginx.conf", "-p", self.directory],
            self._world.directory))
        wait_until(self._answers, f"{self._name} to listen")

    def _write(self, directives):
        temporary = " ".join(f"{word}_temp_path {self.directory}/{word};" for word in
                             ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (self.directory / "nginx.conf").write_text(f"""
            worker_processes 1; daemon off; master_process off; pid {self.directory}/pid;
            error_log {self.directory}/error.log;
            events {{}}
            http {{
              access_log off; {temporary}
              server {{
                listen {self.place[0]}:{self.place[1]} ssl;
                ssl_certificate {self.ca_file.parent}/server.pem;
                ssl_certificate_key {self.ca_file.parent}/server.key;
                {directives}
              }}
            }}""")

    def _answers(self):
        if not self.process.running():
            raise HarnessError(f"nginx ended: {self.process.tail()}")
        with socket.socket() as probe:
            return probe.connect_ex(self.place) == 0

    def client(self, key=None, source=None):
        return Client(self.origin, self.ca_file, key, contract.check, source)


class Server:
    """An authorization server of tests/servers that has said that it is ready."""

    def __init__(self, process, ca_file):
        self.process = process
        self.ca_file = ca_file
        self.about = process.ready_line()
        origin = self.about.get("origin") or self.about["token_endpoint"]
        self.client = Client("https://" + urllib.parse.urlsplit(origin).netloc, ca_file)

    def registered(self, client_id):
        """One of oidc-provider's clients, by its id."""
        return next(c for c in self.about["clients"] if c["client_id"] == client_id)

    # What tests/servers/hostile.py can be asked.
    def script(self, lane, *behaviours):
        self.client.post("/_test/script", {"lane": lane, "behaviours": list(behaviours)})
        return self.about["token"] + f"scripted/{lane}"

    def issuer(self, lane, *behaviours):
        """An issuer whose metadata is what METADATA of hostile.py says."""
        self.client.post("/_test/script", {"lane": f"issuer/{lane}", "behaviours": list(behaviours)})
        return self.about["origin"] + f"/issuer/{lane}"

    def requests(self, path=None):
        seen = self.client.get("/_test/requests").json
        return [one for one in seen if path is None or one["path"].split("?")[0] == path]

    def elsewhere(self):
        return self.client.get("/_test/elsewhere").json

    def waiting(self):
        return self.client.get("/_test/waiting").json["waiting"]

    def release(self):
        self.client.post("/_test/release")
