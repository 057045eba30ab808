"""What a setting may be, said beside its type; pydantic hears of it when a file is read anew.

A till starts with the settings it kept (`kept`). So the modules that say what can be set import
nothing to check it with: pydantic alone takes a small board longer than all the rest of them. A
rule is "grouped metadata" as annotated_types has it: who checks walks over it, and only then is
pydantic's own word for it looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeVar

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")


class Rule:
    """words: what pydantic calls it."""

    __is_annotated_types_grouped_metadata__: ClassVar = True

    def __init__(self, words: Callable[[], Iterable[object]]) -> None:
        self._words = words

    def __iter__(self) -> Iterator[object]:
        return iter(self._words())


def before(change: Callable[[Any], Any]) -> Rule:
    """What is written is changed, or refused with a ValueError, before its type is looked at."""

    def words() -> Iterator[object]:
        from pydantic import BeforeValidator

        yield BeforeValidator(change)

    return Rule(words)


def after(change: Callable[[Any], Any]) -> Rule:
    """What has the right type is changed, or refused with a ValueError."""

    def words() -> Iterator[object]:
        from pydantic import AfterValidator

        yield AfterValidator(change)

    return Rule(words)


def others(*fixed: str) -> Rule:
    """A table's other keys are a driver's own: its section has them as `options`."""

    def apart(table: Any) -> Any:
        if not isinstance(table, Mapping):
            return table
        options = {key: it for key, it in table.items() if key not in fixed}
        return {key: table[key] for key in fixed if key in table} | {"options": options}

    return before(apart)


def limits(**least_and_most: int) -> Rule:
    """gt, ge, lt, le of a number; min_length, max_length of a text or a list."""

    def words() -> Iterator[object]:
        from pydantic import Field

        yield from Field(**least_and_most).metadata  # type: ignore[call-overload]

    return Rule(words)


def _strict() -> Iterator[object]:
    from pydantic import Strict

    yield Strict()


def _word(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    return value


STRICT = Rule(_strict)
"""Nothing that could be taken for it: "1" is no number, 1 is not true."""

Text = Annotated[str, STRICT]
Word = Annotated[Text, after(_word)]
Flag = Annotated[bool, STRICT]
Whole = Annotated[int, STRICT]


@dataclass(frozen=True, slots=True)
class Section:
    """What every table of a settings file is made into."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}


def checked(kind: type[T], document: object) -> T:
    """A table of a file as its section. Raises pydantic's ValidationError."""
    section: Any = kind
    adapter: TypeAdapter[T] = _adapter(section)
    return adapter.validate_python(document)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)
