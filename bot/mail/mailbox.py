"""News for a sender whose chat cannot be reached, to the address they have confirmed; never anything of a letter."""

from __future__ import annotations

from datetime import datetime

from bot.mail.post import Post
from bot.wording.speak import words
from flows.core.events import Person
from flows.words.text import Lines, Text
from locales import say
from storage.senders import people
from storage.store.store import Store

__all__ = ["to_mailbox"]


async def to_mailbox(store: Store, post: Post, person: Person, subject: Text, said: Text | Lines, at: datetime) -> None:
    """In the sender's language, if there is an address still. `at` is a part of the Message-ID: see `Post.send`."""
    standing = await store.do(people.standing_of, person)
    if standing is not None and standing.profile.email:
        language = standing.profile.language
        await post.send(standing.profile.email, say(subject, language), words(said, language), at=at)
