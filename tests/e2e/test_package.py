"""The Debian package: made, installed, upgraded, removed and purged in a Debian of its own; and the
list of what is in it."""
import contextlib
import gzip
import hashlib
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import unittest

import closing
import harness

CACHE = harness.TOP / "build/package-root"  # a Debian that has what the package depends on
OLD = "0.0.1"
DATA = "var/lib/strongroom"
KEY = "etc/strongroom/root.key"
AS_ROOT = [] if os.geteuid() == 0 else ["sudo", "-n"]
# Its own mounts, which end with it; every step is an exec, so that the process is the program.
ENTER = ["unshare", "--mount", "sh", "-c",
         'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"']


def setUpModule():
    global world, package, bill
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    package, bill = build("made")


def run(*command, check=True):
    done = subprocess.run([str(word) for word in command], check=False, text=True, capture_output=True)
    if check and done.returncode != 0:
        raise harness.HarnessError(f"{command} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done


def build(name):
    """Makes the package of the binary under test; its path, and that of its bill of materials."""
    if not harness.BINARY.exists():
        raise harness.HarnessError(f"{harness.BINARY} is not built: ./dev build")
    made = run(sys.executable, harness.TOP / "packaging/build.py", harness.BINARY, world.directory / name)
    return tuple(pathlib.Path(line) for line in made.stdout.split())


def another_version(path, version):
    """The same package as an older or newer one."""
    tree = world.directory / f"tree-{version}"
    run("dpkg-deb", "-R", path, tree)
    control = tree / "DEBIAN/control"
    control.write_text(re.sub(r"^Version: .*$", f"Version: {version}", control.read_text(), flags=re.M))
    other = world.directory / f"strongroom_{version}.deb"
    run("dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, other)
    return other


def dependencies():
    shown = run("dpkg-deb", "-f", package, "Depends").stdout
    return sorted(re.findall(r"(?:^|, )([a-z0-9.+-]+)", shown))


def mirror():
    """(address, suite) of the Debian that this machine itself is installed from."""
    shown = run("apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME) $(ORIGIN) $(LABEL)",
                "Created-By: Packages").stdout
    for address, suite, origin, label in (line.split(None, 3) for line in shown.splitlines()):
        if origin == label == "Debian" and "-" not in suite:
            return address, suite
    raise harness.HarnessError("apt knows no archive of Debian")


def base():
    """The cached root; made once, and again when the package depends on something else."""
    address, suite = mirror()
    names = ",".join(dependencies())
    place = CACHE / hashlib.sha256(f"{suite} {names}".encode()).hexdigest()[:16]
    if not place.exists():
        run(*AS_ROOT, "rm", "-rf", CACHE)
        CACHE.mkdir(parents=True)
        draft = CACHE / "draft"
        run(*AS_ROOT, "debootstrap", "--variant=minbase", f"--include={names}", suite, draft, address)
        run(*AS_ROOT, "mv", draft, place)
    return place


class Root:
    """A copy of that root to install into."""

    def __init__(self, name):
        self.path = world.directory / f"root-{name}"
        run(*AS_ROOT, "cp", "-a", "--reflink=auto", base(), self.path)

    def remove(self):
        run(*AS_ROOT, "rm", "-rf", self.path)

    def run(self, *command, check=True):
        return run(*AS_ROOT, *ENTER, self.path, "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                   "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive", *command, check=check)

    def install(self, path):
        run(*AS_ROOT, "cp", path, self.path / "tmp/strongroom.deb")
        return self.run("dpkg", "-i", "/tmp/strongroom.deb")

    def has(self, path):
        return run(*AS_ROOT, "test", "-e", self.path / path, check=False).returncode == 0

    def read(self, path):
        return run(*AS_ROOT, "cat", self.path / path).stdout

    def owner(self, path):
        """"user:group mode", as the root names them."""
        return self.run("stat", "-c", "%U:%G %a", f"/{path}").stdout.strip()

    @contextlib.contextmanager
    def serving(self, name):
        """The service as the unit starts it, without systemd: (server's address, that of its health)."""
        credentials = "/run/credentials/strongroom.service"
        self.run("install", "-d", "-o", "strongroom", "-m", "0500", credentials)
        self.run("install", "-o", "strongroom", "-m", "0400", f"/{KEY}", f"{credentials}/root-key")
        process = world.keep(harness.Process(name, [
            *AS_ROOT, *ENTER, self.path, "env", "-i", f"CREDENTIALS_DIRECTORY={credentials}",
            "setpriv", "--reuid=strongroom", "--regid=strongroom", "--init-groups",
            "/usr/bin/strongroom", "serve", "--config", "/etc/strongroom/strongroom.toml",
            "--listen", "127.0.0.1:0", "--management", "127.0.0.1:0"], world.directory))
        line = process.wait_for_line(process.errors, harness.Strongroom._serving)
        yield line["address"], line["management"]
        if process.stop() != 0:
            raise harness.HarnessError(f"the installed server ended badly: {process.tail()}")


class Package(unittest.TestCase):
    def root(self, name):
        root = Root(name)
        self.addCleanup(root.remove)
        return root

    def test_installed_it_serves_as_a_user_of_its_own(self):
        root = self.root("installed")
        said = root.install(package).stdout
        self.assertIn("a root key was made", said)
        self.assertEqual(root.owner(KEY), "root:root 600")
        self.assertRegex(root.read(KEY), r"^[0-9a-f]{64}\n$")
        self.assertNotIn(root.read(KEY).strip(), said)
        self.assertEqual(root.owner(DATA), "strongroom:strongroom 700")
        self.assertRegex(root.run("strongroom", "--version").stdout, r"^\d+\.\d+\.\d+")
        self.assertIn("sound", root.run("strongroom", "config", "check", "--config",
                                        "/etc/strongroom/strongroom.toml").stdout)
        self.assertNotIn("not found", root.run("ldd", "/usr/bin/strongroom").stdout)
        with root.serving("installed") as (address, management):
            health = harness.Client(management)
            self.assertEqual(health.get("/livez").status, 200)
            harness.wait_until(lambda: health.get("/readyz").status == 200, "/readyz")
            console = harness.Client(address, root_file(root, f"{DATA}/tls/ca.crt"))
            begins = console.get("/").headers["Location"]
            self.assertIn("text/html", console.get(begins).headers["Content-Type"])
        self.assertEqual(root.owner(f"{DATA}/initial-admin-password"), "strongroom:strongroom 600")
        self.assertEqual(root.owner(f"{DATA}/state.db").split()[0], "strongroom:strongroom")

    def test_upgraded_removed_and_purged_it_keeps_what_cannot_be_had_back(self):
        root = self.root("upgraded")
        root.install(another_version(package, OLD))
        self.assertIn(OLD, root.run("dpkg-query", "-W", "-f", "${Version}", "strongroom").stdout)
        with root.serving("before-upgrade"):
            pass
        key = root.read(KEY)
        root.run("sh", "-c", "echo '# mine' >> /etc/strongroom/strongroom.toml")
        said = root.install(package)
        self.assertNotIn("root key", said.stdout + said.stderr)
        self.assertEqual(root.read(KEY), key)
        self.assertIn("# mine", root.read("etc/strongroom/strongroom.toml"))
        with root.serving("after-upgrade"):
            pass

        root.run("dpkg", "--remove", "strongroom")
        self.assertFalse(root.has("usr/bin/strongroom"))
        self.assertFalse(root.has("usr/lib/systemd/system/strongroom.service"))
        self.assertIn("# mine", root.read("etc/strongroom/strongroom.toml"))
        root.install(package)
        with root.serving("installed-again"):  # the same key opens the same data
            pass
        said = root.run("dpkg", "--purge", "strongroom").stdout
        self.assertIn("are kept", said)
        self.assertFalse(root.has("etc/strongroom/strongroom.toml"))
        self.assertEqual(root.read(KEY), key)
        self.assertTrue(root.has(f"{DATA}/state.db"))
        closing.line("package: installed, upgraded, removed, purged 4 of 4")

    def test_data_without_its_root_key_gets_no_other_one(self):
        root = self.root("keyless")
        root.run("install", "-d", f"/{DATA}")
        root.run("touch", f"/{DATA}/state.db")
        said = root.install(package)
        self.assertIn("Put the root key of this data there", said.stderr)
        self.assertFalse(root.has(KEY))

    def test_the_same_program_makes_the_same_package(self):
        again, _ = build("again")
        self.assertEqual(again.name, package.name)
        self.assertEqual(hashlib.sha256(again.read_bytes()).hexdigest(),
                         hashlib.sha256(package.read_bytes()).hexdigest())

    def test_nothing_in_it_is_for_others_to_write(self):
        tree = world.directory / "contents"
        run("dpkg-deb", "-x", package, tree)
        self.addCleanup(shutil.rmtree, tree)
        paths = [*tree.rglob("*")]
        self.assertGreater(len(paths), 20)
        for path in paths:
            self.assertFalse(stat.S_IMODE(path.lstat().st_mode) & 0o7022, path)
        sizes = {path.name: path.stat().st_size for path in paths if path.is_file()}
        self.assertIn("strongroom.1.gz", sizes)
        page = gzip.decompress((tree / "usr/share/man/man1/strongroom.1.gz").read_bytes()).decode()
        self.assertNotIn("@", page)  # a place that nothing was put into
        self.assertIn(".B oauth\\-client\n", page)

    def test_completion_knows_commands_and_options(self):
        def completed(*words):
            script = (f"source {harness.TOP}/packaging/strongroom.bash; COMP_WORDS=(\"$0\" \"$@\"); "
                      'COMP_CWORD=$#; _strongroom; echo "${COMPREPLY[*]}"')
            return run("bash", "-c", script, harness.BINARY, *words).stdout.split()
        self.assertIn("oauth-client", completed("oauth-c"))
        self.assertIn("retrieve-tokens", completed("oauth-client", ""))
        self.assertIn("--listen", completed("serve", "--l"))


def root_file(root, path):
    """A copy that whoever runs the tests may read."""
    copy = world.directory / f"copy-{pathlib.Path(path).name}"
    copy.write_text(root.read(path))
    return copy


class BillOfMaterials(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bill = json.loads(bill.read_text())
        cls.parts = {one["purl"]: {prop["name"]: prop["value"] for prop in one["properties"]} | one
                     for one in cls.bill["components"]}

    def linked(self, how):
        return {one["name"]: one for one in self.parts.values() if one["strongroom:linked"] == how}

    def test_it_is_cyclonedx_of_this_version(self):
        self.assertEqual((self.bill["bomFormat"], self.bill["specVersion"]), ("CycloneDX", "1.5"))
        version = run(harness.BINARY, "--version").stdout.split()[-1]
        self.assertEqual(self.bill["metadata"]["component"]["version"], version)
        references = [one["bom-ref"] for one in self.bill["components"]]
        self.assertEqual(len(references), len(set(references)))
        self.assertEqual(sorted(self.bill["dependencies"][0]["dependsOn"]), sorted(references))

    def test_every_library_that_the_program_names_is_in_it_with_its_version(self):
        names = re.findall(r"\(NEEDED\).*\[(.+)\]", run("readelf", "-d", harness.BINARY).stdout)
        self.assertGreater(len(names), 8)
        paths = dict(re.findall(r"^\s*(\S+) => (\S+)", run("ldd", harness.BINARY).stdout, re.M))
        direct = self.linked("directly")
        for name in names:
            if name.startswith("ld-linux"):
                continue
            real = os.path.realpath(paths[name])
            owners = [run("dpkg-query", "-S", path, check=False).stdout.split(":")[0]
                      for path in (real, real.removeprefix("/usr"))]
            owner = next(filter(None, owners))
            with self.subTest(name=name):
                self.assertIn(owner, direct)
                shown = run("dpkg-query", "-W", "-f", "${Version}\n", owner).stdout.split()
                self.assertEqual(direct[owner]["version"], shown[0])

    def test_every_package_of_the_console_is_in_it_as_locked(self):
        lock = json.loads((harness.TOP / "console/package-lock.json").read_text())["packages"]
        wanted = json.loads((harness.TOP / "console/package.json").read_text())["dependencies"]
        bundled = self.linked("bundled")
        self.assertGreater(len(wanted), 5)
        for name in wanted:
            with self.subTest(name=name):
                self.assertEqual(bundled[name]["version"], lock[f"node_modules/{name}"]["version"])
        for name, one in bundled.items():
            self.assertTrue(one.get("licenses"), f"{name} has no licence")
        self.assertNotIn("typescript", bundled)  # what builds it is not in it
        closing.line(f"sbom: {len(self.parts)} components, {len(bundled)} of npm")

    def test_what_is_compiled_in_is_in_it(self):
        compiled = " ".join(self.linked("compiled in"))
        for word in ("boost", "cli11", "expected", "tomlplusplus"):
            self.assertIn(word, compiled)
