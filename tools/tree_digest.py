"""What a run of the tests was about: ./dev test notes it, check_rules compares it."""
import hashlib
import os

PARTS = ("src", "tests", "fuzz", "providers", "console")
NOT_OURS = {"node_modules", "__pycache__", "shots"}
NAME = "tree-digest"  # of the file beside the results


def tree_digest(top):
    """The SHA-256 over names and contents of all files in PARTS, in hexadecimal."""
    digest = hashlib.sha256()
    for part in PARTS:
        for directory, inside, files in os.walk(top / part):
            inside[:] = sorted(set(inside) - NOT_OURS)
            for name in sorted(files):
                path = os.path.join(directory, name)
                with open(path, "rb") as file:
                    content = hashlib.sha256(file.read()).hexdigest()
                digest.update(f"{os.path.relpath(path, top)}\0{content}\n".encode())
    return digest.hexdigest()
