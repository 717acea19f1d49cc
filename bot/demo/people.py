"""Who plays in the demo: two senders with their letters, and the staff group with an agent and two admins."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ADMINS", "AGENT", "GROUP", "GROUP_TITLE", "ISIL", "NEHIR", "STAFF", "Colleague", "Writer"]


@dataclass(frozen=True, slots=True)
class Writer:
    """A sender and what they type, in the order of the questions."""

    id: int
    first_name: str
    last_name: str
    mail: str
    born: str
    addressee: str
    address: str
    letter: tuple[str, ...]
    invoice: str
    street: str = ""  # words of the address and of the letter as they are kept, to be searched for
    phrase: str = ""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


ISIL = Writer(
    1001, "Işıl", "İnci", "isil@example.com", "5.3.1990", "Nermin Öztürk",
    "caferağa mah moda cad no 12 daire 5 34710 kadıköy istanbul",
    ("Canım anneannem,", "Sardunyaların bu sabah açtı. Pencereyi her açtığımda mutfağındaki çay kokusunu arıyorum."),
    "Işıl İnci, Kızılay Mah. Ihlamur Sok. No: 3, 06420 Çankaya, Ankara",
)  # fmt: skip
NEHIR = Writer(  # words that stand nowhere else on this machine: the demo searches for them at its end
    518204663, "Nehir", "Aksakal", "nehir@example.com", "12.9.1987", "Yakup Ersöz",
    "kuzguncuk mah icadiye cad no 41 34674 üsküdar istanbul",
    ("Sevgili Yakup Bey,", "Bahçedeki iğde bu yıl erken çiçek açtı; kokusu ta iskeleye kadar geliyor."),
    "Nehir Aksakal, Cunda Mah. Değirmen Sok. No: 8, 10405 Ayvalık, Balıkesir",
    street="İcadiye Cad", phrase="iğde bu yıl erken çiçek",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of the staff; `role` as /personel takes it, "" for the admins of the settings."""

    id: int
    first_name: str
    role: str = ""


ADMINS = (Colleague(2001, "Selin"), Colleague(2002, "Umut"))
AGENT = Colleague(2003, "Ece", "temsilci")
STAFF = (*ADMINS, AGENT)
GROUP, GROUP_TITLE = -1001000002000, "MektupX Destek"  # supergroups have such ids (api#chat; MTProto's -100…)
