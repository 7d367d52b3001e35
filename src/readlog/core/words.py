"""Numbers in words, for whoever speaks of them: terminals, pictures, pages."""


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 reading`, `1,204 readings`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def ordinal(number: int) -> str:
    """`2nd`, `3rd`, `11th`."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
