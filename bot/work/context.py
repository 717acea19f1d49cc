"""What handlers of slow work work with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.base.clock import Clock
from bot.mail.post import Post
from bot.messenger.downloads import nowhere
from bot.messenger.flood_guard import Flood
from bot.payments.provider import PaymentProvider
from bot.printer.sink import PrintSink
from bot.wording.documents import Documents
from flows.core.events import Person
from flows.core.step import Operator
from rendering.processes.pool import Pool
from storage.store.store import Store

__all__ = ["WorkContext"]


@dataclass(frozen=True, slots=True)
class WorkContext:
    """What handlers work with. `settle` asks the institution about an order and tells the door what it says; `fetch`
    brings a file that was sent to a bot ("customer", "staff"); `tries` counts the pictures of each sender; `own_link`:
    where an order is paid, for an institution whose pages end sooner than our links; `former`: institutions of
    before, whose payments can still be given back."""

    store: Store
    clock: Clock
    pool: Pool
    post: Post
    provider: PaymentProvider
    documents: Documents
    operator: Operator
    settle: Callable[[Person, str], Awaitable[object]]
    sink: PrintSink
    fetch: Callable[[str, str], Awaitable[bytes]] = nowhere
    tries: Flood | None = None
    own_link: Callable[[str], Awaitable[str]] | None = None
    former: Mapping[str, PaymentProvider] = field(default_factory=dict)
