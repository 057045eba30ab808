"""Marks a sentence for translation without translating it yet."""


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    return message
