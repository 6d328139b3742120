"""The home's key, and what is made with it: pseudonyms of viewers, tombstones of erased ones.

What belongs here: the key file, and HMAC-SHA256 in Python and in SQL.
What does not: which columns hold viewers (publishing/pseudonyms.py) or which lines are dropped
(ingestion/erasure.py). The key is never logged, and no part of it stands in SQL text.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets

from livehouse.errors import LivehouseError
from livehouse.settings import Home, key_from_environment

MIN_KEY_LENGTH = 32
PSEUDONYM_DIGITS = 32
_BLOCK_BYTES = 64


def home_key(home: Home) -> bytes:
    """The key: $LIVEHOUSE_KEY, else the file <home>/key, which is made at first use.

    Raises LivehouseError where the key is too short to keep anybody from guessing it.
    """
    named = key_from_environment()
    if named is not None:
        return _long_enough(named.encode(), "$LIVEHOUSE_KEY")
    if not home.key.exists():
        _make(home)
    if home.key.stat().st_mode & 0o077:
        home.key.chmod(0o600)
    return _long_enough(home.key.read_bytes().strip(), str(home.key))


def pseudonym(key: bytes, viewer_id: str) -> str:
    """The published id of a viewer: `v` and the first 128 bits of the HMAC-SHA256 of his id."""
    return "v" + hmac.digest(key, viewer_id.encode(), "sha256").hex()[:PSEUDONYM_DIGITS]


def tombstone(key: bytes, viewer_id: str) -> str:
    """What is kept of an erased viewer: a hash that is not his pseudonym."""
    return hmac.digest(key, b"tombstone:" + viewer_id.encode(), "sha256").hex()


def pseudonym_sql(expression: str) -> str:
    """`pseudonym` in SQL; the statement is executed with `pads(key)` as its parameters."""
    return f"'v' || left({_hmac_sql(f'encode({expression})')}, {PSEUDONYM_DIGITS})"


def tombstone_sql(expression: str) -> str:
    """`tombstone` in SQL; the statement is executed with `pads(key)` as its parameters."""
    return _hmac_sql(f"encode('tombstone:' || {expression})")


def pads(key: bytes) -> dict[str, bytes]:
    """The two padded keys of RFC 2104, as parameters of a statement."""
    short = key if len(key) <= _BLOCK_BYTES else hashlib.sha256(key).digest()
    block = short.ljust(_BLOCK_BYTES, b"\0")
    return {
        "inner_pad": bytes(byte ^ 0x36 for byte in block),
        "outer_pad": bytes(byte ^ 0x5C for byte in block),
    }


def _hmac_sql(message: str) -> str:
    return f"sha256($outer_pad || unhex(sha256($inner_pad || {message})))"


def _long_enough(key: bytes, where: str) -> bytes:
    if len(key) < MIN_KEY_LENGTH:
        raise LivehouseError(
            f"The key has less than {MIN_KEY_LENGTH} characters.",
            where=where,
            remedy="Restore it from a backup; a new one gives every viewer another pseudonym.",
        )
    return key


def _make(home: Home) -> None:
    """Whole or not at all; of two processes that make it at once, one wins."""
    home.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = home.key.with_name(f".key-{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(draft, home.key)
    draft.unlink()
