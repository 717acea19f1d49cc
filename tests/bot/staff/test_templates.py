"""Templates and data-subject requests through the staff bot: a reply in two taps, an erasure by two admins."""

from __future__ import annotations

import pytest

from flows.core.events import RequestRefused, TicketAnswered
from flows.words.dates import today_in_istanbul
from storage.access_log import audit
from storage.rights import requests

from .conftest import ADMIN, AGENT, AUDITOR, ENGLISH_ADMIN, GROUP, SENDER, Desk

pytestmark = pytest.mark.usefixtures("bot")


async def asked(desk: Desk) -> int:
    await desk.sender()
    return await desk.writes("Mektubum nerede?")


async def in_topic(desk: Desk, words: str, user: int = AGENT) -> list[str]:
    """Written in the ticket's own topic."""
    found = await desk.message("Mektubum nerede?")
    return await desk.ask(words, user, GROUP, **desk.topic(GROUP, found["message_id"]))


async def requested(desk: Desk, kind: str = "erasure") -> int:
    await desk.sender()
    number, _, _ = await desk.store.do(requests.open, 1, SENDER, kind, desk.playground.clock.now())
    return number


# Templates ------------------------------------------------------------------------------------------------------------


async def test_an_agent_answers_with_a_template_in_two_steps_and_reads_the_exact_words_first(desk: Desk) -> None:
    number = await asked(desk)
    (shown,) = await in_topic(desk, "/t tesekkur")
    assert "Işıl" in shown and f"{number}" in shown
    assert desk.told == []  # nothing is sent before the second step
    await desk.tap("Gönder", shown[:20])
    ((answer),) = desk.told
    assert isinstance(answer, TicketAnswered) and answer.number == number
    assert answer.words in shown and "Işıl" in answer.words
    ((label,),) = await desk.rows("SELECT template FROM ticket_message WHERE sender = 'agent'")
    assert label.startswith("tesekkur/tr/0")
    assert await desk.rows("SELECT code, sent FROM template_use") == [("tesekkur", 1)]


async def test_two_taps_send_one_answer(desk: Desk) -> None:
    await asked(desk)
    (shown,) = await in_topic(desk, "/t tesekkur")
    preview = await desk.message(shown)
    await desk.tap_again("Gönder", preview)
    said = await desk.said(GROUP)
    assert await desk.tap_again("Gönder", preview) == "Bu metin göndericiye zaten gönderildi, ikinci kez gönderilmedi."
    assert len(desk.told) == 1 and await desk.said(GROUP) == said  # nothing to be tapped a third time


async def test_whoever_drops_what_a_colleague_has_just_sent_is_not_told_that_nothing_was_sent(desk: Desk) -> None:
    await asked(desk)
    (shown,) = await in_topic(desk, "/t tesekkur")
    preview = await desk.message(shown)
    await desk.tap_again("Gönder", preview)
    await desk.tap_again("Vazgeç", preview, ADMIN)
    assert len(desk.told) == 1
    answer = (await desk.said(GROUP))[-1]
    assert answer.startswith("Önizleme kapatıldı") and "gönderilmedi" not in answer


TAPS = {
    "Gönder": (AGENT, "/t tesekkur", "Göndericiye iletiliyor", 1),
    "Vazgeç": (AGENT, "/t tesekkur", "Önizleme kapatıldı", 0),
    "Send": (ENGLISH_ADMIN, "/use thanks", "On its way to the sender", 1),
    "Never mind": (ENGLISH_ADMIN, "/use thanks", "The preview is put away", 0),
}
"""A button under a preview: who taps it, under what, the outcome they read, and how many answers the sender reads."""


@pytest.mark.parametrize("label", TAPS)
async def test_a_preview_that_is_decided_keeps_its_words_and_loses_its_buttons(desk: Desk, label: str) -> None:
    user, command, outcome, answers = TAPS[label]
    await asked(desk)
    (shown,) = await in_topic(desk, command, user)
    preview = await desk.message(shown)
    assert [label in [key["label"] for key in row] for row in preview["buttons"]] == [True]
    await desk.tap(label, shown, user)
    said = await desk.said(GROUP)
    assert said[-1].startswith(outcome), said[-1]
    assert shown in said
    assert (await desk.message(shown))["buttons"] == []
    assert len(desk.told) == answers
    await desk.tap_again(label, preview, user)
    assert len(desk.told) == answers
    listed = await desk.get(f"chats/{GROUP}/messages?bot=staff")
    assert [one["buttons"] for one in listed if one["message_id"] == preview["message_id"]] == [[]]


