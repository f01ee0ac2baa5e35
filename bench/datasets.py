"""Data directories with many OAuth clients, filled once and kept below build/bench-data."""
import hashlib
import pathlib
import shutil
import subprocess
import time

TOP = pathlib.Path(__file__).resolve().parent.parent
BUILD = TOP / "build/release"
PLACE = TOP / "build/bench-data"
ROBOTS, SYSTEMS = 100, 10  # as bench/fill.cc makes them unless told otherwise
LIFETIME = 20 * 24 * 3600  # seconds; the tokens in it live for thirty days
# What a data set is made of: when one of these changes, what was kept is of no use any more.
MAKERS = ("src/storage/state_schema.cc", "src/vault/row_mac.cc", "bench/fill.cc")


def stamp():
    digest = hashlib.sha256()
    for maker in MAKERS:
        digest.update((TOP / maker).read_bytes())
    return digest.hexdigest()


class DataSet:
    """`clients` OAuth clients with tokens: a data directory, and one look-up for each of them."""

    def __init__(self, clients):
        self.clients = clients
        self.directory = PLACE / f"clients-{clients}"
        self.data = self.directory / "data"
        self.requests = self.directory / "requests"

    def fill(self):
        mark = self.directory / "stamp"
        fresh = mark.exists() and time.time() - mark.stat().st_mtime < LIFETIME
        if fresh and mark.read_text() == stamp():
            return self
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        print(f"filling {self.clients} clients", flush=True)
        start = time.monotonic()
        subprocess.run([BUILD / "bench/strongroom_fill", "--data", self.data, "--requests",
                        self.requests, "--clients", str(self.clients)], check=True)
        size = sum(file.stat().st_size for file in self.data.iterdir() if file.is_file())
        print(f"filled in {time.monotonic() - start:.0f} s; {size / 1e6:.0f} MB", flush=True)
        mark.write_text(stamp())
        return self

    def warm(self):
        """Reads what a start reads, so that it lies in the page cache."""
        with open(self.data / "state.db", "rb") as file:
            while file.read(1 << 24):
                pass
