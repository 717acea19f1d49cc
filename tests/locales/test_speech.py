"""`say` finds the translation, fills it, escapes what people typed, and never falls silent."""

import html
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from hypothesis import given
from hypothesis import strategies as st

from flows.words.text import Count, Kurus, Lines, Text, Verbatim, plural, text
from locales import LANGUAGES, CatalogError, SpeechError, say, speech, strict
from locales.loading import catalog_path, compiled, read_catalog


@pytest.fixture
def catalog(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A small Turkish catalog of our own."""
    turkish = Catalog(locale="tr")
    turkish.add("Hello {name}.", "Merhaba {name}.", context="welcome")
    turkish.add("Hello {name}.", "Alo {name}.", context="support")
    turkish.add(("{n} page", "{n} pages"), ("{n} sayfa",), context="letter")
    turkish.add("Registered", "Taahhütlü", context="delivery")
    turkish.add("<b>{product}</b> · {price}", "<b>{product}</b> · {price}", context="delivery")
    turkish.add("half", "", context="letter")
    turkish.add("unsure", "belki", context="letter", flags=["fuzzy"])
    tables = {"tr": compiled(turkish, "tr"), "en": compiled(Catalog(locale="en"), "en")}
    monkeypatch.setattr(speech, "translations", tables.__getitem__)
    with strict():
        yield


@pytest.mark.usefixtures("catalog")
class TestSaying:
    def test_the_context_chooses_between_equal_sentences(self) -> None:
        assert say(text("welcome", "Hello {name}.", name="Işıl"), "tr") == "Merhaba Işıl."
        assert say(text("support", "Hello {name}.", name="Işıl"), "tr") == "Alo Işıl."

    @pytest.mark.parametrize(("n", "turkish", "english"), [(0, "0 sayfa", "0 pages"), (1, "1 sayfa", "1 page")])
    def test_turkish_has_one_form_and_english_two(self, n: int, turkish: str, english: str) -> None:
        sentence = plural("letter", "{n} page", "{n} pages", n)
        assert (say(sentence, "tr"), say(sentence, "en")) == (turkish, english)

    def test_many_pages(self) -> None:
        assert say(plural("letter", "{n} page", "{n} pages", 1200), "tr") == "1.200 sayfa"
        assert say(plural("letter", "{n} page", "{n} pages", 1200), "en") == "1,200 pages"

    def test_a_text_inside_a_text_is_translated_and_only_values_are_escaped(self) -> None:
        choice = text("delivery", "<b>{product}</b> · {price}", product=text("delivery", "Registered"), price="<5 & 6>")
        assert say(choice, "tr", escape=True) == "<b>Taahhütlü</b> · &lt;5 &amp; 6&gt;"
        assert say(choice, "tr") == "<b>Taahhütlü</b> · <5 & 6>"

    def test_lines_stand_below_each_other(self) -> None:
        window = Lines((Verbatim("Nermin <Öztürk>"), text("delivery", "Registered")))
        assert say(text("welcome", "Hello {name}.", name=window), "tr", escape=True) == (
            "Merhaba Nermin &lt;Öztürk&gt;\nTaahhütlü."
        )

    def test_a_value_that_looks_like_a_placeholder_stays_what_was_typed(self) -> None:
        assert say(text("welcome", "Hello {name}.", name=Verbatim("{name} {0.x}")), "tr") == "Merhaba {name} {0.x}."

    @pytest.mark.parametrize("message", ["nowhere", "half", "unsure"])
    def test_a_hole_is_an_error_in_tests(self, message: str) -> None:
        with pytest.raises(SpeechError, match=message):
            say(text("letter", message), "tr")

    def test_a_missing_value_is_an_error_in_tests(self) -> None:
        with pytest.raises(SpeechError, match="name"):
            say(text("welcome", "Hello {name}."), "tr")

    def test_an_unknown_language_is_our_mistake(self) -> None:
        with pytest.raises(ValueError, match="not a supported language"):
            say(text("delivery", "Registered"), "de")

    def test_the_service_says_it_in_english_and_logs_the_sentence_but_no_value(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        with strict(False), caplog.at_level(logging.WARNING):
            assert say(text("age", "Not {x} yet", x=Verbatim("secret")), "tr") == "Not secret yet"
            assert say(plural("age", "{n} day", "{n} days", 2), "tr") == "2 days"
            assert say(text("welcome", "Hello {name}."), "tr") == "Merhaba …."
        assert "age: 'Not {x} yet'" in caplog.text
        assert "secret" not in caplog.text

    @given(typed=st.text(), escaped=st.booleans())
    def test_what_a_person_types_is_never_markup(self, typed: str, escaped: bool) -> None:
        said = say(text("welcome", "Hello {name}.", name=Verbatim(typed)), "tr", escape=True)
        inside = said.removeprefix("Merhaba ").removesuffix(".")
        assert not re.search(r"[<>\"']", inside)
        assert html.unescape(inside) == html.unescape(html.escape(typed))
        assert not re.search(r"&(?!(?:amp|lt|gt|quot|#x27);)", inside)

    @given(typed=st.text(max_size=40))
    def test_plain_saying_changes_nothing(self, typed: str) -> None:
        assert say(text("welcome", "Hello {name}.", name=typed), "tr") == f"Merhaba {typed}."


class TestLoading:
    def test_the_shipped_catalogs_load(self) -> None:
        for language in LANGUAGES:
            assert read_catalog(catalog_path(language), language).num_plurals == {"tr": 1, "en": 2}[language]

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b'msgid "a\nmsgstr "b"\n', "damaged"),
            (b"\xff\xfe not a catalog", "damaged"),
            (b"Canim anneannem\n", "damaged"),
            (b'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n', "nplurals=2"),
        ],
    )
    def test_a_corrupt_catalog_is_refused_with_a_sentence(self, tmp_path: Path, content: bytes, why: str) -> None:
        path = tmp_path / "messages.po"
        path.write_bytes(content)
        with pytest.raises(CatalogError, match=why):
            read_catalog(path, "tr")

    def test_a_missing_catalog_is_refused_with_a_sentence(self, tmp_path: Path) -> None:
        with pytest.raises(CatalogError, match="cannot be read"):
            read_catalog(tmp_path / "messages.po", "tr")

    def test_no_other_name_becomes_a_path(self) -> None:
        with pytest.raises(CatalogError, match="no catalog for the language"):
            catalog_path("../../etc")


def test_money_in_a_real_sentence(catalog: None) -> None:
    sentence = text("delivery", "<b>{product}</b> · {price}", product=Count(2), price=Kurus(4850))
    assert say(sentence, "tr") == "<b>2</b> · 48,50\u00a0TL"
    assert isinstance(sentence, Text)
