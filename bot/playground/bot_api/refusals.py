"""Every refusal of the playground, in Telegram's own words where they are on record, each with its source.

Sources: "api#x" is https://core.telegram.org/bots/api#x; "server" is the published Bot API server
(tdlib/telegram-bot-api, Client.cpp) and "tdlib" the library below it; "owner/repo#n" is an issue that recorded it.
Where no wording is on record the sentence says "playground:".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NoReturn

__all__ = ["REFUSALS", "Refusal", "refuse"]


@dataclass
class Refusal(Exception):
    """An answer {"ok": false} to a bot."""

    code: int
    description: str
    parameters: dict[str, Any] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


PREFIX = {400: "Bad Request: ", 403: "Forbidden: ", 409: "Conflict: ", 501: "Not Implemented: "}

# name: (code, words after "Bad Request: " and the like, source)
REFUSALS: dict[str, tuple[int, str, str]] = {
    # who and where
    "UNAUTHORIZED": (401, "Unauthorized", "api#making-requests; server"),
    "NOT_FOUND": (404, "Not Found", "api#making-requests: an unknown method or a malformed token; server"),
    "TOO_LARGE": (413, "Request Entity Too Large", "api#sending-files: 50 MB by multipart upload; server"),
    "PARAMETER_NOT_PLAYED": (
        501,
        "playground: parameter {where} of {method} is valid but not implemented here",
        "never a fake ok",
    ),
    "BUTTON_NOT_PLAYED": (501, "playground: {kind} buttons are valid but not implemented here", "never a fake ok"),
    "NOT_PLAYED": (501, "playground: method {method} is valid but not implemented here", "never a fake ok"),
    "CHAT_EMPTY": (400, "chat_id is empty", "server"),
    "CHAT_NOT_FOUND": (400, "chat not found", "server"),
    "NEVER_STARTED": (403, "bot can't initiate conversation with a user", "server; core.telegram.org/bots/faq"),
    "BLOCKED": (403, "bot was blocked by the user", "server: USER_IS_BLOCKED"),
    "NOT_MEMBER": (403, "bot is not a member of the supergroup chat", "server"),
    "MIGRATED": (400, "group chat was upgraded to a supergroup chat", "api#responseparameters; server"),
    "USER_NOT_FOUND": (400, "user not found", "server"),
    "NO_ADMIN_LIST": (400, "there are no administrators in the private chat", "server"),
    # schema: stricter than Telegram by design, so that a misspelt parameter is found here
    "UNKNOWN_PARAMETER": (
        400,
        "playground: unknown parameter '{where}' in {method} (Telegram would ignore it)",
        "api#{m}",
    ),
    "MISSING": (400, "playground: {method} needs '{where}'", "api#{m}"),
    "WRONG_TYPE": (400, "playground: '{where}' in {method} must be {wanted}, not {got}", "api#{m}"),
    "UNUSED_FILE": (
        400,
        "playground: the uploaded file '{where}' is not referred to by attach://",
        "api#sending-files",
    ),
    "BAD_BODY": (400, "can't parse the request body: {why}", "api#making-requests"),
    # text
    "TEXT_EMPTY": (400, "message text is empty", "server"),
    "TEXT_LONG": (400, "message is too long", "api#sendmessage: 1-4096; tdlib/telegram-bot-api#353"),
    "CAPTION_LONG": (400, "message caption is too long", "api#senddocument: 0-1024; server"),
    "PARSE_MODE": (400, "unsupported parse_mode", "server"),
    "PARSE_MODE_UNPLAYED": (
        400,
        "playground: parse_mode {mode} is valid but not implemented here",
        "api#formatting-options",
    ),
    "ENTITIES": (400, "can't parse entities: {why}", "tdlib MessageEntity: parse_html"),
    "ENTITY_BOUNDS": (
        400,
        "playground: entity {index} does not lie inside the text",
        "api#messageentity: UTF-16 units",
    ),
    # keyboards
    "DATA_INVALID": (400, "BUTTON_DATA_INVALID", "api#inlinekeyboardbutton: 1-64 bytes; server"),
    "BUTTON_EMPTY": (400, "playground: the button in row {row} has no text", "api#inlinekeyboardbutton"),
    "BUTTON_KIND": (
        400,
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        "api#inlinekeyboardbutton: exactly one of the optional fields; server",
    ),
    "BUTTON_KINDS": (
        400,
        "playground: button '{text}' must have exactly one action, it has {found}",
        "api#inlinekeyboardbutton",
    ),
    "BUTTON_URL": (
        400,
        "inline keyboard button URL '{url}' is invalid: {why}",
        "server; BEDOLAGA-DEV/remnawave-bedolaga-telegram-bot#1564; rubenlagus/TelegramBots#302",
    ),
    "COPY_TEXT": (400, "playground: copy_text must be 1-256 characters", "api#copytextbutton"),
    "MARKUP_LONG": (
        400,
        "reply markup is too long",
        "server: REPLY_MARKUP_TOO_LONG; LucaBernstein/beancount-bot-tg#219",
    ),
    "CONTACT_PRIVATE": (400, "phone number can be requested in private chats only", "api#keyboardbutton; tdlib"),
    "PLACEHOLDER": (400, "playground: input_field_placeholder must be 1-64 characters", "api#replykeyboardmarkup"),
    "KEYBOARD_EMPTY": (400, "playground: a reply keyboard needs at least one button", "api#replykeyboardmarkup"),
    # editing and deleting
    "NOT_MODIFIED": (
        400,
        "message is not modified: specified new message content and reply markup are exactly the same as a "
        "current content and reply markup of the message",
        "server: MESSAGE_NOT_MODIFIED",
    ),
    "NO_MESSAGE_ID": (400, "message identifier is not specified", "server"),
    "EDIT_NOT_FOUND": (400, "message to edit not found", "server"),
    "EDIT_NOT_OWN": (400, "message can't be edited", "server; tdlib: own messages without a reply keyboard only"),
    "EDIT_NO_TEXT": (400, "there is no text in the message to edit", "server"),
    "EDIT_NO_CAPTION": (400, "there is no caption in the message to edit", "server"),
    "DELETE_NOT_FOUND": (400, "message to delete not found", "server"),
    "DELETE_OLD": (400, "message can't be deleted for everyone", "api#deletemessage: less than 48 hours ago; server"),
    "DELETE_FORBIDDEN": (400, "message can't be deleted", "server: MESSAGE_DELETE_FORBIDDEN"),
    "DELETE_MANY": (400, "playground: deleteMessages takes 1-100 identifiers, not {found}", "api#deletemessages"),
    "COPY_NOT_FOUND": (400, "message to copy not found", "server"),
    "FORWARD_NOT_FOUND": (400, "message to forward not found", "server"),
    "COPY_IMPOSSIBLE": (400, "message can't be copied", "api#copymessage: service messages can't be copied; server"),
    "REPLY_NOT_FOUND": (400, "message to be replied not found", "server"),
    "REACT_NOT_FOUND": (400, "message to react not found", "server"),
    "REACTION_INVALID": (400, "REACTION_INVALID", "api#setmessagereaction"),
    # callback queries
    "QUERY_OLD": (
        400,
        "query is too old and response timeout expired or query ID is invalid",
        "server: QUERY_ID_INVALID",
    ),
    "ANSWER_LONG": (400, "MESSAGE_TOO_LONG", "api#answercallbackquery: 0-200; eternnoir/pyTelegramBotAPI#500"),
    "ANSWER_URL": (
        400,
        "URL_INVALID",
        "api#answercallbackquery: t.me links to the bot itself; server passes the code on",
    ),
    # files
    "FILE_ID": (400, "wrong file identifier/HTTP URL specified", "server; a file_id belongs to one bot: api#file"),
    "FILE_TEMPORARILY": (400, "wrong file_id or the file is temporarily unavailable", "api#getfile; server"),
    "FILE_URL": (400, "playground: files by HTTP URL are valid but not implemented here", "api#sending-files"),
    "FILE_EMPTY": (400, "file must be non-empty", "server"),
    "FILE_BIG": (400, "file is too big", "api#getfile: 20 MB; server"),
    "PHOTO_BIG": (413, "Request Entity Too Large", "api#sendphoto: at most 10 MB"),
    "PHOTO_BAD": (400, "IMAGE_PROCESS_FAILED", "server"),
    "PHOTO_DIMENSIONS": (400, "PHOTO_INVALID_DIMENSIONS", "api#sendphoto: sides sum to 10000, ratio 20; server"),
    "ALBUM_SIZE": (400, "playground: sendMediaGroup takes 2-10 items, not {found}", "api#sendmediagroup"),
    "ALBUM_MIX": (
        400,
        "can't use the media of the specified type in the album",
        "api#sendmediagroup: documents stay among themselves",
    ),
    "ACTION": (400, "wrong parameter action in request", "api#sendchataction; server"),
    # the bot's own settings
    "COMMANDS_MANY": (400, "playground: at most 100 commands, not {found}", "api#setmycommands"),
    "COMMAND": (400, "BOT_COMMAND_INVALID", "api#botcommand: 1-32 of a-z 0-9 _"),
    "COMMAND_DESCRIPTION": (400, "BOT_COMMAND_DESCRIPTION_INVALID", "api#botcommand: 1-256 characters"),
    "SCOPE": (400, "playground: scope {scope} does not fit: {why}", "api#botcommandscope"),
    "LANGUAGE": (400, "LANG_CODE_INVALID", "api#setmycommands: two-letter ISO 639-1"),
    "TOO_LONG_FIELD": (400, "playground: {field} must be 0-{limit} characters", "api#setmyname, api#setmydescription"),
    # topics
    "NOT_FORUM": (400, "the chat is not a forum", "server"),
    "THREAD_NOT_FOUND": (400, "message thread not found", "server; General is no thread: tdlib/telegram-bot-api#798"),
    "TOPIC_INVALID": (400, "TOPIC_ID_INVALID", "server passes the code on"),
    "TOPIC_CLOSED": (400, "TOPIC_CLOSED", "core.telegram.org/method/messages.sendMessage; server passes the code on"),
    "TOPIC_SAME": (400, "TOPIC_NOT_MODIFIED", "server passes the code on"),
    "TOPIC_RIGHTS": (400, "not enough rights to create a topic", "api#createforumtopic: can_manage_topics; server"),
    "TOPIC_NAME": (400, "playground: a topic name has 1-128 characters", "api#createforumtopic"),
    "TOPIC_ICON": (400, "playground: icon_color is not one of the six colours", "api#createforumtopic"),
    # getting updates
    "OTHER_POLLER": (
        409,
        "terminated by other getUpdates request; make sure that only one bot instance is running",
        "server: the older request is ended",
    ),
    "SET_WEBHOOK": (409, "terminated by setWebhook request", "server"),
    "WEBHOOK_ACTIVE": (
        409,
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        "api#getupdates; server",
    ),
    "LIMIT_RANGE": (400, "playground: limit must be 1-100", "api#getupdates"),
    "WEBHOOK_HTTPS": (400, "bad webhook: An HTTPS URL must be provided for webhook", "api#setwebhook; server"),
    "WEBHOOK_OUTSIDE": (400, "playground: only loopback webhooks: nothing leaves this machine", "a playground"),
    "CONNECTIONS": (400, "playground: max_connections must be 1-100", "api#setwebhook"),
    "WEBHOOK_SECRET": (
        400,
        "secret token contains unallowed characters",
        "api#setwebhook: 1-256 of A-Z a-z 0-9 _ -; server",
    ),
    "ALLOWED_UPDATES": (400, "playground: '{kind}' is no kind of update", "api#update"),
}


def refuse(name: str, /, *, parameters: dict[str, Any] | None = None, **values: object) -> NoReturn:
    """Raises the refusal `name` with its words filled in."""
    code, words, _ = REFUSALS[name]
    raise Refusal(code, PREFIX.get(code, "") + words.format(**values), parameters or {})
