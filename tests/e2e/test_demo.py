"""`make demo ARGS=--once`, as a newcomer runs it: the stories told to their end, and again in the same folder."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from bot.demo.main import demo
from bot.demo.people import ISIL, NEHIR
from bot.demo.search import in_files

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def told(folder: Path) -> tuple[int, list[str]]:
    lines: list[str] = []
    code = await demo(folder, once=True, port=0, show=lines.append)
    return code, "\n".join(lines).splitlines()


def after(lines: list[str], begins: str) -> str:
    """The one line that begins so."""
    (found,) = (line for line in lines if line.startswith(begins))
    return found.removeprefix(begins).strip()


async def test_the_stories_are_told_and_nothing_is_left_that_no_law_keeps(tmp_path: Path) -> None:
    code, lines = await told(tmp_path)
    # The first: a letter lies in the tray, where it is said to lie.
    found = re.fullmatch(r"(?P<file>\S+\.pdf) pages=1 sha256=[0-9a-f]{64}", after(lines, "tray:"))
    letter = Path(found["file"]) if found else tmp_path
    assert (await asyncio.to_thread(letter.read_bytes)).startswith(b"%PDF")
    assert after(lines, "outbox:") == "0"

    # The second, in its order: an answer in two taps, stars, a dry run, another admin, the written answer.
    story = lines[lines.index("Ece: /t") :]
    turns = ["Ece: [nerede]", "Ece: [Gönder]", "Ece: /kapat", "Nehir: [5 ★]", "Nehir: /sil", "Selin: /kvkk_uygula 1"]
    turns.append("Umut: [Onayla (başka bir yönetici)]")
    assert [line for line in story if line in turns] == turns
    said = "\n".join(story)
    assert "Merhaba Nehir, mektubunuz yolda." in said.split("Ece: [Gönder]")[1]
    assert "Talebiniz yerine getirildi. Talep numarası: 1." in said.split(turns[-1])[1]

    # The third: what slips is asked about or corrected, and after a cancel everything is still there.
    hurry = lines[lines.index("Işıl: /Yeni") :]
    acts = ["Işıl: 34710", "Işıl: (geliyoum → geliyorum)", "Işıl: tamam", "Işıl: geri", "Işıl: [Evet, iptal et]"]
    acts += ["Işıl: [Mektuba devam et]", "Işıl: [48,50\u00a0TL öde]"]
    assert [line for line in hurry if line in acts] == acts
    told_last = "\n".join(hurry)
    assert "3471. Doğrusunu yazar mısınız?" in told_last.split("Işıl: 34710")[0]
    assert "34710 Kadıköy/İSTANBUL" in told_last.split("Işıl: 34710")[1].split("Işıl:")[0]
    assert "“tamam” mektubun bir parçası mı?" in told_last.split("Işıl: tamam")[1].split("Işıl:")[0]
    assert "31 karakter" in told_last.split("Işıl: geri")[1].split("Işıl:")[0]  # without it
    assert "Alıcı: Veli Kaya" in told_last.split("Işıl: [Mektuba devam et]")[1].split("Işıl:")[0]
    assert "Ödemeniz ulaştı" in told_last.split(acts[-1])[1]

    # The search: what was everywhere before stands only where a law keeps it. Nobody else's letter has gone.
    before, now = after(lines, "· Silmeden önce bulundukları tablolar:"), after(lines, "· Şimdi bulundukları tablolar:")
    assert set(re.findall(r"(\w+) \(", before)) >= {"person", "orders", "ticket_message", "invoice", "scan"}
    assert set(re.findall(r"(\w+) \(", now)) == {"invoice", "invoice_document", "contract", "scan"}
    assert after(lines, "· Dosyalarda bulunanlar:") == "yok"
    assert after(lines, "· Göndericinin ve mektubun anahtarlarından geriye kalan:") == "0 / 2"
    assert [line for line in lines if line.startswith("· Hiçbir yasanın saklatmadığı")] == []
    assert code == 0
    wanted = {"mail": NEHIR.mail, "street": NEHIR.street, "phrase": NEHIR.phrase, "name": NEHIR.last_name}
    assert in_files(tmp_path, wanted) == {}
    assert in_files(tmp_path, {"addressee": ISIL.addressee}) == {str(letter.relative_to(tmp_path)): {"addressee"}}


async def test_a_folder_that_was_played_in_before_is_played_in_again(tmp_path: Path) -> None:
    for letters in (1, 2):
        _, lines = await told(tmp_path)
        assert after(lines, "outbox:") == "0"
        assert after(lines, "· Dosyalarda bulunanlar:") == "yok"
        assert len(list((tmp_path / "tray").glob("*.pdf"))) == 2 * letters  # of the first story and of the third


async def test_what_stops_the_demo_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def stumbles(*_: object) -> None:
        raise RuntimeError("no message has the button 'Bitti'")

    monkeypatch.setattr("bot.demo.main.order_a_letter", stumbles)
    code, lines = await told(tmp_path)
    assert code == 1
    assert lines[-1].startswith("mektupx: the demo has stopped (RuntimeError: no message has the button 'Bitti')")
    assert str(tmp_path / "logs") in lines[-1]
