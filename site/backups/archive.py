"""The format of an archive: a tar file that is encrypted by age, written and read as a stream.

It has `about.json` first, which says whether this release can use it, then the databases and the files, and
`manifest.json` last, with the number of rows and the hash of all of these. `age` and `tar` alone open it too.
"""

import hashlib
import json
import os
import tarfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

import pyrage

from backups.errors import BackupError

FORMAT = 1
ABOUT, MANIFEST = "about.json", "manifest.json"
DATABASES, FILES = "databases", "files"  # the folders
BLOCK = 256 * 1024  # bytes
DAMAGED = "The archive is damaged or incomplete"
MAX_DOCUMENT_SIZE = 64 * 1024 * 1024  # bytes of about.json or manifest.json, each of which is read at once


@dataclass(frozen=True)
class About:
    """The document that says which release and which database an archive is of."""

    version: str
    engine: str
    made_at: str
    migrations: list[tuple[str, str]]
    format: int = FORMAT


@dataclass
class Manifest:
    rows: dict[str, int] = field(default_factory=dict)  # by table
    columns: dict[str, list[str]] = field(default_factory=dict)  # by table, in the order of the data
    sequences: dict[str, int] = field(default_factory=dict)  # the next value of each
    hashes: dict[str, str] = field(default_factory=dict)  # by the name of the file in the archive


@dataclass(frozen=True)
class Entry:
    """A file of an archive; its name has slashes."""

    name: str
    size: int
    blocks: Iterable[bytes]


class Stream:
    """A readable file of the blocks that an iterator yields; it keeps the error that ended them."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.blocks, self.rest = blocks, memoryview(b"")
        self.error: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            while not self.rest:
                self.rest = memoryview(next(self.blocks))
        except StopIteration:
            return b""
        except BaseException as error:
            self.error = error  # pyrage raises an error of its own, with the text of this one
            raise
        block, self.rest = self.rest[:size], self.rest[size:]
        return bytes(block)


class Sink:
    """A writable file; it keeps the error of writing, as `Stream` does."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.error: BaseException | None = None

    def write(self, data: bytes) -> int:
        try:
            return self.file.write(data)
        except BaseException as error:
            self.error = error
            raise

    def flush(self) -> None:
        """The caller flushes the file."""


def write_archive(
    out: IO[bytes], recipients: Iterable[str], about: About, entries: Iterable[Entry], manifest: Manifest
) -> None:
    """Write an encrypted archive; the manifest may be completed by the iterator of the entries."""
    stream, sink = Stream(_iterate_blocks(about, entries, manifest)), Sink(out)
    try:
        pyrage.encrypt_io(stream, sink, [pyrage.x25519.Recipient.from_str(key) for key in recipients])
    except (pyrage.EncryptError, OSError):
        if error := stream.error or sink.error:
            raise error from None
        raise


def _iterate_blocks(about: About, entries: Iterable[Entry], manifest: Manifest) -> Iterator[bytes]:
    yield from _pack_document(ABOUT, about)
    for entry in entries:
        digest = hashlib.sha256()
        yield _build_header(entry.name, entry.size)
        size = 0
        for block in entry.blocks:
            digest.update(block)
            size += len(block)
            yield block
        if size != entry.size:
            folder = PurePosixPath(entry.name).parent
            raise BackupError(f"A file in {folder} changed while it was read. Make the backup again.")
        yield _get_padding(size)
        manifest.hashes[entry.name] = digest.hexdigest()
    yield from _pack_document(MANIFEST, manifest)
    yield bytes(2 * tarfile.BLOCKSIZE)


def _pack_document(name: str, document: Any) -> Iterator[bytes]:
    text = json.dumps(asdict(document)).encode()
    yield _build_header(name, len(text))
    yield text + _get_padding(len(text))


def _build_header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.PAX_FORMAT)


def _get_padding(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)


