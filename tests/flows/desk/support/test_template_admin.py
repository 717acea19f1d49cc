"""/sablon: found by any word, changed by admins only, with every slip answered by what would have been right."""

from __future__ import annotations

import re

import pytest

from flows.core.state import Turn
from flows.desk.base.effects import LogAccess
from flows.desk.base.roles import Role
from flows.desk.support.effects import PutTemplate, RestoreTemplate, RetireTemplate
from flows.desk.support.template_admin import TEMPLATE_ACTIONS, TemplateAction, take
from flows.desk.support.template_defaults import SHIPPED
from flows.desk.support.template_store import TemplateStore, Used, Version
from locales import say
from tests.flows.desk.support.template_examples import NOON, asked, done, spoken

OWN = Version("bayram", "tr", 1, "İyi bayramlar {first_name}.", "s1", NOON)
CHANGED = Version("nerede", "tr", 1, "Yolda, {first_name}.", "s1", NOON)


def said(
    words: str, *versions: Version, admin: bool = True, language: str = "tr", templates: TemplateStore | None = None
) -> Turn[None]:
    roles = frozenset({Role.ADMIN if admin else Role.AGENT})
    return take(asked(words, roles=roles, language=language), templates or TemplateStore(versions))


# Looking --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["tr", "en"])
def test_alone_it_lists_every_template_in_one_message(language: str) -> None:
    listed = spoken(said("", OWN, language=language), language)
    for code, row in SHIPPED.items():
        assert f"{code if language == 'tr' else row.twin} · {say(row.situation, language)} · " in listed
    assert "bayram · İyi bayramlar {first_name}. · " in listed
    assert all(act.shown(language) in listed for act in TEMPLATE_ACTIONS)
    assert len(listed) < 4096


def test_with_many_own_templates_the_list_is_still_one_message() -> None:
    own = tuple(Version(f"kodnumarasi{letter}", "tr", 1, "Çok uzun " * 20) for letter in "abcdefghijklmnopqrstuvwxyz")
    gone = tuple(Version(f"emekliolan{n:02}", "tr", 1, "Eski.", retired=True) for n in range(30))
    listed = spoken(said("", *own, *gone))
    assert all(one.code in listed for one in (*own, *gone))
    assert len(listed) < 4096


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("gecik", "gecikme"),
        ("GECİKME", "gecikme"),
        ("gecıkme", "gecikme"),
        ("late", "gecikme"),
        ("çift ödeme", "cift"),
        ("cift odeme", "cift"),
        ("koğuş", "cezaevi"),
        ("KOGUS", "cezaevi"),
        ("prison", "cezaevi"),
        ("ward", "cezaevi"),
        ("hakaret", "uslup"),
        ("bayramlar", "bayram"),
    ],
)
def test_a_template_is_found_by_code_situation_or_words_however_they_are_typed(typed: str, first: str) -> None:
    found = TemplateStore((OWN,)).search(typed, say)
    assert found[0] == first
    assert spoken(said(f"ara {typed}", OWN)).startswith(f"{first} · ")


def test_every_word_must_be_there_and_retired_ones_are_not_found() -> None:
    gone = Version("gecikme", "tr", 1, None, "s1", NOON, retired=True)
    assert "gecikme" not in TemplateStore((gone,)).search("gecik", say)
    assert TemplateStore().search("gecik muz", say) == ()
    assert TemplateStore().search("   ", say) == ()
    assert "Bu sözleri içeren şablon yok: muz" in spoken(said("ara muz"))


def test_a_template_is_shown_in_every_language_with_its_uses() -> None:
    used = TemplateStore((CHANGED,), {Used("nerede", "tr", 0): 2, Used("nerede", "en", 0): 1})
    shown = spoken(said("nerede", templates=used))
    assert "kullanım: 3" in shown
    assert "Türkçe, sürüm 1:\nYolda, {first_name}." in shown
    assert "İngilizce, sürüm 0:\nHello {first_name}, your letter is on its way." in shown
    assert spoken(said("goster where", templates=used)) == shown


