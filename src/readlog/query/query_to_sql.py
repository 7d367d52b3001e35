"""From the tree of a query to SQL: every value a bound parameter, every word quoted for FTS5.

The SQL speaks of the tables `readings` and `books`, joined. What is text goes to the index
(`match`), so that SQLite can rank by it; everything else becomes a condition (`where`).
"""

import re
from typing import NamedTuple

from readlog.query import query_fields
from readlog.query.query_parser import Either, Every, Field, No, Node, Part, Word

INDEXED = ("title", "contributors", "series", "tags", "review", "note", "quotes")
"""The columns of the search index."""
_NAMES = "{title contributors}"
_NAME_FIELDS = ("title", "author")

_IN_INDEX = "readings.id IN (SELECT rowid FROM search WHERE search MATCH ?)"


class Filter(NamedTuple):
    """What a query is in SQL.

    `match` is an FTS5 expression that a reading's row of `search` must fit, None where there is no
    text to rank by; `where`, with its `params`, is everything that the query asks and `match` does not.
    """

    where: str
    params: tuple[object, ...]
    match: str | None

    def source(self, order: str = "") -> str:
        """What follows FROM: `readings`, with `search` where there is a `match`, and WHERE.

        The table `books` is there where a condition, or the `order` that shall follow, speaks of it.
        """
        search = "search JOIN readings ON readings.id = search.rowid" if self.match else "readings"
        books = " JOIN books ON books.id = readings.book_id" if "books." in self.where + order else ""
        match = "search MATCH ? AND " if self.match else ""
        return f"{search}{books} WHERE {match}({self.where})"

    @property
    def parameters(self) -> tuple[object, ...]:
        """The parameters of `source`."""
        return (self.match, *self.params) if self.match else self.params


def to_sql(node: Node, star: str = "*") -> Filter:
    """The SQL for a query, in which a word is the beginning of words, or with a `star` of "" whole words.

    Raises BadInput for an unknown field or a value that does not fit its field.
    """
    wanted, excluded, others = [], [], []
    for part in node.nodes if isinstance(node, Every) else (node,):
        if match := _match(part, star):
            wanted.append(match)
        elif isinstance(part, No) and (match := _match(part.node)):
            excluded.append((match, part))
        else:
            others.append(part)
    if not wanted:
        others += [part for _, part in excluded]
    where, params = _all(others, " AND ", "1")
    return Filter(where, params, _join_match(wanted, [match for match, _ in excluded]))


def match_names(node: Node) -> str | None:
    """The FTS5 expression for readings with every word of a query in title and names.

    None where a query has no word, and no field, that could stand there.
    """
    nodes = node.nodes if isinstance(node, Every) else (node,)
    parts = [match_words(part.text, part.whole, "") for part in nodes if isinstance(part, Word)]
    parts += [_match(part, "") for part in nodes if isinstance(part, Field) and part.name in _NAME_FIELDS]
    found = [part for part in parts if part]
    return f"{_NAMES} : (" + " AND ".join(found) + ")" if found else None


def match_text(node: Word | Field, star: str = "*") -> str | None:
    """The FTS5 expression for a word, or for a field that is text; None for anything else."""
    return _match(node, star)


def _join_match(wanted: list[str], excluded: list[str]) -> str | None:
    if not wanted:
        return None
    expression = " AND ".join(wanted)
    return f"({expression}) NOT ({' OR '.join(excluded)})" if excluded else expression


def _condition(node: Node) -> tuple[str, tuple[object, ...]]:
    if match := _match(node):
        return _IN_INDEX, (match,)
    if isinstance(node, Every):
        return _all(node.nodes, " AND ", "1")
    if isinstance(node, Either):
        return _all(node.nodes, " OR ", "0")
    if isinstance(node, Part):
        return within(node)
    if isinstance(node, No):
        where, params = _condition(node.node)
        return f"NOT coalesce({where}, 0)", params
    assert isinstance(node, Field)
    return query_fields.condition(node.name, node.value)


