"""Locales translates: every sentence, amount and date that a sender, an agent or a clerk reads passes through here."""

from locales.documents import DOCUMENTS, Document, DocumentError, document, placeholders
from locales.formats import percent
from locales.languages import LANGUAGES, pick
from locales.loading import CatalogError
from locales.speech import SpeechError, say, strict

__all__ = [
    "DOCUMENTS",
    "LANGUAGES",
    "CatalogError",
    "Document",
    "DocumentError",
    "SpeechError",
    "document",
    "percent",
    "pick",
    "placeholders",
    "say",
    "strict",
]
