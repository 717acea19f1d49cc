"""The demo's third story: a sender in a hurry, who slips, turns back, cancels and comes back, and loses nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from bot.demo.driver import Play, identify
from bot.demo.erasure_report import LANGUAGE
from flows.words.text import text
from locales import say

__all__ = ["third_story"]

STORY: Final = """
/Yeni
Veli Kaya, moda cad no 12 daire 5 3471 kadıköy
34710
[Doğru]
Veli amca, cumartesi geliyoum.
(geliyoum → geliyorum)
tamam
[Hayır, mektup bitti]
geri
[Bitti]
[Normal · 48,50 TL]
[Onaylıyorum]
[Evet, aynısı]
[Onaylıyorum, 48,50 TL ödeyeceğim]
[Siparişi iptal et]
[Evet, iptal et]
[Mektuba devam et]
[Onaylıyorum, 48,50 TL ödeyeceğim]
"""
"""What the sender does, a line an act: words, a [button], or a correction (wrong → right)."""

_BUTTON = re.compile(r"\[(.+)]")
_CORRECTION = re.compile(r"\((.+) → (.+)\)")


async def third_story(sender: Play, show: Callable[[str], None]) -> None:
    """Played by somebody who has ordered before, up to the payment."""
    show(f"\n── {say(text('demo', 'Third story: a sender in a hurry'), LANGUAGE)} ──")
    for act in STORY.replace(" TL", "\u00a0TL").strip().splitlines():
        if found := _BUTTON.fullmatch(act):
            await sender.taps(found[1])
            await identify(sender)
        elif found := _CORRECTION.fullmatch(act):
            await sender.corrects(found[1], found[2])
        else:
            await sender.says(act)
    paying = await sender.taps("48,50\u00a0TL öde")
    await sender.page(str(paying["url"]), "pay")
