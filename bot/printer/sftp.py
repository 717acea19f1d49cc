"""Hands letters to a print house over SFTP: sealed, under a host key that was known before, durable when it is said.

Uploads go into a hidden `.part` file, are synced (fsync@openssh.com), and get their name by a rename that fails where
the name is taken.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import stat
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import ClassVar, Final
from urllib.parse import unquote, urlsplit

import asyncssh

from bot.printer.file_sink import MANIFEST, SEALED, FileSink
from bot.printer.sink import Access, SinkAway, SinkError, SinkUnsure
from flows.words.text import Text

__all__ = ["SftpSink"]

PATIENCE: Final = 20.0
"""Seconds for one answer of the print house."""

TIDIED: Final = 3600
"""Seconds after which a half-written file is nobody's any more."""

_LOST: Final = (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection)

_log = logging.getLogger("mektupx.printer")


class SftpSink(FileSink):
    """The PrintSink named "sftp"; `where` is //user@host:port/folder. A connection is kept, and made anew when lost."""

    name: ClassVar[str] = "sftp"

    def __init__(self, where: str, access: Access) -> None:
        super().__init__(access.recipients)
        url = urlsplit(f"sftp:{where}")
        self._host, self._port, self._user = url.hostname or "", url.port or 22, unquote(url.username or "")
        self._folder = unquote(url.path)
        self._access = access
        self._connection: asyncssh.SSHClientConnection | None = None
        self._client: asyncssh.SFTPClient | None = None
        self._lock = asyncio.Lock()

    async def start(self) -> None:
        """A print house that cannot be reached is waited for, letter by letter."""
        try:
            async with self._errors():
                await self._tidy()
        except SinkError as error:
            _log.warning("the print sink sftp: %s", error)

    async def probe(self) -> Sequence[Text]:
        """Host, host key, user, folder, rights, and that the server syncs: a small file is written and taken away."""
        async with self._errors():
            name = f"probe-{secrets.token_hex(4)}{SEALED}"
            await self._place(name, b"MektupX")
            await self._unlink(name)
            await self._sync_folder()
        return ()

    async def close(self) -> None:
        """What is taken out first cannot be a connection that somebody makes meanwhile."""
        connection, self._connection, self._client = self._connection, None, None
        if connection is not None:
            connection.close()
            with suppress(Exception):
                async with asyncio.timeout(PATIENCE):
                    await connection.wait_closed()

    # How one file is handled ------------------------------------------------------------------------------------------

    def _errors(self) -> AbstractAsyncContextManager[None]:
        return self._waited_for()

    async def _read(self, name: str, most: int) -> bytes | None:
        client = await self._sftp()
        try:
            async with client.open(self._path(name), "rb") as file:
                found = await file.read(most)
                await file.fsync()
        except asyncssh.SFTPNoSuchFile:
            await client.stat(self._folder)  # the folder itself missing is another matter
            return None
        assert isinstance(found, bytes)
        return found

    async def _place(self, name: str, content: bytes) -> bool:
        client, part = await self._sftp(), self._path(f".{name}.{secrets.token_hex(4)}.part")
        try:
            async with client.open(part, "xb") as file:
                await file.write(content)
                await file.fsync()
            try:
                await client.rename(part, self._path(name))
            except (asyncssh.SFTPFailure, asyncssh.SFTPFileAlreadyExists):
                if await client.exists(self._path(name)):
                    return False
                raise
            except (asyncssh.Error, OSError) as error:
                if not name.endswith(MANIFEST) or _answered(error):
                    raise  # without its manifest it is not there yet
                raise SinkUnsure(
                    f"The print house did not answer when a file got its name ({_kind(error)})."
                ) from error
            return True
        except asyncssh.SFTPFailure as error:
            raise await self._why(client, len(content)) from error
        finally:
            with suppress(asyncssh.Error, OSError):  # what stays behind is tidied up later
                await client.remove(part)

    async def _unlink(self, name: str) -> None:
        with suppress(asyncssh.SFTPNoSuchFile):
            await (await self._sftp()).remove(self._path(name))

    async def _names(self) -> Collection[str]:
        return [str(name) for name in await (await self._sftp()).listdir(self._folder)]

    async def _sync_folder(self) -> None:
        """OpenSSH opens a folder as a file that can be read, and syncs it: then its names are durable."""
        async with (await self._sftp()).open(self._folder, "rb") as folder:
            await folder.fsync()

    async def _tidy(self) -> None:
        """Half-written files of an interrupted run; a young one may be another dispatcher's."""
        client = await self._sftp()
        found = [one async for one in client.scandir(self._folder) if one.filename not in (".", "..")]
        newest = max((one.attrs.mtime or 0 for one in found), default=0)  # by the print house's own clock
        for one in found:
            name = str(one.filename)
            old = newest - (one.attrs.mtime or 0) > TIDIED
            if name.startswith(".") and name.endswith(".part") and old:
                await self._unlink(name)

    def _path(self, name: str) -> str:
        return f"{self._folder.rstrip('/')}/{name}"

    # The connection ---------------------------------------------------------------------------------------------------

    async def _sftp(self) -> asyncssh.SFTPClient:
        async with self._lock:
            if self._client is None or self._connection is None or self._connection.is_closed():
                await self.close()
                self._connection = await asyncssh.connect(
                    self._host,
                    self._port,
                    username=self._user,
                    known_hosts=str(self._access.known_hosts),
                    client_keys=[str(self._access.ssh_key)],
                    config=None,  # nothing of the machine's own ~/.ssh decides where letters go
                    agent_path=None,
                    preferred_auth="publickey",
                    connect_timeout=PATIENCE,
                    login_timeout=PATIENCE,
                    keepalive_interval=PATIENCE / 2,
                )
                self._client = await self._connection.start_sftp_client()
                await self._look_round(self._client)
            return self._client

    async def _look_round(self, client: asyncssh.SFTPClient) -> None:
        try:
            found = await client.stat(self._folder)
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
            raise SinkAway(
                "The print house has no folder of this name: look at the path of MEKTUPX_PRINT_SINK."
            ) from None
        if not stat.S_ISDIR(found.permissions or 0):
            raise SinkAway("What MEKTUPX_PRINT_SINK names at the print house is no folder.")

    @asynccontextmanager
    async def _waited_for(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(3 * PATIENCE):
                yield
        except SinkError as error:
            if not isinstance(error.__cause__, asyncssh.SFTPFailure):
                await self.close()
            raise
        except (asyncssh.Error, OSError, ValueError) as error:
            await self.close()
            raise SinkAway(self._said(error)) from error

    def _said(self, error: Exception) -> str:
        match error:
            case asyncssh.HostKeyNotVerifiable():
                return (
                    f"The host key of {self._host} is not the one in MEKTUPX_SFTP_KNOWN_HOSTS: nothing was sent. Ask"
                    " the print house by telephone for its key, and put that into the file."
                )
            case asyncssh.PermissionDenied():
                return f"{self._host} does not know the key of MEKTUPX_SFTP_KEY_FILE: give them its public half."
            case asyncssh.KeyImportError() | asyncssh.KeyEncryptionError():
                return "The file of MEKTUPX_SFTP_KEY_FILE is no private key without a passphrase."
            case asyncssh.SFTPPermissionDenied():
                return "The print house does not let this user write into its folder."
            case asyncssh.SFTPNoSuchFile() | asyncssh.SFTPNoSuchPath():
                return "The folder at the print house is gone."
            case asyncssh.SFTPOpUnsupported():
                return (
                    "The server of the print house does not say when a file is on its disk (fsync@openssh.com): it"
                    " needs OpenSSH 6.5 or newer."
                )
            case asyncssh.SFTPError() if not isinstance(error, _LOST):
                return f"The print house refused a file ({_kind(error)})."
            case FileNotFoundError() if error.filename:
                return f"There is no file {error.filename}."
            case _:
                return f"The print house cannot be reached ({_kind(error)})."

    async def _why(self, client: asyncssh.SFTPClient, size: int) -> SinkAway:
        """Version 3 of SFTP has one word for every failure: a full disk is asked about (statvfs@openssh.com)."""
        with suppress(asyncssh.Error, OSError):
            found = await client.statvfs(self._folder)
            no_names = found.files and not found.favail  # some file systems do not count
            if found.bavail * found.frsize < size + found.frsize or no_names:
                return SinkAway("The disk at the print house is full: it must make room. The letter waits.")
        return SinkAway("The print house refused a file and gave no reason.")


def _answered(error: Exception) -> bool:
    """Whether it is the server's own word, and not the end of a connection."""
    lost = isinstance(error, asyncssh.SFTPConnectionLost | asyncssh.SFTPNoConnection)
    return isinstance(error, asyncssh.SFTPError) and not lost


def _kind(error: Exception) -> str:
    return type(error).__name__
