"""Draws the gallery: papers, scripts, envelopes and photo pages as PNG and HTML, to be looked at before printing."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Final

from PIL import Image

from rendering import pdf
from rendering.images.pictures import pictures
from rendering.images.window import window
from rendering.layout.envelopes import LAYOUTS
from rendering.layout.page import Letter
from rendering.layout.photos import Photo
from rendering.sample import LETTER
from rendering.stationery import STATIONERIES

__all__ = [
    "KEPT",
    "KEPT_WIDTH",
    "SCRIPTS",
    "compared",
    "enveloped",
    "envelopes",
    "keep",
    "leaves",
    "main",
    "photographed",
    "picture",
    "write",
]

WIDTH: Final = 620
"""Pixels of a page: 75 dots to the inch."""
KEPT: Final = Path("tests/rendering/gallery")
KEPT_WIDTH: Final = 310
BESIDE: Final = ("klasik", "sade")  # a serif and a sans

# Script: a name as an addressee has it, and words: Article 1 of the Universal Declaration of Human Rights, mostly.
SCRIPTS: Final[dict[str, tuple[str, str]]] = {
    "Greek": (
        "Μαρία Παπαδοπούλου",
        "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.",
    ),
    "Cyrillic": (
        "Олена Коваленко",
        "Всі люди народжуються вільними і рівними у своїй гідності та правах. Все люди рождаются свободными.",
    ),
    "Azerbaijani": ("Günel Əliyeva", "Bütün insanlar ləyaqət və hüquqlarına görə azad və bərabər doğulurlar."),
    "Arabic": ("ليلى الخطيب", "يولد جميع الناس أحرارًا متساوين في الكرامة والحقوق، وقد وُهبوا عقلًا وضميرًا."),
    "Persian": ("مریم رضایی", "تمام افراد بشر آزاد به دنیا می‌آیند و از لحاظ حیثیت و حقوق با هم برابرند."),
    "Urdu": ("عائشہ خان", "تمام انسان آزاد اور حقوق و عزت کے اعتبار سے برابر پیدا ہوئے ہیں۔ ٹھیک ہے۔"),
    "Hebrew": ("רחל לוי", "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם. שָׁלוֹם"),
    "Armenian": (
        "Անահիտ Պետրոսյան",
        "Բոլոր մարդիկ ծնվում են ազատ ու հավասար իրենց արժանապատվությամբ ու իրավունքներով։",
    ),
    "Georgian": ("ნინო ბერიძე", "ყველა ადამიანი იბადება თავისუფალი და თანასწორი თავისი ღირსებითა და უფლებებით."),
    "Hindi": ("अनीता शर्मा", "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।"),
    "Bengali": ("রিনা দাস", "সমস্ত মানুষ স্বাধীনভাবে সমান মর্যাদা এবং অধিকার নিয়ে জন্মগ্রহণ করে।"),
    "Tamil": ("மீனா குமார்", "மனிதப் பிறவியினர் சகலரும் சுதந்திரமாகவே பிறக்கின்றனர்."),
    "Thai": ("สมหญิง ใจดี", "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ"),
    "Burmese": ("ဒေါ်ခင်", "လူတိုင်းသည် တူညီ လွတ်လပ်သော ဂုဏ်သိက္ခာဖြင့် လည်းကောင်း မွေးဖွားလာသူများ ဖြစ်သည်။"),
    "Amharic": ("ሰላም ተስፋዬ", "የሰው ልጅ ሁሉ ሲወለድ ነጻና በክብርና በመብትም እኩልነት ያለው ነው።"),
    "Chinese": ("王小明", "人人生而自由，在尊严和权利上一律平等。北京市东城区"),
    "Japanese": ("山田花子", "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。"),
    "Korean": ("김민지", "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다."),
    "Old Turkic": ("𐱅𐰇𐰼𐰰", "𐱅𐰇𐰼𐰰 𐰋𐰃𐰠𐰏𐰀"),
    "Emoji": ("Işıl", "❤️ 👨‍👩‍👧‍👦 🇹🇷 👍🏽 1️⃣ 1⃣ 🌷 ☕️ ✉️ 🏳️‍🌈"),
}


def leaves() -> Iterator[tuple[str, Letter]]:
    """Each page of the gallery by the name of its file: the papers, the layouts for envelopes, the scripts beside a
    serif and a sans."""
    for name in STATIONERIES:
        yield name, replace(LETTER, stationery=name)
    yield from ((f"envelope-{layout}", letter) for layout, letter in envelopes())
    yield from photographed()
    for script, (addressee, words) in SCRIPTS.items():
        for beside in BESIDE:
            lines = (addressee, *LETTER.addressee[1:])
            letter = replace(LETTER, stationery=beside, addressee=lines, text=f"{addressee}\n\n{words}", language="und")
            yield f"{script.lower().replace(' ', '-')}-{beside}", letter


# The sides of the pictures on a page: as telephones take them, upright too, a panorama, a square.
ALBUMS: Final = (((4, 3),), ((3, 4), (4, 3)), ((4, 3), (1, 1), (3, 4)), ((3, 4), (16, 6), (4, 3), (3, 4)))


def photographed() -> Iterator[tuple[str, Letter]]:
    """The photo page with one to four pictures."""
    for album in ALBUMS:
        photos = tuple(_photo(640 * across, 640 * down) for across, down in album)
        yield f"photos-{len(album)}", replace(LETTER, photos=photos)


def _photo(width: int, height: int) -> Photo:
    """A sky that grows lighter towards its horizon."""
    out = io.BytesIO()
    sky = Image.linear_gradient("L").resize((width, height))
    Image.merge("RGB", (sky, sky, Image.new("L", sky.size, 220))).save(out, "JPEG", quality=80)
    return Photo(out.getvalue(), width, height)


def envelopes() -> Iterator[tuple[str, Letter]]:
    """The sample for each layout of envelopes, on the paper whose ornament is the most to see."""
    yield from ((layout, replace(LETTER, stationery="bayram", envelope=layout)) for layout in LAYOUTS)


def compared() -> Iterator[tuple[str, Letter]]:
    """The pages whose pictures the tests keep: papers, photo pages, and all scripts beside a serif and a sans."""
    yield from ((name, replace(LETTER, stationery=name)) for name in STATIONERIES)
    yield from photographed()
    every = [words for _, words in SCRIPTS.values()]
    halves = {"scripts": every[: len(every) // 2], "more-scripts": every[len(every) // 2 :]}
    for half, lines in halves.items():
        letter = replace(LETTER, text="\n".join(lines))
        yield from ((f"{half}-{beside}", replace(letter, stationery=beside)) for beside in BESIDE)


def picture(letter: Letter, width: int = WIDTH) -> bytes:
    """Its first page as PNG; of a letter with photos their page, which is the last."""
    drawn = pdf.draw(letter)
    return pictures(drawn.pdf, width, drawn.pages if letter.photos else 1)[-1]


def enveloped(letter: Letter, width: int = WIDTH) -> bytes:
    """As it lies in each envelope of its layout, as PNG."""
    shown = Image.open(io.BytesIO(window(pdf.draw(letter).pdf, letter.envelope))).convert("RGB")
    out = io.BytesIO()
    shown.resize((width, round(width * shown.height / shown.width)), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()


def write(folder: Path) -> Path:
    """All pictures and the page that shows them, whose place is returned."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = [(name, picture(letter)) for name, letter in leaves()]
    drawn += [(f"window-{layout}", enveloped(letter)) for layout, letter in envelopes()]
    figures = []
    for name, png in drawn:
        (folder / f"{name}.png").write_bytes(png)
        figures.append(
            f'<figure><img src="{name}.png" alt="" loading="lazy"><figcaption>{escape(name)}</figcaption></figure>'
        )
    page = folder / "index.html"
    page.write_text(PAGE.format(figures="\n".join(figures)), encoding="utf-8")
    return page


PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>MektupX: papers, scripts and envelopes</title>
<style>
body {{ background: #d6d1ca; font: 16px sans-serif; margin: 24px; display: flex; flex-wrap: wrap; gap: 24px }}
figure {{ margin: 0; width: 310px; text-align: center }}
img {{ width: 100%; background: white }}
</style>
{figures}
</html>
"""


def keep(folder: Path) -> None:
    """The pictures the tests compare with: small, and grey as the press prints text."""
    drawn = [(name, picture(letter, KEPT_WIDTH)) for name, letter in compared()]
    drawn += [(f"window-{layout}", enveloped(letter)) for layout, letter in envelopes()]
    for name, png in drawn:
        Image.open(io.BytesIO(png)).convert("L").save(folder / f"{name}.png", optimize=True)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("Usage: python -m rendering.gallery FOLDER|--keep\n")
        return 2
    if arguments == ["--keep"]:
        keep(KEPT)
        return 0
    sys.stdout.write(f"{write(Path(arguments[0]))}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