def test_the_history_shows_every_change_with_its_words() -> None:
    changes = (
        CHANGED,
        Version("nerede", "tr", 2, None, "s2", NOON),
        Version("nerede", "tr", 3, None, "s2", NOON, True),
    )
    shown = spoken(said("gecmis nerede", *changes))
    assert "Türkçe, sürüm 1, 23 Kasım 2026, 12.00, o günden sonra kullanımda:\nYolda, {first_name}." in shown
    assert "sürüm 2, 23 Kasım 2026, 12.00, o günden sonra kullanımda:\n(hazır metin)" in shown
    assert "sürüm 3, 23 Kasım 2026, 12.00, emekli:" in shown
    assert "kimse değiştirmedi" in spoken(said("gecmis gecikme"))


def test_the_newest_words_count_in_whatever_order_they_are_read() -> None:
    older, newest = CHANGED, Version("nerede", "tr", 2, "Geliyor, {first_name}.", "s2", NOON)
    for versions in ((older, newest), (newest, older)):
        found = TemplateStore(versions).words("nerede", "tr", say)
        assert found is not None
        assert (found.words, found.used) == ("Geliyor, {first_name}.", Used("nerede", "tr", 2))


# Changing -------------------------------------------------------------------------------------------------------------

# what an admin writes -> what is done
DONE = {
    "ekle kandil tr: Kandiliniz mübarek olsun {first_name}.": PutTemplate(
        "kandil", "tr", "Kandiliniz mübarek olsun {first_name}."
    ),
    "add KANDİL en: Have a blessed night: {first_name}": PutTemplate(
        "kandil", "en", "Have a blessed night: {first_name}"
    ),
    "ekle bayram EN: Happy holidays.": PutTemplate("bayram", "en", "Happy holidays."),
    "degistir nerede tr: Yolda {first_name}.\nTakip: {tracking}": PutTemplate(
        "nerede", "tr", "Yolda {first_name}.\nTakip: {tracking}"
    ),
    "değiştir where en: It is {first_name}'s.": PutTemplate("nerede", "en", "It is {first_name}'s."),
    "emekli nerede": RetireTemplate("nerede"),
    "retire where": RetireTemplate("nerede"),
    "geri gecikme": RestoreTemplate("gecikme"),
}


@pytest.mark.parametrize("words", DONE)
def test_what_an_admin_writes_is_done(words: str) -> None:
    changed = Version("gecikme", "tr", 1, "Gecikti.", "s1", NOON)
    assert done(said(words, OWN, changed)) == (DONE[words], LogAccess("change_template", "staff:13"))


@pytest.mark.parametrize("words", DONE)
def test_an_agent_who_is_no_admin_changes_nothing(words: str) -> None:
    refused = said(words, OWN, CHANGED, admin=False)
    assert done(refused) == ()
    assert "yalnızca yöneticiler değiştirir" in spoken(refused)


# what an admin writes -> what they read
SLIPS = {
    "ekle": "Örnek: /sablon ekle bayram tr: Merhaba {first_name}, …",
    "ekle kandil": "Eksik bir şey var",
    "ekle kandil: Merhaba": "Eksik bir şey var",
    "ekle kandil tr:": "Metin eksik",
    "ekle kandil de: Hallo": "Kullanılabilenler: tr, en",
    "ekle k tr: Merhaba": "Bu bir kod olamaz: k.",
    "ekle çokuzunbirkod tr: Merhaba": "Bu bir kod olamaz",
    "ekle ara tr: Merhaba": "bu komutun kendi sözcüğü",
    "ekle nerede tr: Merhaba": "/sablon degistir nerede tr: …",
    "ekle late tr: Merhaba": "“gecikme” zaten var",
    "degistir yok tr: Merhaba": "Böyle bir şablon yok: yok",
    "degistir bayram en: Hello": "/sablon ekle bayram en: …",
    "ekle kandil tr: Merhaba {name}, {adres}": "Böyle bir yer tutucu yok: {adres}, {name}\nKullanılabilenler: {first",
    "ekle kandil tr: Merhaba {first_name": "süslü ayraç",
    "ekle kandil tr: Merhaba {First Name}": "süslü ayraç",
    "ekle kandil tr: Merhaba {}": "süslü ayraç",
    "ekle kandil tr: {order}’e bakın": "Yer tutucudan sonra ek gelemez: {order}’e",
    "ekle kandil tr: {order}nin yolu": "Yer tutucudan sonra ek gelemez: {order}nin",
    f"ekle kandil tr: {'a' * 1501}": "Bir şablonda en çok: 1.500",
    "emekli yok": "Böyle bir şablon yok: yok",
    "emekli": "Örnek: /sablon emekli nerede",
    "geri gecikme": "Geri getirilecek bir şey yok",
    "ekel kandil tr: Merhaba": "Şunu mu demek istediniz? /sablon ekle",
    "nerde": "Şunu mu demek istediniz? nerede",
    "ara": "Örnek: /sablon ara gecik",
}


