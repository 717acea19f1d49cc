"""The methods about chats: who is in them, and the topics of a forum."""

from __future__ import annotations

from typing import Any

from bot.playground.bot_api.call import Call
from bot.playground.bot_api.refusals import refuse
from bot.playground.world.model import Account, Chat, Person, Topic

__all__ = ["ABOUT_CHATS"]

Json = dict[str, Any]
COLOURS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)  # api#createforumtopic
RIGHTS = (  # api#chatmemberadministrator
    *("can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members"),
    *("can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories"),
    *("can_delete_stories", "can_pin_messages", "can_manage_topics", "can_send_welcome_messages"),
)


def get_chat(call: Call) -> Json:
    """api#chatfullinfo: its required fields besides the chat's own."""
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
    )
    return call.chat().api() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}


def member(chat: Chat, someone: Person | Account, status: str | None = None) -> Json:
    status = status or chat.statuses.get(someone.id, "left")
    body: Json = {"status": status, "user": someone.api()}
    if status == "creator":
        return body | {"is_anonymous": False}
    if status == "administrator":
        return body | {"can_be_edited": False, "is_anonymous": False} | dict.fromkeys(RIGHTS, True)
    return body | ({"until_date": 0} if status == "kicked" else {})


def _somebody(call: Call, user_id: int) -> Person | Account:
    bots = {bot.id: bot for bot in call.world.bots.values()}
    found: Person | Account | None = bots.get(user_id) or call.world.people.get(user_id)
    if found is None:
        refuse("USER_NOT_FOUND")
    return found


def get_chat_member(call: Call) -> Json:
    chat = call.chat()
    someone = _somebody(call, call.given["user_id"])
    if chat.private:
        return member(chat, someone, "member")
    return member(chat, someone)


def get_chat_administrators(call: Call) -> list[Json]:
    chat = call.chat()
    if chat.private:
        refuse("NO_ADMIN_LIST")
    others = {bot.id for bot in call.world.bots.values()} - {call.bot.id}
    if call.given.get("return_bots"):  # api: "By default, bots other than the current bot are omitted"
        others = set()
    chiefs = [user for user, status in chat.statuses.items() if status in ("creator", "administrator")]
    return [member(chat, _somebody(call, user)) for user in chiefs if user not in others]


def get_chat_member_count(call: Call) -> int:
    chat = call.chat()
    return 2 if chat.private else sum(status not in ("left", "kicked") for status in chat.statuses.values())


def _forum(call: Call) -> Chat:
    chat = call.chat()
    if not chat.forum:
        refuse("NOT_FORUM")
    if chat.statuses.get(call.bot.id) != "administrator":
        refuse("TOPIC_RIGHTS")
    return chat


def _topic(call: Call, chat: Chat) -> Topic:
    if call.given["message_thread_id"] not in chat.topics:
        refuse("TOPIC_INVALID")
    return chat.topics[call.given["message_thread_id"]]


def create_forum_topic(call: Call) -> Json:
    chat = _forum(call)
    name, colour = call.given["name"].strip(), call.given.get("icon_color", COLOURS[0])
    if not 1 <= len(name) <= 128:
        refuse("TOPIC_NAME")
    if colour not in COLOURS:
        refuse("TOPIC_ICON")
    body = {"name": name, "icon_color": colour}
    notice = call.world.add(chat, call.bot, {"forum_topic_created": body})
    notice.thread = notice.id
    chat.topics[notice.id] = Topic(notice.id, name, colour)
    return {"message_thread_id": notice.id} | body


def edit_forum_topic(call: Call) -> bool:
    chat = _forum(call)
    topic = _topic(call, chat)
    name = call.given.get("name", topic.name).strip()
    if not 1 <= len(name) <= 128:
        refuse("TOPIC_NAME")
    if name == topic.name:
        refuse("TOPIC_SAME")
    topic.name = name
    call.world.add(chat, call.bot, {"forum_topic_edited": {"name": name}}, thread=topic.id)
    return True


def _set_closed(call: Call, closed: bool) -> bool:
    chat = _forum(call)
    topic = _topic(call, chat)
    if topic.closed is closed:
        refuse("TOPIC_SAME")
    topic.closed = closed
    notice: Json = {"forum_topic_closed" if closed else "forum_topic_reopened": {}}
    call.world.add(chat, call.bot, notice, thread=topic.id)
    return True


def close_forum_topic(call: Call) -> bool:
    return _set_closed(call, True)


def reopen_forum_topic(call: Call) -> bool:
    return _set_closed(call, False)


def delete_forum_topic(call: Call) -> bool:
    """api#deleteforumtopic: "along with all its messages"."""
    chat = _forum(call)
    topic = _topic(call, chat)
    del chat.topics[topic.id]
    for message in chat.messages.values():
        if message.thread == topic.id:
            message.deleted = True
    return True


ABOUT_CHATS = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "createForumTopic": create_forum_topic,
    "editForumTopic": edit_forum_topic,
    "closeForumTopic": close_forum_topic,
    "reopenForumTopic": reopen_forum_topic,
    "deleteForumTopic": delete_forum_topic,
}
