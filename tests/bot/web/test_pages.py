"""Every page that we serve: its headers, and how it reads on a narrow telephone by day and by night."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import AsyncIterator, Mapping
from html.parser import HTMLParser
from typing import Literal

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from playwright.async_api import Browser

from bot.demo.environment import Environment
from bot.service import service as service_module
from bot.service.core import Core
from bot.web.server import Web
from locales import document
from tests.bot.playground.page.browsing import LOOKING, browser

__all__ = ["browser"]

pytestmark = LOOKING

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
POLICY = frozenset({"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"})

NO_FORM = frozenset({"form-action 'none'"})
FORM = frozenset({"form-action 'self'"})
OPENING = FORM | {"img-src data:"}

Gate = tuple[str, str]
ROUTES: Mapping[Gate, tuple[Gate, int, frozenset[str] | None]] = {
    ("GET", "/gizlilik"): (("GET", "/gizlilik"), 200, NO_FORM),
    ("GET", "/privacy"): (("GET", "/privacy"), 200, NO_FORM),
    ("GET", "/ac"): (("GET", "/ac"), 200, OPENING),
    ("POST", "/ac"): (("POST", "/ac"), 404, OPENING),
    ("GET", "/pay/{token}"): (("GET", "/pay/unknown"), 404, NO_FORM),
    ("*", "/payments/sandbox/return"): (("POST", "/payments/sandbox/return"), 404, NO_FORM),
    ("GET", "/sandbox/pay/{token}"): (("GET", "/sandbox/pay/unknown"), 404, FORM),
    ("POST", "/sandbox/pay/{token}"): (("POST", "/sandbox/pay/unknown"), 404, FORM),
    ("GET", "/healthz"): (("GET", "/healthz"), 200, None),
    ("GET", "/readyz"): (("GET", "/readyz"), 200, None),
    ("GET", "/metrics"): (("GET", "/metrics"), 200, None),
    ("POST", "/telegram/staff"): (("POST", "/telegram/staff"), 403, None),
    ("POST", "/payments/sandbox"): (("POST", "/payments/sandbox"), 403, None),
    ("POST", "/sandbox/api/links"): (("POST", "/sandbox/api/links"), 401, None),
    ("GET", "/sandbox/api/links"): (("GET", "/sandbox/api/links"), 401, None),
    ("POST", "/sandbox/api/links/close"): (("POST", "/sandbox/api/links/close"), 401, None),
    ("GET", "/sandbox/api/payments"): (("GET", "/sandbox/api/payments"), 401, None),
    ("POST", "/sandbox/api/refunds"): (("POST", "/sandbox/api/refunds"), 401, None),
    ("GET", "/sandbox/api/refunds"): (("GET", "/sandbox/api/refunds"), 401, None),
}
"""A route -> what somebody without any secret asks it, the status, and what its page may do; None: it is no page."""

REFUSALS: Mapping[str, tuple[str, str, int]] = {
    "an address that nobody serves": ("GET", "/admin", 404),
    "a method that nobody serves": ("DELETE", "/gizlilik", 405),
    "a route of the bank that nobody serves": ("GET", "/sandbox/admin", 404),
}


class Site:
    """A whole service, its web server and what a stranger asks it."""

    def __init__(self, made: Web, session: ClientSession) -> None:
        self.routes = {
            (route.method, route.resource.canonical)
            for route in made.app.router.routes()
            if route.resource is not None and route.method != "HEAD"
        }
        self.url = f"http://127.0.0.1:{made.port}"
        self._session = session

    async def asked(self, method: str, path: str) -> tuple[int, str, Mapping[str, str]]:
        async with self._session.request(method, self.url + path, data=b"{}" if method == "POST" else None) as answer:
            return answer.status, await answer.text(), answer.headers


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    servers: list[Web] = []

    def server(core: Core, *rest: object) -> Web:
        servers.append(real(core, *rest))  # type: ignore[arg-type]
        return servers[-1]

    real = service_module.server
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(service_module, "server", server)
        stage = Environment(tmp_path_factory.mktemp("stage"), webhooks=True, parts=("staff", "web"))
        await stage.start()
    async with ClientSession(headers={"Accept-Language": "tr"}) as session:
        yield Site(servers[0], session)
    await stage.stop()


# Headers --------------------------------------------------------------------------------------------------------------


async def test_every_route_there_is_stands_in_the_table(site: Site) -> None:
    assert site.routes == set(ROUTES)


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
async def test_every_answer_bears_its_headers(site: Site, route: Gate) -> None:
    (method, path), expected, may = ROUTES[route]
    status, body, headers = await site.asked(method, path)
    assert status == expected
    assert {name: headers.get(name, "").partition(",")[0] for name in HEADERS} == HEADERS
    policy = frozenset(headers["Content-Security-Policy"].split("; "))
    if may is None:
        assert "html" not in headers.get("Content-Type", "")
        assert policy == POLICY | NO_FORM
        return
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    inline = {f"{kind}-src {_hash(words)}" for kind, words in re.findall(r"<(style|script)>(.*?)</\1>", body, re.S)}
    assert inline and policy == POLICY | may | inline
    for name, value in re.findall(r"""\s(style|on\w+|src|href|action)=["']?([^"'\s>]*)""", body):
        assert name in ("href", "action") and value.startswith(("/", "?", "https://t.me/"))


@pytest.mark.parametrize("case", REFUSALS)
async def test_refusals_of_the_server_itself_bear_them_too(site: Site, case: str) -> None:
    method, path, expected = REFUSALS[case]
    status, _, headers = await site.asked(method, path)
    assert status == expected
    assert {name: headers.get(name) for name in HEADERS} == HEADERS
    assert frozenset(headers["Content-Security-Policy"].split("; ")) == POLICY | NO_FORM


@pytest.mark.parametrize(("path", "found"), [("/gizlilik", "all"), ("/privacy", "all"), ("/ac", "noindex, noarchive")])
async def test_only_the_policy_is_found_by_searching(site: Site, path: str, found: str) -> None:
    assert (await site.asked("GET", path))[2]["X-Robots-Tag"] == found


def _hash(words: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(words.encode()).digest()).decode()}'"


