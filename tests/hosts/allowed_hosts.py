"""Nothing goes to any other host: where each setting may lead is written here by hand, and each connection compared.

The guard stands in this process and in every Python process that a test starts (sitecustomize.py). It
refuses a connection before the first byte and notes it for the test that is running, which then fails.
"""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

__all__ = ["INSTITUTIONS", "LEADS_NOWHERE", "LEADS_TO", "NOTES", "Stray", "allowed", "endpoints", "guard"]

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})

LEADS_TO: Final[Mapping[str, frozenset[str]]] = {
    "MEKTUPX_TELEGRAM_API": LOOPBACK,  # the playground instead of api.telegram.org
    "MEKTUPX_SMTP_URL": LOOPBACK,  # the playground's mailbox
    "MEKTUPX_DATABASE_URL": frozenset({""}),  # SQLite's file, or PostgreSQL's socket in a temporary folder
    "MEKTUPX_PUBLIC_URL": LOOPBACK,  # the sandbox bank knocks at our own door
    "MEKTUPX_PRINT_SINK": LOOPBACK,  # a folder, or a printer, a queue or a print house of the tests
    "MEKTUPX_LISTEN": LOOPBACK,  # where no public address is set, the same door
}
"""A setting -> the hosts a connection because of it may go to; "" is no host but a file or a socket."""

LEADS_NOWHERE: Final = frozenset(
    {
        *("MEKTUPX_CUSTOMER_TOKEN", "MEKTUPX_STAFF_TOKEN", "MEKTUPX_WEBHOOK_SECRET", "MEKTUPX_PAYMENT_CREDENTIALS"),
        *("MEKTUPX_MASTER_KEY_FILE", "MEKTUPX_KEY_STORE", "MEKTUPX_SELLER_FILE", "MEKTUPX_TARIFF", "MEKTUPX_CLOCK"),
        *("MEKTUPX_ADMINS", "MEKTUPX_STAFF_CHAT", "MEKTUPX_CUT_OFF", "MEKTUPX_ENVELOPE", "MEKTUPX_INVOICE_SERIES"),
        "MEKTUPX_PAYMENT_PROVIDER",  # the sandbox's bank is in the process; INSTITUTIONS has the others' hosts
        "MEKTUPX_PAYMENT_CREDENTIALS_FILE",  # names an institution's address only where a test writes one: loopback
        *("MEKTUPX_PRINT_ROOM_KEY", "MEKTUPX_SFTP_KEY_FILE", "MEKTUPX_SFTP_KNOWN_HOSTS"),
    }
)
"""Settings for whose sake nothing is connected to."""

INSTITUTIONS: Final[Mapping[str, frozenset[str]]] = {
    "sandbox": frozenset(),  # our own web server
    "iyzico": frozenset({"api.iyzipay.com", "sandbox-api.iyzipay.com"}),
    "paytr": frozenset({"www.paytr.com"}),
}
"""A value of MEKTUPX_PAYMENT_PROVIDER -> the hosts it leads to in service; no test may go there."""

NOTES: Final = "SUITE_STRAY_CONNECTIONS"
"""The variable with the file that children note refused connections in; no setting of the service."""

PORTS: Final = {
    "http": 80,
    "https": 443,
    "smtp": 25,
    "smtp+starttls": 587,
    "smtps": 465,
    "ipp": 631,
    "ipps": 631,
    "sftp": 22,
}
Endpoint = tuple[str, int]


class Stray(ConnectionRefusedError):
    """A connection to a host that no test may reach."""


def endpoints(environ: Mapping[str, str]) -> frozenset[Endpoint] | None:
    """What a service with these settings may connect to; None where there are none and the host alone decides."""
    given = {name: environ[name] for name in LEADS_TO if environ.get(name)}
    if "MEKTUPX_TELEGRAM_API" not in given:
        return None
    found: set[Endpoint] = set()
    for name, value in given.items():
        url = urlsplit(value if "://" in value else f"//{value}")
        if name == "MEKTUPX_DATABASE_URL":
            found |= {(place, 0) for place in parse_qs(url.query).get("host", [])}
        elif url.hostname in LEADS_TO[name]:
            found.add((str(url.hostname), url.port or PORTS.get(url.scheme, 0)))
    return frozenset(found)


def allowed(host: str, port: int, service: frozenset[Endpoint] | None) -> bool:
    """Loopback and sockets in temporary folders; of a service only what its settings name. Port 0 is a question for
    an address, or a socket."""
    if host.startswith("/"):
        own = Path(host).parent.name.startswith("pymp-")  # multiprocessing's, between a process and who forks for it
        named = service is None or own or any(host.startswith(f"{place}/") for place, _ in service)
        return named and Path(tempfile.gettempdir()) in Path(host).parents
    if host == socket.gethostname() and port == 0:  # mail libraries look up our own name, to greet with it
        return True
    if host not in LOOPBACK:
        return False
    return service is None or port == 0 or any(known in LOOPBACK and port == one for known, one in service)


def _numeric(host: Any) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _place(address: Any) -> Endpoint | None:
    """Host and port as a socket is given them; None for what is neither the internet's nor a path."""
    match address:
        case (host, port, *_):
            return str(host), int(port or 0)
        case str() | bytes():
            return os.fsdecode(address), 0
    return None


def guard(environ: Mapping[str, str], note: Callable[[str], object]) -> None:
    """From here on, for good: the interpreter knows no way to take an audit hook away."""
    service = endpoints(environ)
    patched: list[Any] = []

    def check(host: Any, port: Any = 0) -> None:
        name = os.fsdecode(host) if isinstance(host, str | bytes) else ""
        if name and not allowed(name, int(port) if str(port or 0).isdigit() else 0, service):
            note(f"{name}:{port}" if port else name)
            raise Stray(f"a test connects to {name}")

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.sendto"):
            if place := _place(arguments[1]):
                check(*place)
        elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
            _look_up(arguments[0], check)
        elif event == "import" and not patched and (loop := getattr(sys.modules.get("uvloop"), "Loop", None)):
            patched.append(loop)
            _guard_loop(loop, check)

    sys.addaudithook(hook)
    hook("import", ())  # who was forked may have uvloop already


def _look_up(host: Any, check: Callable[..., None]) -> None:
    """An address is its own answer; of a name that exists nowhere (RFC 6761, .invalid) nobody is asked."""
    if str(host).endswith(".invalid"):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    if not _numeric(host):
        check(host)


def _guard_loop(loop: Any, check: Callable[..., None]) -> None:
    """uvloop connects in C, past every audit hook: its loop is asked to check first."""

    class Guarded(loop):  # type: ignore[misc]
        async def create_connection(self, factory: Any, host: Any = None, port: Any = None, **more: Any) -> Any:
            _look_up(host, check)
            check(host, port)
            return await super().create_connection(factory, host, port, **more)

        async def create_unix_connection(self, factory: Any, path: Any = None, **more: Any) -> Any:
            check(path)
            return await super().create_unix_connection(factory, path, **more)

        async def getaddrinfo(self, host: Any, port: Any, **more: Any) -> Any:
            _look_up(host, check)
            return await super().getaddrinfo(host, port, **more)

    sys.modules["uvloop"].Loop = Guarded  # type: ignore[attr-defined]
