"""The faults the service survives, one by one: how each is injected, what must hold, which test or section does it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FAULTS", "Fault"]


@dataclass(frozen=True)
class Fault:
    """tests: specifications of the suite, "folder/file.py::name" below tests/. sections: of `make prove`. later: what
    is not injected yet, and waits for which part of the service."""

    fault: str
    injection: str
    holds: str
    tests: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    later: str = ""

    @property
    def places(self) -> str:
        named = [f"`{test}`" for test in self.tests] + [f"section *{section}*" for section in self.sections]
        return "; ".join([*named, *([f"*later: {self.later}*"] if self.later else [])])


ARCHIVE, DOOR, DISPATCH = "storage/test_faults.py", "bot/intake/test_door.py", "bot/printer/test_dispatch.py"
FOLDER, MESSAGE_SENDER, ORDER = "bot/printer/test_folder.py", "bot/outbox/test_message_sender.py", "e2e/test_order.py"
TRACING = "bot/outbox/test_lost_answers.py"
TALK = "prove/test_prove.py"
IPP, SFTP = "bot/printer/test_ipp.py", "bot/printer/test_sftp.py"
IYZICO, PAYTR = "bot/payments/iyzico/test_refunds.py", "bot/payments/paytr/test_refunds.py"
QUEUE = "storage/printing/test_queue_view.py"
STOPPED = "test_a_stop_for_an_erasure_holds_from_the_tap_though_the_tray_comes_back_before_any_admin_looks"

FAULTS = (
    # Money -----------------------------------------------------------------------------------------------------------
    Fault(
        "an institution and its payers misbehave",
        "callbacks lost, late, doubled, reordered, forged; wrong amounts; lost answers, HTML; cancels, kills",
        "paid and kept = printed or to be printed; refunded once, and exactly; forged changes nothing",
        (f"{TALK}::test_random_histories_of_money_come_out_right",),
        ("money",),
    ),
    Fault(
        "killed while money is taken or given back",
        "SIGKILL at the n-th pwrite64, fdatasync, sendto of a till",
        "each payment counts once; each cancelled order is refunded once, and whole",
        (),
        ("money",),
    ),
    # Killed ----------------------------------------------------------------------------------------------------------
    Fault(
        "killed at any write to the disk, in a turn",
        "SIGKILL at the n-th pwrite64, fdatasync, ftruncate of a process",
        "what was acknowledged is stored, once and whole; no number of an invoice is left out or given twice",
        (f"{ARCHIVE}::test_killed_at_any_write_to_the_disk_what_was_acknowledged_is_stored",),
        ("kills",),
    ),
    Fault(
        "killed at any word to PostgreSQL",
        "SIGKILL at the n-th sendto",
        "what was acknowledged is stored, once and whole",
        (f"{ARCHIVE}::test_killed_at_any_word_to_the_server_what_was_acknowledged_is_stored",),
        ("kills",),
    ),
    Fault(
        "dispatcher killed anywhere",
        "SIGKILL at the n-th call to disk, network or tray; crashes between any two steps in process",
        "each paid letter lies in the tray once, its row is cleared, its key destroyed",
        (
            f"{ARCHIVE}::test_a_dispatcher_killed_anywhere_prints_each_letter_once",
            f"{DISPATCH}::test_one_or_two_crashes_anywhere_lose_nothing_and_print_nothing_twice",
        ),
        ("kills",),
    ),
    Fault(
        "killed between sink and clear",
        "SIGKILL at the tray's fsync and unlink, after the letter lies there",
        "one letter",
        (f"{ARCHIVE}::test_killed_between_the_tray_and_the_clearing_a_letter_lies_there_once",),
        ("kills",),
    ),
    Fault(
        "killed on both sides of a real print room",
        "SIGKILL at the n-th call of the service, of ippeveprinter, of OpenSSH, of `mektupx press`; its fsync fails",
        "each letter is printed once or handed to a person; no plain byte of one in any file or in any write to one",
        (f"{TALK}::test_letters_to_a_real_print_room_come_out_once_and_lie_in_no_file",),
        ("print rooms",),
    ),
    Fault(
        "a printer that is off, busy, slow, or lies",
        "no answer, half an answer, web pages, forgotten jobs, lost lines, restarts, full disks, another host key",
        "waited for or parked with a sentence; nothing is sent to a stranger; nothing is guessed",
        (
            f"{IPP}::test_whatever_a_printer_answers_says_one_thing_about_the_letter",
            f"{IPP}::test_a_lookup_says_no_only_where_the_printer_would_remember",
            f"{IPP}::test_a_slow_printer_is_not_believed_before_it_is_done_and_a_busy_one_gets_nothing",
            f"{DISPATCH}::test_only_a_letter_that_the_sink_may_hold_has_to_be_asked_about_later",
            f"{SFTP}::test_a_print_house_that_cannot_keep_a_letter_is_waited_for",
            f"{SFTP}::test_another_host_key_gets_nothing_and_says_what_to_do",
        ),
    ),
    Fault(
        "killed while keys are made or destroyed",
        "SIGKILL at the n-th call of the key store",
        "keys handed out open, destroyed ones are gone, the signed head never goes back",
        (
            f"{ARCHIVE}::test_killed_while_keys_are_made_and_destroyed_the_key_store_opens_and_has_just_what_it_said",
            f"{ARCHIVE}::test_killed_at_its_very_first_start_a_key_store_works_or_is_refused",
            "bot/printer/test_shred.py::test_one_or_two_crashes_anywhere_leave_no_key_and_tell_each_sender_once",
        ),
        ("kills",),
    ),
    Fault(
        "the power is cut",
        "after each call of a recorded life what is not synced is kept or undone: bytes, names, random parts",
        "what was said to be kept is there; no key that was said to be destroyed is back",
        (
            "storage/keys/test_power_cut.py::test_a_power_cut_at_any_call_revives_no_key_and_loses_none",
            "storage/database/test_power_cut.py::test_a_power_cut_at_any_call_loses_no_commit",
            "bot/payments/test_power_cut.py::test_a_power_cut_at_any_call_takes_back_nothing_that_the_bank_answered",
        ),
    ),
    Fault(
        "migration interrupted",
        "SIGKILL at the n-th call; a power cut before each statement",
        "all tables or none; the next start completes them",
        (
            f"{ARCHIVE}::test_killed_while_moving_in_the_next_start_finds_all_or_nothing",
            "storage/database/test_migrations.py::test_a_migration_interrupted_at_any_statement_leaves_nothing_and_starts_over",
        ),
        ("kills",),
    ),
    Fault(
        "killed after 200",
        "SIGKILL to the running service after Telegram was answered",
        "still handled, answered once",
        (
            "e2e/test_kill.py::test_a_conversation_survives_a_kill_and_what_was_on_its_way_is_delivered",
            f"{MESSAGE_SENDER}::test_what_a_killed_run_had_taken_is_sent_by_the_next_when_its_hold_is_over",
        ),
    ),
    Fault(
        "stopped between any two steps",
        "SIGTERM and a new start after each step of an order",
        "the conversation goes on where it was",
        (f"{ORDER}::test_a_service_that_stops_between_any_two_steps_goes_on_where_it_was",),
    ),
    # A disk and a server that refuse ---------------------------------------------------------------------------------
    Fault(
        "disk full, disk failing, under the store",
        "pwrite64 returns ENOSPC, fdatasync returns EIO, several times in a row",
        "a clean refusal, nothing acknowledged, recovery by itself",
        (
            f"{ARCHIVE}::test_a_disk_that_refuses_is_said_and_everything_is_kept_once_it_takes_again",
            "storage/database/test_engine.py::test_a_full_disk_refuses_cleanly_and_recovers",
            f"{DOOR}::test_a_full_disk_is_raised_to_whoever_brought_the_update_and_not_acknowledged",
        ),
        ("refusals",),
    ),
    Fault(
        "disk full, disk failing, under the tray",
        "link and pwrite64 return ENOSPC, fsync EIO",
        "waited for; each letter once",
        (
            f"{ARCHIVE}::test_a_tray_whose_disk_refuses_has_each_letter_once_after_all",
            f"{FOLDER}::test_a_full_or_failing_disk_is_waited_for",
        ),
        ("refusals",),
    ),
    Fault(
        "PostgreSQL stopped in a transaction",
        "SIGQUIT to the server amid turns, then a start",
        "no half turn; found again without help",
        (
            f"{ARCHIVE}::test_a_server_stopped_in_the_middle_leaves_no_half_turn_and_is_found_again",
            f"{ARCHIVE}::test_a_server_that_dies_in_a_transaction_is_said_and_the_next_one_goes_on",
            f"{ARCHIVE}::test_a_server_that_dies_before_the_commit_has_kept_nothing_that_was_acknowledged_as_kept",
        ),
        ("crashes", "cluster"),
    ),
    Fault(
        "a commit whose answer is lost",
        "the transaction commits, then the connection breaks",
        "the update comes again and changes nothing; what it said is heard once, before all that is said later",
        (
            f"{DOOR}::test_what_is_said_after_a_commit_whose_answer_was_lost_waits_behind_it",
            f"{TALK}::test_conversations_whose_updates_are_shuffled_doubled_and_lost_come_out_right",
        ),
        ("conversations",),
    ),
    Fault(
        "a task cancelled at any await",
        "cancel() at each step of a transaction",
        "whole or absent; the pool is clean",
        (
            "storage/database/test_engine.py::test_cancelled_at_any_step_a_transaction_is_whole_or_absent",
            "storage/database/test_engine.py::test_a_cancelled_task_leaves_nothing_and_the_next_one_goes_on",
            f"{DOOR}::test_a_bringer_who_leaves_neither_loses_nor_doubles_the_envelope",
        ),
        ("conversations",),
    ),
    # Telegram --------------------------------------------------------------------------------------------------------
    Fault(
        "429, 500, timeout, reset, lost reply when sending",
        "faults of the playground; a messenger that fails before or after it has taken a message",
        "bounded retry; no step done twice; a message whose answer was lost is looked for, and said once",
        (
            f"{ORDER}::test_a_telegram_in_trouble_loses_nothing_and_doubles_no_step",
            f"{MESSAGE_SENDER}::test_a_429_is_waited_out_on_the_clock_and_the_order_stays",
            f"{MESSAGE_SENDER}::test_a_messenger_that_is_down_is_tried_less_and_less_often",
            f"{MESSAGE_SENDER}::test_a_long_outage_is_sat_out_in_the_outbox_and_nothing_is_lost",
            f"{TRACING}::test_a_lost_answer_lets_nothing_come_twice",
            "bot/customers/test_send.py::test_each_failure_has_its_name_in_the_house",
        ),
        ("conversations",),
    ),
    Fault(
        "a bot killed between Telegram's yes and our note of it",
        "SIGKILL of either bot while messages are on their way, in private chats and in topics of a group",
        "looked for and said once; where Telegram lets nobody ask, said again with a mark",
        (
            f"{TRACING}::test_what_was_on_its_way_when_a_process_was_killed_comes_once",
            f"{TRACING}::test_what_telegram_lets_nobody_ask_about_says_that_it_may_be_a_repetition",
            "e2e/test_tickets_killed.py::test_while_both_bots_are_killed_every_word_arrives_in_its_order",
        ),
        ("desk",),
    ),
    Fault(
        "the same update ten times at once",
        "ten deliveries side by side",
        "one effect",
        (
            f"{ORDER}::test_an_update_that_comes_ten_times_counts_once",
            f"{DOOR}::test_the_same_envelope_ten_times_at_once_has_one_effect",
            "storage/senders/test_conversations.py::test_the_same_update_ten_times_at_once_is_seen_once",
        ),
        ("conversations",),
    ),
    Fault(
        "shuffled updates",
        "what a person does in one go arrives in any order, late ones rounds later",
        "valid states only; an answer to everything; letters joined in message order",
        (
            f"{TALK}::test_conversations_whose_updates_are_shuffled_doubled_and_lost_come_out_right",
            "flows/conversation/test_machine.py::test_nothing_a_sender_or_the_world_does_breaks_a_promise",
        ),
        ("conversations",),
    ),
    Fault(
        "an acknowledgement that is lost",
        "the update was kept and is brought again; whoever brought it goes away",
        "one effect",
        (
            f"{TALK}::test_conversations_whose_updates_are_shuffled_doubled_and_lost_come_out_right",
            "bot/web/test_server.py::test_the_same_update_twice_is_fed_twice_and_the_door_knows_its_key",
            "bot/messenger/test_polling.py::test_what_could_not_be_kept_is_not_set_aside_but_comes_again",
        ),
        ("conversations",),
    ),
    Fault(
        "a chat that is blocked",
        "403 for a while",
        "everything in order after it; order news by mail meanwhile",
        (
            f"{ORDER}::test_who_blocks_the_bot_finds_everything_in_order_when_they_come_back",
            f"{MESSAGE_SENDER}::test_a_block_is_told_once_and_all_waits_until_the_chat_is_opened_again",
        ),
        ("conversations",),
    ),
    Fault(
        "a mistake of ours in a turn",
        "the machine raises",
        "the neighbours are kept; one apology; a payment is never used up by it",
        (
            f"{DOOR}::test_a_turn_that_fails_is_apologised_for_once_and_fails_no_neighbour",
            f"{DOOR}::test_what_nobody_asked_for_is_never_done_with_by_an_apology",
        ),
    ),
    # Money -----------------------------------------------------------------------------------------------------------
    Fault(
        "callback twice, or before the payer is back",
        "the bank calls any number of times, also ten at once",
        "paid once",
        (
            "bot/work/test_reconcile.py::test_a_fact_is_told_once_however_often_it_is_found",
            "bot/payments/test_sandbox.py::test_a_callback_not_answered_is_repeated_as_the_same_event",
            "storage/senders/test_orders.py::test_a_payment_counts_once",
        ),
        ("conversations",),
    ),
    Fault(
        "callback lost",
        "the bank never calls",
        "found by asking",
        (
            "bot/work/test_reconcile.py::test_a_payment_whose_callback_was_lost_is_found_by_asking",
            "bot/payments/test_sandbox.py::test_a_callback_lost_for_good_is_found_by_asking",
        ),
        ("conversations",),
    ),
    Fault(
        "wrong amount",
        "another amount than the price is paid",
        "held, never printed, refunded when cancelled",
        (f"{ORDER}::test_a_wrong_amount_is_held_and_can_be_cancelled_with_its_refund",),
        ("conversations",),
    ),
    Fault(
        "paid twice",
        "two payments on one page",
        "the second is refunded, one letter",
        (f"{ORDER}::test_a_second_payment_is_given_back_and_prints_nothing_more",),
        ("conversations",),
    ),
    Fault(
        "bad signature",
        "a callback signed by somebody else, or too late",
        "refused, changes nothing",
        (
            f"{ORDER}::test_a_callback_that_is_forged_changes_nothing",
            "bot/payments/test_sandbox.py::test_only_what_the_bank_signed_is_believed",
            "bot/payments/test_sandbox.py::test_a_callback_that_comes_late_is_not_believed",
        ),
    ),
    Fault(
        "paid after or while cancelling",
        "the payment settles when the order is cancelled",
        "refunded whole, never printed; of cancel and print one wins",
        (
            f"{ORDER}::test_a_cancelled_order_cannot_be_paid",
            f"{ORDER}::test_of_cancel_and_print_exactly_one_wins",
            "flows/order/test_order.py::test_promises_hold_in_every_story",
        ),
        ("conversations",),
    ),
    Fault(
        "the bank is away, or dies",
        "calls fail before or after they have acted; its process ends",
        "asked again; one link, one refund",
        (
            "bot/payments/test_sandbox.py::test_a_restart_of_the_bank_loses_nothing",
            "bot/payments/test_sandbox.py::test_a_refund_with_the_same_key_happens_once",
            "bot/work/test_worker.py::test_a_partner_that_is_away_is_asked_less_and_less_often",
        ),
        ("conversations",),
    ),
    Fault(
        "the answer to a refund is lost, and the institution's list of refunds lags",
        "made or not made, then listed at once, after minutes, after hours; whole payments and parts",
        "never sent twice: found in the list, or handed to a person whom an alarm calls and who reads why",
        (
            f"{TALK}::test_a_refund_that_nobody_can_be_sure_of_waits_for_a_person_and_one_sent_again_is_noticed",
            f"{IYZICO}::test_a_report_that_lags_longer_than_thought_still_gives_back_no_more_than_was_paid",
            f"{PAYTR}::test_a_list_that_lags_behind_leads_to_no_second_refund_and_to_a_person",
        ),
        ("money",),
    ),
    # Paper -----------------------------------------------------------------------------------------------------------
    Fault(
        "cancelled around the cut-off, or stopped while the tray is away",
        "the tap comes before the hour, as a dispatcher claims the piece, and before the tray is back",
        "refunded whole, never printed, whatever an admin does later; exactly one of stop and print wins",
        (
            "e2e/test_cut_off.py::test_a_minute_before_its_hour_it_is_cancelled_refunded_and_never_printed",
            f"e2e/test_cut_off.py::{STOPPED}",
            f"{QUEUE}::test_a_cancel_and_a_claim_at_once_end_in_a_refund_while_nothing_is_handed_over",
            f"{QUEUE}::test_stop_and_print_at_once_have_exactly_one_winner",
        ),
    ),
    Fault(
        "printer offline",
        "the sink is away for a while",
        "the backlog drains once, in order",
        (
            f"{DISPATCH}::test_an_offline_sink_is_left_alone_for_longer_and_longer_then_the_backlog_drains_once_in_order",
            f"{FOLDER}::test_a_tray_that_is_not_there_is_waited_for_and_never_made",
        ),
        ("conversations",),
    ),
    Fault(
        "a sink that does not know",
        "no answer to submit, none to lookup",
        "handed to a person, never guessed",
        (
            f"{DISPATCH}::test_a_refused_or_unknown_letter_waits_for_a_person",
            f"{DISPATCH}::test_an_acknowledged_letter_the_sink_no_longer_knows_is_for_a_person",
        ),
        ("conversations",),
    ),
    Fault(
        "a half-written file",
        "a power cut at any write of the tray",
        "a whole letter or none is visible; the next try completes it",
        (f"{FOLDER}::test_a_power_cut_at_any_write_shows_a_whole_letter_or_none_and_the_next_try_completes_it",),
        ("kills",),
    ),
    Fault(
        "a slow dispatcher outlives its lease",
        "it sleeps at each step until another holds the piece",
        "fenced: it changes nothing and prints nothing twice",
        (
            f"{DISPATCH}::test_a_dispatcher_that_sleeps_through_its_lease_is_fenced",
            "storage/printing/test_outbox.py::test_a_dispatcher_that_slept_through_its_lease_changes_nothing",
        ),
        ("cluster",),
    ),
    Fault(
        "two dispatchers",
        "both claim at once",
        "one claim",
        (
            f"{DISPATCH}::test_two_dispatchers_at_once_make_one_claim",
            "storage/database/test_several.py::test_two_dispatchers_claim_a_piece_once_and_the_slow_one_is_fenced",
        ),
        ("cluster",),
    ),
    Fault(
        "a typeface is missing",
        "a family is taken away",
        "refused before anything is served; no boxes",
        (
            "rendering/faces/test_files.py::test_a_missing_font_is_named_with_its_package",
            "bot/service/test_service.py::test_a_typeface_that_is_missing_is_named_before_anything_is_served",
            "rendering/test_pdf.py::test_characters_no_font_prints_are_never_drawn_as_boxes",
        ),
    ),
    Fault(
        "letters that try to break the page",
        "37 scripts, emoji, zalgo, unseen signs, both directions, words without end, styles and addresses of all kinds",
        "each character is on the paper or was named; no ink outside; the whole address in each window; the same bytes",
        (
            f"{TALK}::test_letters_that_try_to_break_the_page_come_out_right",
            f"{TALK}::test_the_proof_of_paper_finds_what_is_wrong",
        ),
        ("paper",),
    ),
    Fault(
        "drawing hangs, crashes, eats memory",
        "a job that never ends, a killed worker, a hostile letter",
        "refused in time; the next letter is drawn",
        (
            "rendering/processes/test_pool.py::test_a_job_that_hangs_is_killed_on_time_and_the_next_is_drawn",
            "rendering/processes/test_pool.py::test_a_crashed_worker_fails_its_job_only",
            "rendering/processes/test_pool.py::test_a_letter_that_eats_memory_is_refused_and_the_worker_lives",
        ),
    ),
    # Secrets, time, words --------------------------------------------------------------------------------------------
    Fault(
        "the master key is wrong or missing",
        "another key, no key",
        "refuses to start, overwrites nothing",
        (
            "storage/keys/test_keyring.py::test_a_wrong_master_key_is_refused_with_the_remedy_and_changes_nothing",
            "storage/keys/test_keyring.py::test_what_is_missing_is_named",
        ),
    ),
    Fault(
        "ciphertexts exchanged or changed",
        "values of two rows swapped, a byte flipped",
        "refused, logged, parked; the neighbour is printed",
        (
            f"{ARCHIVE}::test_a_letter_exchanged_in_the_tray_is_refused_said_and_parked_and_its_neighbour_is_printed",
            "storage/keys/test_vault.py::test_a_value_moved_to_another_place_is_refused",
            "storage/keys/test_vault.py::test_any_changed_byte_is_refused",
        ),
    ),
    Fault(
        "the access log cannot be written",
        "its disk is full; its head cannot be signed",
        "nothing is decrypted",
        (
            f"{ARCHIVE}::test_while_the_access_log_cannot_be_written_an_access_is_refused",
            "bot/staff/test_openings.py::test_where_it_cannot_be_signed_for_nothing_is_opened",
        ),
    ),
    Fault(
        "the access log, its database or its key store is changed",
        "a line flipped, swapped, deleted, inserted, blanked; files cut, rolled back, replayed; then ordinary work",
        "each wrong line and each gap is named, at once and a month later",
        (
            "storage/access_log/test_mutations.py::test_a_sample_of_mutations_is_named_at_once_and_a_month_later",
            "storage/access_log/test_audit.py::test_a_blank_line_keeps_a_mark_and_fails_without_it",
            "storage/access_log/test_audit.py::test_after_a_cut_the_next_line_takes_a_new_number_and_the_gap_stays",
        ),
        ("access log",),
    ),
    Fault(
        "an old backup is put back",
        "a backup from before the clearing",
        "cleared letters cannot be read, nothing is printed again",
        (
            f"{ARCHIVE}::test_an_old_backup_put_back_neither_shows_nor_prints_what_was_cleared_since",
            "storage/printing/test_outbox.py::test_an_old_backup_put_back_prints_nothing_again",
        ),
    ),
    Fault(
        "clearing past an open reader",
        "somebody reads the file while a letter is cleared",
        "refused and said; cleared later without remnants",
        (f"{ARCHIVE}::test_a_letter_cleared_past_an_open_reader_is_refused_first_and_leaves_nothing_later",),
    ),
    Fault(
        "the clock is a day off",
        "a day ahead, a day behind, then right again",
        "nothing that is needed is purged; a late update is still known",
        (
            f"{ARCHIVE}::test_a_clock_that_is_a_day_off_purges_nothing_that_is_needed",
            "storage/test_retention.py::test_it_goes_when_its_time_has_come_and_not_a_moment_earlier",
        ),
    ),
    Fault(
        "a catalog is corrupt",
        "a broken or missing file of sentences",
        "refused with a sentence; a hole is said in English and logged",
        (
            "locales/test_speech.py::test_a_corrupt_catalog_is_refused_with_a_sentence",
            "locales/test_speech.py::test_the_service_says_it_in_english_and_logs_the_sentence_but_no_value",
        ),
    ),
    # Staff and several processes -------------------------------------------------------------------------------------
    Fault(
        "the staff bot is down",
        "Telegram refuses the staff token or cannot be reached",
        "senders go on",
        (
            "bot/service/test_service.py::test_a_telegram_that_cannot_be_reached_keeps_nothing_from_starting_or_stopping",
            "bot/staff/telegram/test_app.py::test_where_telegram_cannot_be_reached_the_start_returns_and_goes_on_trying",
        ),
        later="an order walked while the staff desk is down, with the staff desk",
    ),
    Fault(
        "several processes on one PostgreSQL",
        "orders while the server restarts; two workers; SIGSTOP and SIGCONT",
        "each update once, each letter once",
        (
            "storage/database/test_several.py::test_three_processes_serve_fifty_people_each_update_once_and_each_person_in_order",
            "storage/database/test_several.py::test_work_is_taken_by_one_of_many",
        ),
        ("cluster",),
    ),
    Fault(
        "break-glass: opening a letter for somebody else",
        "requester approves themself; the book fails",
        "nothing is opened",
        (
            "bot/staff/test_openings.py::test_nobody_approves_what_they_asked_for_themselves",
            "bot/staff/test_openings.py::test_nothing_is_opened_before_the_line_is_committed_and_signed",
        ),
    ),
)