# The privacy policy ---------------------------------------------------------------------------------------------------


class Outline(HTMLParser):
    """The words of each element of a kind."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag != "meta":
            self._open.append(tag)
            self.found.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open:
            self.found[self._open[-1]][-1] += data


HEADINGS = {
    "/gizlilik": (
        "Gizlilik politikası",
        '1. "Mahremiyet Sözümüz" (İçerik Gizliliği)',
        "2. Hangi Verileri, Neden Topluyoruz?",
        "3. Veri Paylaşımı ve Üçüncü Taraflar",
        "4. Teknik Güvenlik Önlemleri",
        "5. Kullanıcı Hakları ve İletişim",
        "Satıcı ve veri sorumlusu",
    ),
    "/privacy": (
        "Privacy policy",
        "1. “Our Promise of Privacy” (Confidentiality of Content)",
        "2. Which Data Do We Collect, and Why?",
        "3. Data Sharing and Third Parties",
        "4. Technical Security Measures",
        "5. User Rights and Contact",
        "Seller and data controller",
    ),
}
IDENTITY = (
    "0123456789000017", "Fatih", "1234567890", "Örnek Mah. Posta Sok. No: 1, 34110 Fatih/İSTANBUL",
    "+90 212 000 00 00", "merhaba@mektupx.example", "mektupx.ornek@hs01.kep.tr",
)  # fmt: skip
"""Of the sample seller, in the order in which they stand."""


@pytest.mark.parametrize(("path", "language"), [("/gizlilik", "tr"), ("/privacy", "en")])
async def test_the_policy_has_headings_lists_and_its_seller(
    site: Site, path: str, language: Literal["tr", "en"]
) -> None:
    _, page, _ = await site.asked("GET", path)
    found = Outline(page).found
    assert (*found["h1"], *found["h2"]) == HEADINGS[path]
    assert tuple(found["dd"]) == IDENTITY
    assert len(found["dt"]) == len(IDENTITY) and "MektupX Örnek Basım ve Posta Hizmetleri Ltd. Şti." in found["p"]
    parts = document("policy", language, {}).text.split("\n\n")
    assert len(parts) > 20
    assert sorted(parts) == sorted({*found["h2"], *found["p"], *found["li"]} & set(parts))
    assert found["li"] == [part for part in parts if part.startswith("● ")]


# In a browser ---------------------------------------------------------------------------------------------------------

SEEN = ("/gizlilik", "/privacy", "/ac", "/pay/unknown", "/payments/sandbox/return", "/sandbox/pay/unknown")
INK = {"light": (0, 60), "dark": (195, 255)}  # how bright letters are, of 255
SIGHT = """() => {
    const bright = colour => Math.max(...colour.match(/\\d+/g).slice(0, 3).map(Number))
    const ink = bright(getComputedStyle(document.querySelector('main')).color)
    return [document.documentElement.scrollWidth, ink, document.documentElement.lang, document.title]
}"""


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_each_page_is_read_on_a_narrow_telephone_by_day_and_by_night(
    site: Site, browser: Browser, scheme: Literal["light", "dark"]
) -> None:
    low, high = INK[scheme]
    page = await browser.new_page(viewport={"width": 360, "height": 640}, color_scheme=scheme, locale="tr-TR")
    blocked: list[str] = []
    page.on("console", lambda said: "Content Security" in said.text and blocked.append(said.text))
    for path in SEEN:
        await page.goto(site.url + path)
        wide, ink, language, title = await page.evaluate(SIGHT)
        assert (path, wide <= 360, low <= ink <= high) == (path, True, True)
        assert language in ("tr", "en") and title
    assert blocked == []
    await page.goto(f"{site.url}/gizlilik")
    await page.get_by_role("link", name="English").click()
    assert page.url == f"{site.url}/privacy"
    await page.get_by_role("link", name="Türkçe").click()
    assert page.url == f"{site.url}/gizlilik"
    await page.close()
