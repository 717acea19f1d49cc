"""Pictures: the pages of a PDF for a chat, and photos drawn anew."""
