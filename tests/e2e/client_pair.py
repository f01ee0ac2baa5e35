"""A private key with its certificate, as a client has them that shows itself in TLS (RFC 8705)."""
import base64
import subprocess
import uuid


def openssl(*words):
    """What the command writes, as text."""
    return subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True,
                          text=True).stdout


class Pair:
    """Made in `directory`: a P-256 key with its certificate, of `ca` (as of pki.py) or self-signed."""

    def __init__(self, directory, name, ca=None, usage="clientAuth", alternative_name=None):
        self.subject = f"CN={name},O=Example"
        path = directory / f"pair-{uuid.uuid4()}"
        self.key_file, self.certificate_file = path.with_suffix(".key"), path.with_suffix(".crt")
        request, extensions = path.with_suffix(".csr"), path.with_suffix(".ext")
        lines = ["basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature",
                 f"extendedKeyUsage={usage}"]
        if alternative_name:
            lines.append(f"subjectAltName=DNS:{alternative_name}")
        extensions.write_text("\n".join(lines) + "\n")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", self.key_file, "-out", request, "-subj", f"/O=Example/CN={name}")
        signer = ["-signkey", self.key_file]
        if ca:
            signer = ["-CA", ca / "ca.pem", "-CAkey", ca / "ca.key", "-CAcreateserial"]
        openssl("x509", "-req", "-in", request, "-days", "2", "-extfile", extensions, *signer,
                "-out", self.certificate_file)
        self.certificate, self.key = self.certificate_file.read_text(), self.key_file.read_text()

    @property
    def x5c(self):
        return "".join(self.certificate.splitlines()[1:-1])

    def entered(self):
        return {"certificate": self.certificate, "private_key": self.key}

    def jwk(self):
        """How a self-signed certificate is registered (RFC 8705 section 2.2.2)."""
        public = openssl("x509", "-in", self.certificate_file, "-noout", "-pubkey")
        point = base64.b64decode("".join(public.splitlines()[1:-1]))[-64:]
        def number(raw):
            return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
        return {"kty": "EC", "crv": "P-256", "x": number(point[:32]), "y": number(point[32:]),
                "use": "sig", "kid": "the-certificate", "x5c": [self.x5c]}
