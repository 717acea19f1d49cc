"""In whose name an invoice is, read from one message: each part in its own field, and nothing slips into another."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.invoice.party import InvoiceParty, PartyKind
from flows.invoice.reading import Part, completed, missing, of_text, read_company, read_own, read_person

STREET = "Kızılay Mah. Ihlamur Sok. No: 3, 06420 Çankaya, Ankara"
COMPANY = ("Örnek Ltd. Şti.", "Çankaya", "0123456789", STREET)

# what a company's clerk writes -> title, tax office, tax number, address
OF_A_COMPANY = {
    "as the question shows it": f"Örnek Ltd. Şti., Çankaya V.D. 0123456789, {STREET}",
    "without a comma before the office": f"Örnek Ltd. Şti. Çankaya V.D. 0123456789, {STREET}",
    "without a comma after the number": f"Örnek Ltd. Şti. Çankaya V.D. 0123456789 {STREET}",
    "one part a line": f"Örnek Ltd. Şti.\nÇankaya Vergi Dairesi\n0123456789\n{STREET}",
    "with labels": f"Unvan: Örnek Ltd. Şti.\nVergi dairesi: Çankaya\nVergi no: 0123456789\nAdres: {STREET}",
    "the number first": f"VKN 0123456789, Çankaya VD, Örnek Ltd. Şti., {STREET}",
    "the address first": f"{STREET}, Örnek Ltd. Şti., Çankaya V.D., 0123456789",
    "office and number with a slash": f"Örnek Ltd. Şti., V.D./VKN: Çankaya / 0123456789, {STREET}",
    "the office after its word": f"Örnek Ltd. Şti., vergi dairesi Çankaya, vergi no 0123456789, {STREET}",
    "a number in groups": f"Örnek Ltd. Şti., Çankaya V.D. 012 345 67 89, {STREET}",
    "digits of another script": f"Örnek Ltd. Şti., Çankaya V.D. ٠١٢٣٤٥٦٧٨٩, {STREET}",
    "in the field of a person": f"Örnek Ltd. Şti., Çankaya V.D. 0123456789, {STREET}",
}


@pytest.mark.parametrize("name", OF_A_COMPANY)
def test_a_companys_parts_stand_in_any_order(name: str) -> None:
    read = {"in the field of a person": read_person}.get(name, read_company)
    party = read(OF_A_COMPANY[name])
    assert (party.name, party.tax_office, party.tax_number, party.address) == COMPANY
    assert (party.kind, party.il, party.ilce) == (PartyKind.COMPANY, "Ankara", "Çankaya")
    assert missing(party) is None


TITLES = {
    "a title with commas": ("Işıl, İnci ve Ortakları A.Ş.", "Kadıköy V.D. 0123456789"),
    "a title that names a road": ("Moda Sokak Yayıncılık Limited Şirketi", "Kadıköy V.D. 0123456789"),
    "a sole trader": ("İnci Kırtasiye", "Kadıköy V.D. 0123456789"),
    "an office of two words": ("Örnek A.Ş.", "Marmara Kurumlar V.D. 0123456789"),
    "a university": ("Boğaziçi Üniversitesi", "Beşiktaş V.D. 0123456789"),
}


@pytest.mark.parametrize("name", TITLES)
def test_the_title_is_never_cut(name: str) -> None:
    title, office = TITLES[name]
    party = read_company(f"{title}, {office}, {STREET}")
    assert (party.name, party.tax_office) == (title, office.removesuffix(" V.D. 0123456789"))
    assert party.address == STREET


# what somebody writes for themselves, called Ali Can -> the address
OF_MINE = {
    "the address alone": (STREET, STREET),
    "with the own name before it": (f"ali can, {STREET}", STREET),
    "with the own name above it": (f"Ali Can\n{STREET}", STREET),
    "with labels": (f"Ad: Ali Can\nAdres: {STREET}", STREET),
    "a street that begins with the name": ("Ali Canbaz Sok. No: 12, Kadıköy", "Ali Canbaz Sok. No: 12, Kadıköy"),
    "over several lines": ("Moda Cad. No: 12\n34710 Kadıköy", "Moda Cad. No: 12, 34710 Kadıköy"),
    "an address at work": (f"Deniz A.Ş., {STREET}", f"Deniz A.Ş., {STREET}"),
}


@pytest.mark.parametrize("name", OF_MINE)
def test_my_own_name_is_known_and_the_message_is_the_address(name: str) -> None:
    typed, address = OF_MINE[name]
    party = read_own(typed, "Ali Can")
    assert (party.name, party.address, party.kind) == ("Ali Can", address, PartyKind.PERSON)
    assert missing(party) is None


OF_SOMEBODY = {
    "the name first": f"Nermin Öztürk, {STREET}",
    "the name above": f"Nermin Öztürk\n{STREET}",
    "the name last": f"{STREET}, Nermin Öztürk",
    "with labels": f"Ad Soyad: Nermin Öztürk, Adres: {STREET}",
    "politely": f"Sayın Nermin Öztürk, {STREET}",
    "as a sentence": f"Adım Nermin Öztürk, adresim {STREET}",
    "with a TCKN that nobody asked for": f"Nermin Öztürk, 10000000146, {STREET}",
}


@pytest.mark.parametrize("name", OF_SOMEBODY)
def test_somebodys_name_and_address_are_told_apart(name: str) -> None:
    party = read_person(OF_SOMEBODY[name])
    assert (party.name, party.address) == ("Nermin Öztürk", STREET)
    assert party.tax_number == ("10000000146" if "TCKN" in name else "")


# a message -> what is asked for
MISSING = {
    "no title": (read_company, f"Çankaya V.D. 0123456789, {STREET}", Part.NAME),
    "no tax number": (read_company, f"Örnek Ltd. Şti., Çankaya V.D., {STREET}", Part.TAX_NUMBER),
    "a tax number with a typo": (read_company, f"Örnek Ltd. Şti., Çankaya V.D. 0123456788, {STREET}", Part.TAX_NUMBER),
    "nine digits": (read_company, f"Örnek Ltd. Şti., Çankaya V.D. 012345678, {STREET}", Part.TAX_NUMBER),
    "no tax office": (read_company, f"Örnek Ltd. Şti., 0123456789, {STREET}", Part.TAX_OFFICE),
    "no address of a company": (read_company, "Örnek Ltd. Şti., Çankaya V.D. 0123456789", Part.ADDRESS),
    "an address without a place": (
        read_company,
        "Örnek Ltd. Şti., Çankaya V.D. 0123456789, Ihlamur Sok. No: 3",
        Part.PLACE,
    ),
    "no name": (read_person, STREET, Part.NAME),
    "no address": (read_person, "Nermin Öztürk", Part.ADDRESS),
    "a company as somebody else": (read_person, f"Örnek Ltd. Şti., {STREET}", Part.TAX_NUMBER),
    "my name alone": (lambda typed: read_own(typed, "Ali Can"), "Ali Can", Part.ADDRESS),
    "another name than mine": (lambda typed: read_own(typed, "Ali Can"), f"Nermin Öztürk, {STREET}", Part.NAME),
    "my address without a place": (lambda typed: read_own(typed, "Ali Can"), "Ihlamur Sok. No: 3", Part.PLACE),
}


@pytest.mark.parametrize("name", MISSING)
def test_what_is_missing_is_asked_for(name: str) -> None:
    read, typed, part = MISSING[name]
    assert missing(read(typed)) is part


def test_an_address_abroad_needs_no_province() -> None:
    party = read_own("Hauptstr. 5\n10115 Berlin\nGermany", "Ali Can")
    assert (missing(party), party.country) == (None, "DE")


# a message, the answers to what was missing -> the party
ANSWERED = {
    "the number, then the office": (
        f"Örnek Ltd. Şti., {STREET}",
        ("0123456788", "0123456789", "Çankaya V.D."),
        InvoiceParty(*("Örnek Ltd. Şti.", STREET), PartyKind.COMPANY, "Çankaya", "0123456789", "Ankara", "Çankaya"),
    ),
    "the office without its word": (
        f"Örnek Ltd. Şti., 0123456789, {STREET}",
        ("Çankaya",),
        InvoiceParty(*("Örnek Ltd. Şti.", STREET), PartyKind.COMPANY, "Çankaya", "0123456789", "Ankara", "Çankaya"),
    ),
    "the place": (
        "Örnek Ltd. Şti., Çankaya V.D. 0123456789, Ihlamur Sok. No: 3",
        ("bilmem", "Çankaya, Ankara"),
        InvoiceParty(
            *("Örnek Ltd. Şti.", "Ihlamur Sok. No: 3, Çankaya, Ankara"), PartyKind.COMPANY, "Çankaya", "0123456789",
            "Ankara", "Çankaya",
        ),
    ),
    "everything once more": (
        f"Örnek Ltd. Şti., {STREET}",
        (f"Deniz A.Ş., Kadıköy V.D. 0123456789, {STREET}",),
        InvoiceParty(*("Deniz A.Ş.", STREET), PartyKind.COMPANY, "Kadıköy", "0123456789", "Ankara", "Çankaya"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERED)
def test_one_part_is_enough_to_answer(name: str) -> None:
    typed, answers, party = ANSWERED[name]
    begun = read_company(typed)
    for answer in answers:
        begun = completed(begun, answer)
    assert begun == party


def test_of_somebody_the_name_alone_is_enough() -> None:
    begun = read_person(STREET)
    assert completed(begun, "Nermin Öztürk") == read_person(f"Nermin Öztürk, {STREET}")
    assert completed(begun, "???") == begun


# what an older version has stored -> how it reads now
OLDER = {
    "a person": (f"Ali Can\n{STREET}", InvoiceParty("Ali Can", STREET, il="Ankara", ilce="Çankaya")),
    "a person in one line": (f"Ali Can, {STREET}", InvoiceParty("Ali Can", STREET, il="Ankara", ilce="Çankaya")),
    "a company": (
        f"Örnek Ltd. Şti., Çankaya V.D. 0123456789, {STREET}",
        InvoiceParty(*("Örnek Ltd. Şti.", STREET), PartyKind.COMPANY, "Çankaya", "0123456789", "Ankara", "Çankaya"),
    ),
    "a name alone": ("Işıl İnci", InvoiceParty("Işıl İnci")),
}


@pytest.mark.parametrize("name", OLDER)
def test_an_older_invoice_is_still_read(name: str) -> None:
    stored, party = OLDER[name]
    assert of_text(stored) == party


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60)


@settings(max_examples=40)
@given(WORDS)
def test_whatever_is_typed_is_read_or_asked_about(typed: str) -> None:
    for party in (read_company(typed), read_person(typed), read_own(typed, "Ali Can"), of_text(typed)):
        missing(completed(party, typed))
