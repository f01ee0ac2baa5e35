"""What ./dev chaos stands on: the server on a machine that fails, and clients that are refreshed all the time."""
import http.client
import mmap
import pathlib
import socket
import struct
import sys
import threading

TOP = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / "tests/e2e"))
import bad_provider  # noqa: E402
import harness  # noqa: E402
from vault import API, LOOKUP, Vault  # noqa: E402

BINARY = harness.BINARY.parent / "chaos/strongroom_chaos"
ROBOT_PATH = "chaos/run"
NONE, FULL, READ_ONLY, NO_SYNC = range(4)


class Machine:
    """The page that chaos/control_page.h reads: what is wrong at this moment."""

    PLACES = {"clock_offset_ms": (0, "q"), "state": (8, "B"), "audit": (9, "B"), "journal": (10, "B"),
              "dns_fails": (11, "B"), "leak": (12, "B"), "journal_lies": (13, "B")}

    def __init__(self, path):
        self.path = path
        path.write_bytes(bytes(4096))
        with open(path, "r+b") as file:
            self._page = mmap.mmap(file.fileno(), 4096)

    def set(self, **values):
        for name, value in values.items():
            place, form = self.PLACES[name]
            struct.pack_into("=" + form, self._page, place, value)

    def heal(self):
        self.set(clock_offset_ms=0, state=NONE, audit=NONE, journal=NONE, dns_fails=0)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server(harness.Strongroom):
    """strongroom_chaos, always at the same address, so that whoever asks finds it again."""

    def __init__(self, world, **windows):
        self.machine = Machine(world.directory / "machine")
        catalogue = bad_provider.provider_files(world.directory / "providers", **windows)
        super().__init__(world, name="chaos", listen=f"127.0.0.1:{free_port()}", env={
            "CHAOS_PAGE": str(self.machine.path), "STRONGROOM_CATALOGUE__DIRECTORY": str(catalogue),
            "STRONGROOM_LOOKUP__REQUESTS_PER_SECOND": "100000"})

    def command(self):
        if not BINARY.exists():
            raise harness.HarnessError(f"{BINARY} is not built: ./dev chaos builds it")
        return [BINARY, *super().command()[1:]]

    @property
    def journal(self):
        return self.data / "journal"

    def pid(self):
        return self.process.child.pid

    def die(self):
        """SIGKILL, and nothing of it is left when this returns."""
        self.process.child.kill()
        self.process.child.wait()


class Client:
    """One OAuth client, and the sign-ins at the provider that it had one after the other."""

    def __init__(self, members, provider):
        self.members = members
        self.id = members["id"]
        self.question = members["question"]
        self.provider = provider
        self.family = None


class Fleet:
    """Clients at bad providers, and robots that ask for them without end, so that all are refreshed all the time."""

    def __init__(self, server, vault, min_ttl):
        self.server = server
        self.vault = vault
        self.min_ttl = min_ttl
        self.clients = []
        self.ended = set()       # whom the vault says to need a sign-in, until somebody looks
        self.served = 0
        self.surprises = []      # answers that nothing can explain
        self.lock = threading.Lock()
        self._running = threading.Event()
        self._stopping = threading.Event()
        self._threads = []

    def add(self, provider, service_provider, count, **more):
        system = provider.target_system(self.vault, service_provider=service_provider, **more)
        made = [Client(self.vault.client(system), provider) for _ in range(count)]
        for client in made:
            self.vault.grant(client.members, path_pattern=ROBOT_PATH)
        for client, token in zip(made, provider.mint("robots", count), strict=True):
            self.sign_in(client, token)
        self.clients += made
        return made

    def sign_in(self, client, token=None):
        """The client has a new refresh token of the provider from now on."""
        token = token or client.provider.mint("robots")[0]
        client.family = token["family"]
        self.vault.expect(200, self.vault.http.post(f"{API}/oauth-clients/{client.id}/import-tokens",
                                                    {"refresh_token": token["refresh_token"]}))

    def start(self, robots=6):
        for number in range(robots):
            key = self.vault.robot(path=ROBOT_PATH).key
            mine = self.clients[number::robots]
            thread = threading.Thread(target=self._ask, args=(key, mine), daemon=True)
            self._threads.append(thread)
            thread.start()

    def go(self):
        self._running.set()

    def rest(self):
        self._running.clear()

    def stop(self):
        self._stopping.set()
        self._running.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, key, mine):
        http_client = None
        while not self._stopping.is_set():
            for client in mine:
                self._running.wait()
                if self._stopping.is_set():
                    return
                http_client = self._ask_once(http_client, key, client)

    def _ask_once(self, http_client, key, client):
        try:
            http_client = http_client or harness.Client(self.server.origin, self.server.ca_file, key)
            answer = http_client.get(LOOKUP, query=client.question | {"min_ttl": self.min_ttl})
        except (OSError, http.client.HTTPException):
            if http_client:
                http_client.close()
            self._stopping.wait(0.01)  # it was killed, and is not there again yet
            return None
        with self.lock:
            if answer.status == 200:
                self.served += 1
            elif answer.status == 424 and answer.json["type"] == "/problems/needs_sign_in":
                self.ended.add(client)
            elif answer.status not in (409, 424, 503):
                self.surprises.append(repr(answer))
        return http_client

    def take_ended(self):
        with self.lock:
            ended, self.ended = self.ended, set()
            return ended


def begin(world, min_ttl, **windows):
    """A server that runs, an administrator of it, and a fleet without clients yet."""
    server = Server(world, **windows).start()
    vault = Vault(server)
    return server, vault, Fleet(server, vault, min_ttl)