def within(part: Part) -> tuple[str, tuple[object, ...]]:
    """The condition that a text stands somewhere in what is indexed, or in one field of it."""
    columns = [query_fields.COLUMNS[part.field]] if part.field else INDEXED
    anywhere = " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in columns)
    text = re.sub(r"([%_\\])", r"\\\1", part.text)
    cases = (text,) if text.isascii() else dict.fromkeys((text, text.lower(), text.upper(), text.title()))
    patterns = tuple(f"%{case}%" for case in cases for _ in columns)
    found = " OR ".join([anywhere] * len(cases))
    return f"readings.id IN (SELECT rowid FROM search WHERE {found})", patterns


def _all(nodes: list[Node] | tuple[Node, ...], joint: str, empty: str) -> tuple[str, tuple[object, ...]]:
    parts = [_condition(node) for node in nodes]
    where = joint.join(f"({where})" for where, _ in parts) or empty
    return where, tuple(param for _, params in parts for param in params)


def _match(node: Node, star: str = "*") -> str | None:
    """The FTS5 expression of a node that is nothing but text to be found, else None."""
    if isinstance(node, Word):
        return match_words(node.text, node.whole, star)
    if isinstance(node, Field):
        return _match_field(node, star)
    if isinstance(node, (Every, Either)) and node.nodes:
        parts = [_match(part, star) for part in node.nodes]
        joint = " AND " if isinstance(node, Every) else " OR "
        return "(" + joint.join(part for part in parts if part) + ")" if all(parts) else None
    return None


def _match_field(node: Field, star: str) -> str | None:
    """A title such as `dune: messiah` looks like a field, but has nothing behind the colon and is no field's name."""
    if not node.value and not query_fields.is_field(node.name):
        return match_words(node.name, star=star)
    column = query_fields.COLUMNS.get(node.name)
    words = match_words(node.value, node.whole, star)
    return f"{{{column}}} : {words}" if column and words else None


def match_words(text: str, whole: bool = False, star: str = "*") -> str | None:
    """The FTS5 expression that finds `text`: as beginnings of words, or as it stands; None where it has no word."""
    if not any(map(str.isalnum, text)):
        return None
    return _quoted(text) if whole else _any_form(text, star)


def match_title(title: str) -> str | None:
    """The FTS5 expression for titles that have every word of `title`, whole; None where it has no word."""
    words = [_any_form(word, "") for word in title.split() if any(map(str.isalnum, word))]
    return "{title} : (" + " AND ".join(words) + ")" if words else None


def match_beginning(title: str) -> str | None:
    """The FTS5 expression for titles that begin with `title`; None where it has no word."""
    return f"{{title}} : ^ {_quoted(title)} *" if any(map(str.isalnum, title)) else None


def _any_form(word: str, star: str) -> str:
    """`word` with and without its apostrophe; a `star` of `*` takes longer words too, where it ends in a letter."""
    beginning = _quoted(word) + (star if _ends_in_a_letter(word) else "")
    forms = dict.fromkeys([beginning, *_without_apostrophe(word, star), *_with_apostrophe(word, star)])
    return "(" + " OR ".join(forms) + ")"


def _ends_in_a_letter(word: str) -> bool:
    """Or in a digit, or in a mark, which in Hindi and Thai is a vowel."""
    if word[-1].isalnum() or word.isascii():
        return word[-1].isalnum()
    from unicodedata import category

    return category(word[-1])[0] == "M"


def _without_apostrophe(word: str, star: str) -> list[str]:
    """`Wizard's` must find `wizards` too."""
    joined = re.sub(r"(?<=\w)['\u2019](?=\w)", "", word)
    return [_quoted(joined) + star] if joined != word else []


def _with_apostrophe(word: str, star: str) -> list[str]:
    """`wizards` must find `Wizard's`, `oneill` O'Neill and `larbre` l'arbre: to FTS5 an apostrophe parts two words."""
    if not word.isalpha() or len(word) < 4:
        return []
    before = [_quoted(f"{word[:cut]} {word[cut:]}") + star for cut in (1, 2)]
    return before + [_quoted(f"{word[:-cut]} {word[-cut:]}") for cut in (1, 2)]


def _quoted(text: str) -> str:
    text = text.replace("\0", " ").replace('"', '""')
    return f'"{text}"'