@pytest.mark.parametrize("words", SLIPS)
def test_a_slip_changes_nothing_and_is_answered_with_what_would_be_right(words: str) -> None:
    answer = said(words, OWN)
    assert done(answer) == ()
    assert SLIPS[words] in spoken(answer)


def test_words_that_are_missing_in_a_language_are_named() -> None:
    assert "Metni henüz yazılmamış diller: İngilizce" in spoken(said("ekle kandil tr: Merhaba {first_name}."))
    assert "yazılmamış" not in spoken(said("ekle bayram en: Hello.", OWN))


def test_a_retired_template_is_listed_apart_and_can_come_back() -> None:
    gone = Version("nerede", "tr", 1, None, "s1", NOON, retired=True)
    assert "Emekli: nerede" in spoken(said("", gone))
    assert "zaten emekli" in spoken(said("emekli nerede", gone))
    assert done(said("geri nerede", gone))[0] == RestoreTemplate("nerede")


def test_acts_and_templates_never_share_a_name() -> None:
    acts = [name for act in TEMPLATE_ACTIONS for name in (act.name, act.twin)]
    assert len(acts) == len(set(acts))
    assert not set(acts) & ({*SHIPPED} | {row.twin for row in SHIPPED.values()})


# In English -----------------------------------------------------------------------------------------------------------

# what an admin who reads English writes -> what they read
ENGLISH = {
    "add where en: Hello": "“where” exists. To change it: /template change where en: …",
    "add k en: Hello": "Example: newyear",
    "change where en: Hello": "Kept: “where”, English.",
    "history returned": "“returned” is as it ships",
    "retire returned": "Retired: “returned”. To bring it back: /template restore returned",
    "retire late": "“late” is retired already.",
    "restore late": "“late” is in use again, with the words that ship.",
    "restore returned": "There is nothing to bring back: “returned” is in use as it is.",
    "serach late": "Did you mean this one? /template search late",
    "wher": "Did you mean this one? where\nSearch: /template search wher",
    "search": "Example: /template search late",
}


@pytest.mark.parametrize("words", ENGLISH)
def test_whoever_reads_english_reads_codes_and_examples_in_english(words: str) -> None:
    gone = Version("gecikme", "tr", 1, None, "s1", NOON, retired=True)
    read = spoken(said(words, gone, language="en"), "en")
    assert ENGLISH[words] in read
    assert not {row.code for row in SHIPPED.values()} & set(re.findall(r"\w+", read))


@pytest.mark.parametrize("act", TEMPLATE_ACTIONS, ids=lambda act: act.twin)
@pytest.mark.parametrize("language", ["tr", "en"])
def test_the_example_of_every_act_is_one_that_works(act: TemplateAction, language: str) -> None:
    example = act.shown(language)
    gone = Version("nerede", "tr", 1, None, "s1", NOON, retired=True)
    versions = (gone,) if act.twin == "restore" else ()
    read = spoken(said(example.partition(" ")[2], *versions, language=language), language)
    assert example not in read  # it would be shown again where something is missing
    assert ("Did you mean" in read, "demek istediniz" in read) == (False, False)
