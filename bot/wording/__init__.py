"""Values become words: sentences, legal documents, the export of a person's data. Nothing here does anything."""
