"""The office's key: encrypts private text and recordings, and hashes phone numbers for look-up.

The keys come from CALLBOT_ENCRYPTION_KEYS (Fernet keys, newest first, separated by commas), else
from the file `keys` in the data folder, made at first use and readable by its owner alone. Lose
the keys and names, numbers and transcripts are gone: back them up apart from the database.
"""

import hashlib
import hmac
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from callbot.errors import ConfigurationError

KEY_FILE = "keys"


class _Vault:
    fernet: MultiFernet | None = None
    look_up_key: bytes = b""


_vault = _Vault()


def unlock(keys: str, data_dir: Path) -> None:
    """Takes the keys into use. Raises ConfigurationError if one is not a Fernet key."""
    given = keys or _key_file(data_dir)
    listed = [key.strip() for key in given.split(",") if key.strip()]
    try:
        fernet = MultiFernet([Fernet(key) for key in listed])
    except ValueError as error:
        if not keys:
            raise ConfigurationError(
                f"{data_dir / KEY_FILE}: damaged; put your copy of it back, without which stored "
                "names and numbers cannot be read"
            ) from error
        raise ConfigurationError(
            "CALLBOT_ENCRYPTION_KEYS: not a Fernet key; make one with `callbot db new-key`"
        ) from error
    _vault.fernet = fernet
    # The oldest key stays the look-up key, so that adding a new one loses no phone number.
    _vault.look_up_key = hashlib.sha256(b"look-up" + listed[-1].encode()).digest()


def _key_file(data_dir: Path) -> str:
    path = data_dir / KEY_FILE
    try:
        if not path.exists():
            data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make_key_file(path)
        return path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "damaged"
        raise ConfigurationError(
            f"{path}: {reason}; give this user access to it, or set CALLBOT_ENCRYPTION_KEYS"
        ) from error


def _make_key_file(path: Path) -> None:
    """Complete from its first moment: of two programs started at once, both take the same key."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".keys", mode="wb") as file:
        file.write(Fernet.generate_key())
        file.flush()
        os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(file.name, path)


def encrypt(text: str) -> str:
    return seal(text.encode()).decode()


def decrypt(token: str) -> str:
    return unseal(token.encode()).decode()


def seal(content: bytes) -> bytes:
    """A token of letters, digits, `-`, `_` and `=`."""
    return _open().encrypt(content)


def unseal(token: bytes) -> bytes:
    """Raises ConfigurationError when none of the keys in use made the token."""
    try:
        return _open().decrypt(token)
    except InvalidToken as error:
        raise ConfigurationError(
            "this was written with another key; put that key in CALLBOT_ENCRYPTION_KEYS, "
            f"or your copy of the file `{KEY_FILE}` back into the data folder"
        ) from error


def look_up_hash(text: str) -> str:
    """A keyed hash by which a phone number is found without being stored in clear."""
    _open()
    return hmac.new(_vault.look_up_key, text.encode(), hashlib.sha256).hexdigest()


def _open() -> MultiFernet:
    if _vault.fernet is None:
        raise ConfigurationError("the vault is locked: call vault.unlock() with the office's keys")
    return _vault.fernet