async def test_a_preview_that_is_out_of_date_gives_its_buttons_to_the_new_one(desk: Desk) -> None:
    await asked(desk)
    (old,) = await in_topic(desk, "/t tesekkur")
    await desk.ask("/sablon degistir tesekkur tr: Sağ olun {first_name}.", ADMIN)
    await desk.tap("Gönder", old)
    assert desk.told == [] and (await desk.message(old))["buttons"] == []
    await desk.tap("Gönder", "lütfen yeniden okuyun")
    ((answer),) = desk.told
    assert isinstance(answer, TicketAnswered) and answer.words == "Sağ olun Işıl."


async def test_a_preview_keeps_its_buttons_while_its_words_are_edited(desk: Desk) -> None:
    await asked(desk)
    (shown,) = await in_topic(desk, "/t tesekkur")
    await desk.tap("Düzenle", shown)
    assert [key["label"] for key in (await desk.message(shown))["buttons"][0]] == ["Gönder", "Düzenle", "Vazgeç"]


async def test_buttons_that_cannot_be_taken_off_keep_nobody_waiting(desk: Desk) -> None:
    await asked(desk)
    (shown,) = await in_topic(desk, "/t tesekkur")
    refused = {"error": 400, "description": "Bad Request: message to edit not found", "times": 99}
    await desk.post("faults", bot="staff", method="editMessageReplyMarkup", **refused)
    await desk.tap("Gönder", shown)
    assert len(desk.told) == 1
    assert (await desk.said(GROUP))[-1].startswith("Göndericiye iletiliyor")
    (still,) = await in_topic(desk, "/t")
    assert "Hangi yanıt?" in still


async def test_an_example_reads_english_for_whoever_reads_english_and_works(desk: Desk) -> None:
    number = await asked(desk)
    (which,) = await desk.ask("/use thanks", ENGLISH_ADMIN)
    assert "/use #12 where" in which
    (shown,) = await desk.ask(f"/use #{number} thanks", ENGLISH_ADMIN)
    await desk.tap("Edit", shown, ENGLISH_ADMIN, ENGLISH_ADMIN)
    draft = (await desk.said(ENGLISH_ADMIN))[-1].split("\n\n", 1)[1]
    assert draft.startswith(f"/use #{number} thanks MX000001: ")
    await desk.ask(f"{draft} Kind regards!", ENGLISH_ADMIN)
    ((answer),) = desk.told
    assert isinstance(answer, TicketAnswered) and answer.words.endswith(" Kind regards!")


async def test_an_empty_place_is_named_and_nothing_can_be_sent(desk: Desk) -> None:
    await asked(desk)
    (shown,) = await in_topic(desk, "/t nerede")  # its order has no tracking number
    assert "{tracking}" in shown
    with pytest.raises(AssertionError):
        await desk.tap("Gönder", shown[:20])
    assert desk.told == []


async def test_a_template_that_had_to_be_asked_about_is_counted_when_it_is_sent(desk: Desk) -> None:
    """A colleague has just answered: the words are held, and go after a second yes."""
    await asked(desk)
    await in_topic(desk, "/y Bakıyorum.", ADMIN)
    (shown,) = await in_topic(desk, "/t tesekkur: Teşekkürler, iyi günler.")
    assert "henüz gönderilmedi" in shown and await desk.rows("SELECT code FROM template_use") == []
    await desk.tap("O da gönderilsin", "henüz gönderilmedi", AGENT)
    assert [one.words for one in desk.told] == ["Bakıyorum.", "Teşekkürler, iyi günler."]
    assert await desk.rows("SELECT code, language, version, sent FROM template_use") == [("tesekkur", "tr", 0, 1)]