def read_archive(
    path: Path,
    identities: list[Any],
    check: Callable[[About], None],
    open_copy: Callable[[str], IO[bytes] | None],
) -> tuple[About, Manifest]:
    """Read and check a whole archive; raises BackupError.

    `check` may refuse it before anything else is read. `open_copy` returns where a file is copied to, or None.
    """
    about = manifest = None
    hashes: dict[str, str] = {}
    with path.open("rb") as file, _decrypt(file, identities) as decrypted:
        with tarfile.open(fileobj=decrypted, mode="r|", bufsize=BLOCK) as tar:
            for member in tar:
                tar.members = []  # type: ignore[attr-defined]  # else it remembers each
                content = tar.extractfile(member)
                if content is None or manifest is not None:
                    raise BackupError(f"{DAMAGED}: {member.name} does not belong in it.")
                if about is None:
                    about = _read_about(member, content)
                    check(about)
                elif member.name == MANIFEST:
                    manifest = Manifest(**_read_document(member, content))
                else:
                    parts = PurePosixPath(member.name).parts  # anybody can encrypt names that lead out of the folder
                    if len(parts) < 2 or parts[0] not in (DATABASES, FILES) or ".." in parts:
                        raise BackupError(f"{DAMAGED}: it has a file called {member.name!r}.")
                    hashes[member.name] = _copy(content, open_copy(member.name))
        while decrypted.read(BLOCK):  # what follows the end of the tar file, so that all of it was decrypted
            pass
    if about is None or manifest is None or manifest.hashes != hashes:
        raise BackupError(f"{DAMAGED}: it does not hold what its manifest names.")
    return about, manifest


def _read_about(member: tarfile.TarInfo, content: IO[bytes]) -> About:
    if member.name != ABOUT:
        raise BackupError("This is no backup of this site.")
    values = _read_document(member, content)
    if values.get("format") != FORMAT:
        raise BackupError(
            f"The backup was made by another release ({values.get('version')}), in a format that is unknown here."
        )
    migrations = [(app, name) for app, name in values.pop("migrations")]
    return About(migrations=migrations, **values)


def _read_document(member: tarfile.TarInfo, content: IO[bytes]) -> Any:
    if member.size > MAX_DOCUMENT_SIZE:
        raise BackupError(f"{DAMAGED}: {member.name} is too large.")
    return json.loads(content.read())


def _copy(content: IO[bytes], out: IO[bytes] | None) -> str:
    """Copy a file if there is a place for it, and return its hash."""
    digest = hashlib.sha256()
    try:
        while block := content.read(BLOCK):
            digest.update(block)
            if out:
                out.write(block)
    finally:
        if out:
            out.close()
    return digest.hexdigest()


def hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class PipeWriter:
    """The end of a pipe that pyrage writes to."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def write(self, data: bytes) -> int:
        return os.write(self.descriptor, data)

    def flush(self) -> None:
        """Nothing is buffered."""


@contextmanager
def _decrypt(file: IO[bytes], identities: list[Any]) -> Iterator[IO[bytes]]:
    """Yield the decrypted content as a stream: a thread decrypts into a pipe, as pyrage can only write.

    An archive that can't be decrypted raises BackupError, whatever the reader made of what came out of it.
    """
    reader, writer = os.pipe()
    errors: list[BaseException] = []

    def decrypt() -> None:
        try:
            pyrage.decrypt_io(file, PipeWriter(writer), identities)
        except BaseException as error:
            errors.append(error)
        finally:
            os.close(writer)

    thread = threading.Thread(target=decrypt)
    thread.start()
    failure: BaseException | None = None
    stream = os.fdopen(reader, "rb", buffering=BLOCK)
    try:
        yield stream
    except BaseException as error:
        failure = error
        if isinstance(error, tarfile.TarError | ValueError | TypeError | KeyError):
            with suppress(OSError):  # the error of decrypting is the reason, if there is one
                while stream.read(BLOCK):
                    pass
    finally:
        stream.close()
        thread.join()
    if errors and not isinstance(failure, BackupError | OSError | KeyboardInterrupt | SystemExit):
        raise _explain(errors[0]) from failure
    if isinstance(failure, tarfile.TarError | ValueError | TypeError | KeyError):
        raise BackupError("This is no backup of this site.") from failure
    if failure:
        raise failure


def _explain(error: BaseException) -> BackupError:
    if isinstance(error, pyrage.DecryptError) and "No matching keys" in str(error):
        return BackupError("None of these keys opens the archive.")
    if isinstance(error, pyrage.DecryptError):
        return BackupError("This is no archive that was encrypted by age, or its beginning is damaged.")
    return BackupError(f"{DAMAGED}: it can't be decrypted as a whole.")
