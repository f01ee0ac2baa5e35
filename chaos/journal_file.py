"""What a journal has on the disk: src/vault/journal_slot.h, read from outside and without a key."""
import hashlib
import pathlib
import struct
import uuid

SLOTS = 64
INTENT_BYTES = 4096
HEAD = 12 + 8


def _payload(what, block):
    """What a frame holds; None: there is none, or it is torn."""
    if not block.startswith(what):
        return None
    size = struct.unpack(">Q", block[12:HEAD])[0]
    content = block[:HEAD + size]
    digest = block[HEAD + size:HEAD + size + 32]
    return content[HEAD:] if hashlib.sha256(content).digest() == digest else None


def read(path):
    """{id of an OAuth client: whether its answer is there}, of the intents that are not settled. Where a client has several, one
    without an answer counts."""
    content = pathlib.Path(path).read_bytes()
    slot_bytes = len(content) // SLOTS
    found = {}
    for number in range(SLOTS):
        slot = content[number * slot_bytes:(number + 1) * slot_bytes]
        intent = _payload(b"SRj1 intent\n", slot[:INTENT_BYTES])
        if intent is None:
            continue
        answer = _payload(b"SRj1 answer\n", slot[INTENT_BYTES:])
        client = str(uuid.UUID(bytes=intent[24:40]))
        answered = answer is not None and answer[:16] == intent[:16]
        found[client] = answered and found.get(client, True)
    return found
