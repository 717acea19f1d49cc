"""Letters, and addresses for them, that try to break the page: many scripts, invisible signs, words without an end."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flows.words.styles import Kind, Style, Styled, normalised

__all__ = ["ENVELOPES", "KINDS", "SCRIPTS", "STATIONERIES", "Typed", "typed"]

# Written by hand beside the registries: a tenth paper or an eighth layout is proved once it stands here.
STATIONERIES: Final = ("klasik", "sade", "modern", "daktilo", "elyazisi", "bayram", "yas", "cocuk", "iri")
ENVELOPES: Final = ("din", "ptt", "dl-left", "dl-right", "c6c5-left", "c6c5-right", "hand")

# Script or language: words that a letter is made of, and a name that an envelope bears.
SCRIPTS: Final[dict[str, tuple[str, str]]] = {
    "Turkish": (
        "Sardunyaların bu sabah açtı; çiğ, ıslak, güneşli İstanbul’da “mûsikî” kâğıt ŞÖLENİ.",
        "Şükrü Çağlayan",
    ),
    "Azerbaijani": ("Bütün insanlar ləyaqət və hüquqlarına görə azad doğulurlar.", "Günel Əliyeva"),
    "Vietnamese": ("Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm.", "Nguyễn Thị Hạnh"),
    "Polish": ("Zażółć gęślą jaźń, źdźbło, Łódź, ćma.", "Łucja Żółć"),
    "Greek": ("Όλοι οι άνθρωποι γεννιούνται ελεύθεροι· ἐν ἀρχῇ ἦν ὁ λόγος.", "Μαρία Παπαδοπούλου"),
    "Cyrillic": ("Всі люди народжуються вільними і рівними; съешь ещё булок.", "Олена Коваленко"),
    "Arabic": ("يولد جميع الناس أحرارًا متساوين في الكرامة والحقوق، وقد وُهبوا عقلًا.", "ليلى الخطيب"),
    "Persian": ("تمام افراد بشر آزاد به دنیا می\u200cآیند و برابرند ۱۲۳.", "مریم رضایی"),
    "Urdu": ("تمام انسان آزاد اور حقوق و عزت کے اعتبار سے برابر پیدا ہوئے ہیں۔", "عائشہ خان"),
    "Hebrew": ("כל בני האדם נולדו בני חורין. שָׁלוֹם עֲלֵיכֶם 12:30!", "רחל לוי"),
    "Armenian": ("Բոլոր մարդիկ ծնվում են ազատ ու հավասար։", "Անահիտ Պետրոսյան"),
    "Georgian": ("ყველა ადამიანი იბადება თავისუფალი და თანასწორი.", "ნინო ბერიძე"),
    "Hindi": ("सभी मनुष्यों को जन्मजात स्वतन्त्रता प्राप्त है, क्षत्रिय र्\u200dय।", "अनीता शर्मा"),
    "Bengali": ("সমস্ত মানুষ স্বাধীনভাবে সমান মর্যাদা নিয়ে জন্মগ্রহণ করে।", "রিনা দাস"),
    "Gujarati": ("પ્રતિષ્ઠા અને અધિકારોની દૃષ્ટિએ સર્વ માનવો સ્વતંત્ર જન્મે છે.", "મીના પટેલ"),
    "Punjabi": ("ਸਾਰਾ ਮਨੁੱਖੀ ਪਰਿਵਾਰ ਆਪਣੀ ਮਹਿਮਾ ਦੇ ਪੱਖੋਂ ਆਜ਼ਾਦ ਹੈ।", "ਗੁਰਪ੍ਰੀਤ ਕੌਰ"),
    "Tamil": ("மனிதப் பிறவியினர் சகலரும் சுதந்திரமாகவே பிறக்கின்றனர்.", "மீனா குமார்"),
    "Telugu": ("ప్రతిపత్తిస్వత్వముల విషయమున మానవులెల్లరును స్వతంత్రులు.", "లక్ష్మి రావు"),
    "Kannada": ("ಎಲ್ಲಾ ಮಾನವರೂ ಸ್ವತಂತ್ರರಾಗಿಯೇ ಜನಿಸಿದ್ದಾರೆ.", "ಲಕ್ಷ್ಮಿ ರಾವ್"),
    "Malayalam": ("മനുഷ്യരെല്ലാവരും തുല്യാവകാശങ്ങളോടും കൂടി ജനിച്ചവരാണ്.", "ലക്ഷ്മി നായർ"),
    "Sinhala": ("සියලු මනුෂ්\u200dයයෝ නිදහස්ව උපත ලබා ඇත.", "නිමල් පෙරේරා"),
    "Thai": ("มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกัน น้ำ ที่นี่", "สมหญิง ใจดี"),
    "Lao": ("ມະນຸດທຸກຄົນເກີດມາມີກຽດສັກສີ ນ້ຳ", "ສົມພອນ"),
    "Khmer": ("មនុស្សទាំងអស់កើតមកមានសេរីភាព និងភាពស្មើៗគ្នា។", "សុខា"),
    "Burmese": ("လူတိုင်းသည် တူညီ လွတ်လပ်သော ဂုဏ်သိက္ခာဖြင့် မွေးဖွားလာသူများ ဖြစ်သည်။", "ဒေါ်ခင်"),
    "Tibetan": ("འགྲོ་བ་མིའི་རིགས་རྒྱུད་ཡོངས་ལ་སྐྱེས་ཙམ་ཉིད་ནས་ཆེ་མཐོངས་", "བསྟན་འཛིན"),
    "Amharic": ("የሰው ልጅ ሁሉ ሲወለድ ነጻና በክብርና በመብትም እኩልነት ያለው ነው።", "ሰላም ተስፋዬ"),
    "Chinese": ("人人生而自由，在尊严和权利上一律平等。", "王小明"),
    "Japanese": ("すべての人間は、生まれながらにして自由であり、カタカナ「山」。", "山田花子"),
    "Korean": ("모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.", "김민지"),
    "Syriac": ("ܟܠܗܘܢ ܒܢܝ̈ܢܫܐ ܐܝܬܝܗܘܢ ܚܐܪ̈ܐ", "ܡܪܝܡ"),
    "Thaana": ("ހުރިހާ އިންސާނުން އުފަންވަނީ މިނިވަންކަމުގައެވެ", "އައިޝާ"),
    "Odia": ("ସମସ୍ତ ମଣିଷ ଜନ୍ମକାଳରୁ ସ୍ୱାଧୀନ ଏବଂ ସମାନ", "ମୀନା"),
    "Cherokee": ("ᏂᎦᏓ ᎠᏂᏴᏫ ᏂᎨᎫᏓᎸᎾ", "ᏣᎳᎩ"),
    "N'Ko": ("ߤߊߘߊߡߊߘߋ߲ ߠߎ߬ ߓߍ߯ ߡߏߦߌߣߍ߲", "ߞߊ߲߫"),
    "Mongolian": ("ᠬᠦᠮᠦᠨ ᠪᠦᠷ ᠲᠥᠷᠥᠵᠦ", "ᠪᠠᠲᠤ"),
    "Old Turkic": ("𐱅𐰇𐰼𐰰 𐰋𐰃𐰠𐰏𐰀", "𐱅𐰇𐰼𐰰"),
}
RIGHT_TO_LEFT: Final = ("Arabic", "Persian", "Urdu", "Hebrew", "Syriac", "Thaana", "N'Ko")

_EMOJI: Final = (
    "❤\ufe0f 👨\u200d👩\u200d👧\u200d👦 "
    "👩\u200d❤\ufe0f\u200d💋\u200d👨 🇹🇷 "
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f 👍🏽 "
    "1\ufe0f⃣ 1⃣ #\ufe0f⃣ 🌷 ☕\ufe0f ☕\ufe0e ✉ ✉\ufe0f "
    "🏳\ufe0f\u200d🌈 🧑🏿\u200d🚀 👩🏻\u200d🤝\u200d👩🏿 🐻\u200d❄\ufe0f 🫶🏾 😀 🥹 "
    "©\ufe0f ™ ↔\ufe0f 🅰\ufe0f ㊗\ufe0f 〰\ufe0f "
    "⛹🏽\u200d♀\ufe0f 🇽🇽 🫩 🪉 👨\u200d👨 🏻 "
)
EMOJI: Final = _EMOJI.split()
INVISIBLE: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u180b\u180e\u180f\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u206a\u2800\u3164"
    "\ufe00\ufe0e\ufe0f\ufeff\uffa0\ufff9\ufffb\U0001bca0\U000e0001\U000e0041\U000e0100\u202a\u202e\u2066\u2069"
)
BLANKS: Final = "\u00a0\u1680\u2002\u2003\u2007\u2009\u200a\u202f\u205f\u3000\t"
UNKNOWN: Final = "Ϣ┌ⲈꞏꜢ𝼀𒀀𓀀\ue000\U000f0000\u0378ᚁ𐎀🪾꧁௵﷽⸻𝕬①½№℡ﬁﬀŀʼn〱…"
MARKS: Final = "\u0300\u0301\u0302\u0303\u0308\u0323\u0327\u0330\u0336\u20dd\u0489\u05b8\u064e\u0e49\u3099"
LINE_ENDS: Final = ("\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029")

Words = Callable[[random.Random, list[str]], str]


def prose(dice: random.Random, scripts: list[str]) -> str:
    return " ".join(SCRIPTS[dice.choice(scripts)][0] for _ in range(dice.randint(2, 9)))


def mixed(dice: random.Random, scripts: list[str]) -> str:
    """Right to left and left to right in one line, with numbers and brackets between them."""
    others = [SCRIPTS[dice.choice(RIGHT_TO_LEFT)][0], SCRIPTS[dice.choice(scripts)][0], "WhatsApp (№ 3) [a-b]"]
    words = " ".join(dice.choice(others) for _ in range(dice.randint(2, 5))).split(" ")
    dice.shuffle(words)
    return " ".join(words)


def verse(dice: random.Random, scripts: list[str]) -> str:
    lines = ["   " * dice.randint(0, 2) + " ".join(_some(dice, scripts, 1, 4)) for _ in range(dice.randint(3, 9))]
    return "\n".join(line + "\n" * dice.choice((0, 0, 0, 1, 2)) for line in lines)


def items(dice: random.Random, scripts: list[str]) -> str:
    sign = dice.choice(("- ", "• ", "  * ", "{n}. ", "{n}) "))
    return "\n".join(sign.format(n=n) + " ".join(_some(dice, scripts, 2, 30)) for n in range(8, dice.randint(11, 14)))


def long_word(dice: random.Random, scripts: list[str]) -> str:
    """Without a blank, up to several pages' lines of it."""
    one = dice.choice(
        ("0123456789", "ağ", "ش", "a\u00a0b", "မြန်မာ", "人", "W", "i", "é\u0323", "👨‍👩‍👧", "a\u2060", "_", "שלום")
    )
    return one * (dice.choice((30, 90, 300, 700)) // len(one) + 1)


def emoji(dice: random.Random, scripts: list[str]) -> str:
    return dice.choice(("", " ")).join(dice.choices(EMOJI, k=dice.randint(3, 30)))


def zalgo(dice: random.Random, scripts: list[str]) -> str:
    """Up to nine marks on a letter; with nine, or more behind a joiner, a message is refused."""
    most = dice.choice((1, 3, 8, 8, 9))
    joiner = dice.choice(("", "", "\u200c", "\u034f"))
    letters = "".join(dice.choice(_some(dice, scripts, 1, 3)) for _ in range(3))[:40]
    return "".join(sign + joiner.join(dice.choices(MARKS, k=dice.randint(0, most))) for sign in letters)


def invisible(dice: random.Random, scripts: list[str]) -> str:
    words = " ".join(_some(dice, scripts, 2, 8))
    return "".join(sign + (dice.choice(INVISIBLE) if dice.random() < 0.2 else "") for sign in words)


def blanks(dice: random.Random, scripts: list[str]) -> str:
    return "".join(word + dice.choice(BLANKS) * dice.choice((1, 1, 5)) for word in _some(dice, scripts, 3, 30))


def unknown(dice: random.Random, scripts: list[str]) -> str:
    return " ".join(word + dice.choice(UNKNOWN) for word in _some(dice, scripts, 2, 12))


def line_ends(dice: random.Random, scripts: list[str]) -> str:
    return "".join(word + dice.choice(LINE_ENDS) for word in _some(dice, scripts, 2, 12)) + "."


def _some(dice: random.Random, scripts: list[str], least: int, most: int) -> list[str]:
    words = SCRIPTS[dice.choice(scripts)][0].split()
    return dice.choices(words, k=dice.randint(least, most))


KINDS: Final[dict[str, tuple[Words, int]]] = {
    "prose": (prose, 8),
    "mixed directions": (mixed, 2),
    "verse": (verse, 2),
    "list": (items, 1),
    "long word": (long_word, 1),
    "emoji": (emoji, 1),
    "zalgo": (zalgo, 1),
    "invisible": (invisible, 1),
    "blanks": (blanks, 1),
    "unknown": (unknown, 1),
    "line ends": (line_ends, 1),
}
"""What a message of a letter is, and how often."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What a sender types and chooses: the messages of a letter, and how it goes on its way."""

    number: int
    messages: tuple[Styled, ...]
    addressee: tuple[str, ...]
    return_line: str
    stationery: str
    envelope: str
    language: str
    marks: bool
    kinds: frozenset[str]
    scripts: frozenset[str]


PAGES: Final = (*(1,) * 12, *(2,) * 5, 3, 3, 4, 5, 6, 7, 8, 9, 10)
"""How many pages a letter is to have, as often as they stand here."""
_A_PAGE: Final = 1_500  # characters, more or less


def typed(number: int, seed: int) -> Typed:
    """The same letter for the same number and seed, in any process."""
    dice = random.Random(f"{seed}/{number}")
    scripts = ["Turkish", *dice.sample(sorted(SCRIPTS), dice.choice((0, 1, 1, 2)))]
    scripts.append(list(SCRIPTS)[number % len(SCRIPTS)])
    target, kinds = dice.choice(PAGES) * _A_PAGE * dice.uniform(0.2, 1), set()
    messages = [Styled(f"{dice.choice(('Canım', 'Sevgili', 'Dear'))} {SCRIPTS[scripts[-1]][1]},")]
    while sum(len(one.words) for one in messages) < target:
        kind = dice.choices(list(KINDS), [often for _, often in KINDS.values()])[0]
        words = KINDS[kind][0](dice, scripts)
        if messages[-1].words != words:
            messages.append(_styled(dice, words))
            kinds.add(kind)
    messages.append(Styled(dice.choice(("Sevgiler,\n\nIşıl ❤️", "Ellerinden öperim\nAhmet", "12.03.2026", "…"))))
    return Typed(
        number,
        tuple(messages),
        _addressee(dice, scripts),
        _return_line(dice, scripts),
        STATIONERIES[number % len(STATIONERIES)],
        ENVELOPES[number % len(ENVELOPES)],
        dice.choice(("tr", "tr", "en", "ar", "und")),
        dice.random() < 0.9,
        frozenset(kinds),
        frozenset(scripts),
    )


def _styled(dice: random.Random, words: str) -> Styled:
    """Two in three as typed, others with stretches that begin and end anywhere, also inside a character."""
    if dice.random() < 0.66 or not words:
        return Styled(words)
    found = []
    for _ in range(dice.randint(1, 6)):
        start = dice.randrange(len(words))
        found.append(Style(start, start + dice.choice((1, 2, 9, 60, 900)), dice.choice(list(Kind))))
    return Styled(words, normalised(found, len(words)))


STREETS: Final = (
    "Caferağa Mah. Moda Cad. No: {n} D: {m}",
    "Cumhuriyet Mah. Mustafa Kemal Cad. No: {n}",
    "Yukarı Bahçelievler Mah. 7. Cad. No: {n}/{m}",
    "{n} Rue de l’Église",
    "Straße des 17. Juni {n}",
    "ул. Льва Толстого, д. {n}, кв. {m}",
    "شارع الحرية {n}",
    "רחוב הרצל {n}",
    "东城区长安街{n}号",
    "東京都千代田区千代田{n}-{m}",
    "서울특별시 종로구 {n}",
    "Blok {n} Kat {m}",
    "No: {n}",
)
CITIES: Final = (
    "34710 Kadıköy/İSTANBUL",
    "06420 Çankaya/ANKARA",
    "10557 BERLIN",
    "75001 PARIS",
    "תל אביב 61000",
    "العين",
)
COUNTRIES: Final = ("DEUTSCHLAND", "ISRAEL", "日本", "UNITED ARAB EMIRATES")


def _addressee(dice: random.Random, scripts: list[str]) -> tuple[str, ...]:
    name = SCRIPTS[dice.choice((*scripts, *SCRIPTS))][1]
    number = {"n": dice.randint(1, 1999), "m": dice.randint(1, 40)}
    lines = [name, *(street.format(**number) for street in dice.sample(STREETS, dice.choice((1, 1, 2, 3))))]
    lines += [dice.choice(CITIES), *([dice.choice(COUNTRIES)] if dice.random() < 0.3 else [])]
    match dice.randrange(12):
        case 0:
            lines[0] = f"{name} {dice.choice(EMOJI)}{dice.choice(UNKNOWN)}{dice.choice(INVISIBLE)}"
        case 1:
            lines[1] = dice.choice((lines[1] * 2, "W" * dice.randint(18, 30), "🙂" * dice.randint(8, 23), "﷽﷽﷽﷽"))
        case 2:
            lines[0] += "".join(dice.choices(MARKS, k=dice.randint(1, 8)))
        case 3:
            lines[0] = " ".join(_some(dice, scripts, 1, 9))
        case 4:
            lines.insert(1, f"{name} / {SCRIPTS[dice.choice(RIGHT_TO_LEFT)][1]} ({number['n']})")
        case 5:
            lines = lines * 2
    return tuple(lines)


def _return_line(dice: random.Random, scripts: list[str]) -> str:
    line = "MektupX · Örnek Mah. Posta Sok. No: 1 · 34000 Fatih/İSTANBUL"
    match dice.randrange(6):
        case 0:
            return ""
        case 1:
            return (
                f"{SCRIPTS[dice.choice(scripts)][1]} · {' '.join(_some(dice, scripts, 2, 12))} · 06420 Çankaya/ANKARA"
            )
        case 2:
            return f"{line} · TÜRKİYE {dice.choice(EMOJI)}{dice.choice(UNKNOWN)}"
    return line
