"""From a draft to the official result, and its mails on their way."""
