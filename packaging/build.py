#!/usr/bin/env python3
"""Makes the Debian package and the list of what is in it (SBOM).

    build.py BINARY DIRECTORY [--version VERSION]

Leaves strongroom_VERSION_ARCHITECTURE.deb and strongroom_VERSION_ARCHITECTURE.cdx.json in DIRECTORY, and
prints their paths. The same binary and packages give the same bytes: times are those of the last
commit, or SOURCE_DATE_EPOCH.
"""
import argparse
import gzip
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import sbom

TOP = pathlib.Path(__file__).resolve().parent.parent
HERE = TOP / "packaging"


def project_version():
    return re.search(r"project\(strongroom VERSION ([\d.]+)", (TOP / "CMakeLists.txt").read_text())[1]


def commit_time():
    if "SOURCE_DATE_EPOCH" not in os.environ:
        shown = subprocess.run(["git", "-C", TOP, "log", "-1", "--format=%ct"], check=False, text=True,
                               capture_output=True).stdout.strip()
        os.environ["SOURCE_DATE_EPOCH"] = shown or "0"


def fill(template, values):
    text = template.read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def put(path, content, mode=0o644):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    path.chmod(mode)


def packed(text):
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)


def commands(binary):
    """The commands as --help has them, for the manual page."""
    shown = sbom.output(binary, "--help").partition("Subcommands:\n")[2].partition("\n\n")[0]
    pairs = [line.split(None, 1) for line in shown.splitlines() if line.startswith("  ")]
    escaped = lambda text: text.replace("\\", "\\e").replace("-", "\\-")  # noqa: E731
    return "\n".join(f".TP\n.B {escaped(name)}\n{escaped(what)}" for name, what in pairs)


def lay_out(stage, binary, version):
    """Everything but DEBIAN/, below `stage`."""
    (stage / "usr/bin").mkdir(parents=True)
    subprocess.run(["strip", "--strip-unneeded", "--remove-section=.comment", "-o",
                    stage / "usr/bin/strongroom", binary], check=True)
    (stage / "usr/bin/strongroom").chmod(0o755)
    put(stage / "usr/lib/systemd/system/strongroom.service", (HERE / "strongroom.service").read_text())
    put(stage / "etc/strongroom/strongroom.toml", (HERE / "strongroom.toml").read_text())
    put(stage / "usr/share/bash-completion/completions/strongroom", (HERE / "strongroom.bash").read_text())
    put(stage / "usr/share/man/man1/strongroom.1.gz", packed(
        fill(HERE / "strongroom.1.in", {"VERSION": version, "COMMANDS": commands(binary)})))
    home = stage / "usr/share/doc/strongroom"
    put(home / "copyright", (HERE / "debian/copyright").read_text())
    put(home / "changelog.gz", packed((TOP / "CHANGELOG.md").read_text()))
    put(home / "api.yaml", (TOP / "api.yaml").read_text())
    put(home / "alerts.yml", (HERE / "alerts.yml").read_text())
    for page in sorted((TOP / "docs").glob("*.md")):
        put(home / page.name, page.read_text())
    bill = json.dumps(sbom.bill(binary, version), indent=1, ensure_ascii=False) + "\n"
    put(home / "sbom.cdx.json", bill)
    return bill


def dependencies(stage):
    """What the program's libraries are in, as Debian's own tools see it."""
    with tempfile.TemporaryDirectory() as scratch:
        put(pathlib.Path(scratch) / "debian/control",
            "Source: strongroom\n\nPackage: strongroom\nArchitecture: any\n")
        shown = subprocess.run(["dpkg-shlibdeps", "-O", f"-e{stage}/usr/bin/strongroom"], cwd=scratch,
                               check=True, text=True, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL).stdout
    return re.search(r"^shlibs:Depends=(.+)$", shown, re.M)[1]


def describe(stage, version, architecture):
    """DEBIAN/: what dpkg reads."""
    files = sorted(path for path in stage.rglob("*") if path.is_file())
    size = sum(max(1, -(-path.stat().st_size // 1024)) for path in files)
    sums = "".join(f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(stage)}\n"
                   for path in files)
    put(stage / "DEBIAN/control", fill(HERE / "debian/control.in", {
        "VERSION": version, "ARCHITECTURE": architecture, "SIZE": str(size),
        "DEPENDS": dependencies(stage)}))
    put(stage / "DEBIAN/md5sums", sums)
    put(stage / "DEBIAN/conffiles", "/etc/strongroom/strongroom.toml\n")
    for script in ("postinst", "prerm", "postrm"):
        put(stage / "DEBIAN" / script, (HERE / "debian" / script).read_text(), 0o755)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=pathlib.Path)
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--version", default=project_version())
    arguments = parser.parse_args()
    commit_time()
    os.umask(0o022)
    architecture = sbom.output("dpkg", "--print-architecture").strip()
    name = f"strongroom_{arguments.version}_{architecture}"
    with tempfile.TemporaryDirectory(prefix="strongroom-package-") as scratch:
        stage = pathlib.Path(scratch) / "stage"
        stage.mkdir(mode=0o755)
        bill = lay_out(stage, arguments.binary, arguments.version)
        describe(stage, arguments.version, architecture)
        made = pathlib.Path(scratch) / f"{name}.deb"
        subprocess.run(["dpkg-deb", "--root-owner-group", "-Zxz", "--build", stage, made], check=True,
                       stdout=subprocess.DEVNULL)
        arguments.directory.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, arguments.directory / made.name)
        put(arguments.directory / f"{name}.cdx.json", bill)
    print(arguments.directory / f"{name}.deb")
    print(arguments.directory / f"{name}.cdx.json")


if __name__ == "__main__":
    main()
