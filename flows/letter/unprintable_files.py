"""What a sender may send that cannot be put on paper, each named for what it is."""

from collections.abc import Mapping

from flows.words.text import Text, text

__all__ = ["CANNOT_BE_PRINTED"]

CANNOT_BE_PRINTED: Mapping[str, Text] = {
    "photo": text("machine", "A photo cannot be printed here."),
    "picture": text(
        "machine", "A photo is printed on a page of its own; you can send it while you are writing your letter."
    ),
    "voice": text("machine", "A voice recording cannot be put on paper."),
    "sticker": text("machine", "A sticker cannot be printed."),
    "document": text("machine", "A file cannot be printed; only what you write here is."),
    "video": text("machine", "A video cannot be put on paper."),
    "location": text("machine", "A location cannot be used here."),
    "poll": text("machine", "A poll cannot be used here."),
    "contact": text("machine", "A contact is not needed here."),
    "other": text("machine", "This cannot be put on paper."),
}
