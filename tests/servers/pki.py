#!/usr/bin/env python3
"""Makes a private CA and a certificate for 127.0.0.1, ::1 and localhost, with the openssl command.

    pki.py DIR      writes DIR/ca.pem, DIR/server.pem and DIR/server.key

Every call makes a new CA, so a certificate of one test never counts in another.
"""
import pathlib
import subprocess
import sys


def _openssl(directory, *arguments):
    subprocess.run(["openssl", *arguments], cwd=directory, check=True, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def make(directory, names="IP:127.0.0.1,IP:::1,DNS:localhost", days=2):
    """Fills `directory`, which is made if it is not there, and answers its path.

    With `days` 0 the server's certificate has expired when it is made.
    """
    directory = pathlib.Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    _openssl(directory, "req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem",
             "-days", str(max(days, 1)), "-subj", "/CN=Private test CA",
             "-addext", "basicConstraints=critical,CA:TRUE",
             "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    _openssl(directory, "req", *curve, "-keyout", "server.key", "-out", "server.csr",
             "-subj", "/CN=127.0.0.1")
    (directory / "server.ext").write_text(
        f"subjectAltName={names}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n")
    _openssl(directory, "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
             "-CAcreateserial", "-out", "server.pem", "-days", str(days),
             "-extfile", "server.ext")
    return directory


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    make(sys.argv[1])
