#!/usr/bin/env python3
"""Says what is in the program and what it runs on, as CycloneDX 1.5 (https://cyclonedx.org).

    sbom.py BINARY [--version VERSION]

Three kinds of components: Debian packages of the shared libraries that the program names or that
these name (`linked: directly | indirectly`), Debian packages whose headers are compiled into it
(`linked: compiled in`), and npm packages of the console (`linked: bundled`). Versions and licences
are those of this machine and of console/package-lock.json. The same inputs give the same text:
SOURCE_DATE_EPOCH is its time.
"""
import argparse
import datetime
import json
import os
import pathlib
import re
import subprocess
import urllib.parse
import uuid

TOP = pathlib.Path(__file__).resolve().parent.parent
# Headers alone, or with a library that is linked as well: their code is in the program itself.
COMPILED_IN = ("libboost1.81-dev", "libboost1.83-dev", "libcli11-dev", "libexpected-dev",
               "libtomlplusplus-dev")
# What Debian's copyright files and SPDX call differently.
SPDX = {"Expat": "MIT", "BSL-1.0": "BSL-1.0", "Apache-2.0": "Apache-2.0", "ISC": "ISC", "Zlib": "Zlib",
        "MIT": "MIT", "BSD-3-clause": "BSD-3-Clause", "BSD-3-Clause": "BSD-3-Clause",
        "BSD-2-clause": "BSD-2-Clause", "CC0-1.0": "CC0-1.0", "LGPL-2.1": "LGPL-2.1-only"}


def output(*command):
    return subprocess.run([str(word) for word in command], check=True, text=True,
                          capture_output=True).stdout


def needed(binary):
    """The names of the libraries that the program itself asks for (ELF's NEEDED)."""
    return set(re.findall(r"\(NEEDED\).*\[(.+)\]", output("readelf", "-d", binary)))


def loaded(binary):
    """{name: path} of all libraries that the loader brings in."""
    return dict(re.findall(r"^\s*(\S+) => (/\S+) \(", output("ldd", binary), re.M))


def owner(path):
    """The Debian package of a file; dpkg knows it by the name from before or after the merge of /usr."""
    real = os.path.realpath(path)
    for name in (path, real, real.removeprefix("/usr")):
        found = subprocess.run(["dpkg-query", "-S", name], check=False, text=True, capture_output=True)
        if found.returncode == 0:
            return found.stdout.split(":")[0]
    raise SystemExit(f"sbom: no Debian package has {path}")


def debian_licences(package):
    """The short names in a machine-readable copyright file; nothing where there is none."""
    path = pathlib.Path(f"/usr/share/doc/{package}/copyright")
    if not path.exists():
        return []
    names = re.findall(r"^License:\s*(\w.*?)\s*$", path.read_text(errors="replace"), re.M)
    return [{"license": {"id": SPDX[name]} if name in SPDX else {"name": name}}
            for name in sorted(set(names))]


def component(kind, name, version, purl, licences, linked):
    made = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
            "properties": [{"name": "strongroom:linked", "value": linked},
                           {"name": "strongroom:from", "value": kind}]}
    return made | ({"licenses": licences} if licences else {})


def debian_component(package, linked):
    version, architecture = output("dpkg-query", "-W", "-f", "${Version} ${Architecture}\n",
                                   package).splitlines()[0].split()
    purl = (f"pkg:deb/debian/{package}@{urllib.parse.quote(version, safe='.+-~')}"
            f"?arch={architecture}")
    return component("Debian", package, version, purl, debian_licences(package), linked)


def is_installed(package):
    found = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Status}", package], check=False,
                           text=True, capture_output=True)
    return found.returncode == 0 and found.stdout == "installed"


def debian_components(binary):
    direct, linked = needed(binary), {}
    for name, path in loaded(binary).items():
        package = owner(path)
        if name in direct or package not in linked:
            linked[package] = "directly" if name in direct else "indirectly"
    for package in filter(is_installed, COMPILED_IN):
        linked[package] = "compiled in"
    return [debian_component(package, how) for package, how in linked.items()]


def npm_components(lock):
    """What `npm ci --omit=dev --omit=optional` would bring, but for what is types alone."""
    for path, package in json.loads(lock.read_text())["packages"].items():
        name = path.rpartition("node_modules/")[2]
        if not name or package.get("dev") or package.get("optional") or name.startswith("@types/"):
            continue
        purl = f"pkg:npm/{urllib.parse.quote(name)}@{package['version']}"
        licence = package.get("license")
        yield component("npm", name, package["version"], purl,
                        [{"expression": licence}] if licence else [], "bundled")


def bill(binary, version):
    when = datetime.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), datetime.UTC)
    parts = sorted([*debian_components(binary), *npm_components(TOP / "console/package-lock.json")],
                   key=lambda one: one["bom-ref"])
    main = {"type": "application", "bom-ref": "strongroom", "name": "strongroom", "version": version,
            "licenses": [{"license": {"id": "Apache-2.0"}}]}
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([main, parts], sort_keys=True))
    return {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
            "serialNumber": f"urn:uuid:{serial}",
            "metadata": {"timestamp": when.strftime("%Y-%m-%dT%H:%M:%SZ"), "component": main},
            "components": parts,
            "dependencies": [{"ref": "strongroom", "dependsOn": [one["bom-ref"] for one in parts]}]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--version", default="0")
    arguments = parser.parse_args()
    print(json.dumps(bill(arguments.binary, arguments.version), indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