async def test_to_a_sender_who_is_gone_nothing_is_sent_and_nothing_is_counted(desk: Desk) -> None:
    await asked(desk)
    (shown,) = await in_topic(desk, "/t tesekkur")
    gone = "UPDATE person SET handle_index = NULL WHERE channel = 'telegram'"
    await desk.store.database.run(lambda conn: conn.exec_driver_sql(gone) and None)
    await desk.tap("Gönder", shown[:20])
    assert desk.told == []
    assert await desk.rows("SELECT code FROM template_use") == []


async def test_only_admins_change_templates_and_each_change_is_a_version(desk: Desk) -> None:
    (refused,) = await desk.ask("/sablon degistir tesekkur tr: Sağ olun {first_name}.", AGENT)
    (done,) = await desk.ask("/sablon degistir tesekkur tr: Sağ olun {first_name}.", ADMIN)
    assert refused != done
    assert await desk.rows("SELECT code, version FROM template") == [("tesekkur", 1)]
    (shown,) = await desk.ask("/sablon goster tesekkur", AGENT)
    assert "Sağ olun {first_name}." in shown


# Requests -------------------------------------------------------------------------------------------------------------


async def test_an_erasure_is_shown_by_one_admin_and_confirmed_by_another(desk: Desk) -> None:
    number = await requested(desk)
    (listed,) = await desk.ask("/kvkk", ADMIN)
    assert f"{number}" in listed
    (page,) = await desk.ask(f"/kvkk_uygula {number}", ADMIN)
    assert "Işıl" not in page and "isil@example.com" not in page
    (alone,) = await desk.ask(f"/kvkk_uygula {number} onay", ADMIN)
    assert await desk.rows("SELECT state FROM data_request") == [("proposed",)], alone
    await desk.ask(f"/dsr_apply {number} confirm", ENGLISH_ADMIN)
    assert await desk.rows("SELECT state FROM data_request") == [("confirmed",)]
    actions = {action for (action,) in await desk.rows("SELECT action FROM audit")}
    assert {"dry_run", "confirm_request"} <= actions
    assert await desk.store.do(audit.verify) == ()


async def test_the_button_under_a_dry_run_confirms_for_another_admin_only(desk: Desk) -> None:
    number = await requested(desk)
    await desk.ask(f"/kvkk_uygula {number}", ADMIN, GROUP)
    page = (await desk.said(GROUP))[-1]
    await desk.tap("Onayla (başka bir yönetici)", page[:20], ADMIN)
    assert await desk.rows("SELECT state FROM data_request") == [("proposed",)]
    await desk.tap("Onayla (başka bir yönetici)", page[:20], ENGLISH_ADMIN)
    assert await desk.rows("SELECT state FROM data_request") == [("confirmed",)]


async def test_a_refusal_reaches_the_person_with_its_article_and_reason(desk: Desk) -> None:
    number = await requested(desk)
    await desk.ask(f"/kvkk_ret {number} KVKK m.28: mahkeme kararı", ADMIN)
    opened = today_in_istanbul(desk.playground.clock.now())
    assert desk.told == [RequestRefused(number, "mahkeme kararı", "KVKK m.28", opened)]


async def test_a_request_that_came_by_letter_is_opened_on_behalf_of_its_sender(desk: Desk) -> None:
    await desk.sender()
    (unknown,) = await desk.ask("/kvkk_yeni silme MX999999 mektup", ADMIN)
    assert "yok" in unknown and await desk.rows("SELECT number FROM data_request") == []
    (opened,) = await desk.ask("/kvkk_yeni silme MX000001 5 Mart tarihli mektup", ADMIN)
    assert opened.startswith("Talep açıldı.")
    assert await desk.rows("SELECT kind, state FROM data_request") == [("erasure", "open")]


@pytest.mark.parametrize("user", [AGENT, AUDITOR])
@pytest.mark.parametrize("command", ["/kvkk", "/kvkk_uygula 1", "/kvkk_ret 1 a: b", "/kvkk_yeni silme MX000001 x"])
async def test_requests_are_the_admins(desk: Desk, user: int, command: str) -> None:
    await requested(desk)
    (said,) = await desk.ask(command, user)
    assert "görevinizin dışında" in said, said
    assert await desk.rows("SELECT state FROM data_request") == [("open",)]
