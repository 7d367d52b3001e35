"""From a query tree to SQL and FTS5: text becomes a MATCH expression, everything else a WHERE condition.

Every value is a bound parameter, and every word is quoted for FTS5. The SQL refers to the tables
`readings` and `books`. The functions `match_*` build FTS5 expressions.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from readlog.query import query_fields
from readlog.query.query_parser import And, Field, Node, Not, Or, Substring, Word
from readlog.storage.schema import INDEX_COLUMNS

NAME_COLUMNS = "{title contributors}"
"""The FTS5 column filter for titles and names."""

_NAME_FIELDS = ("title", "author")
_IN_INDEX = "readings.id IN (SELECT rowid FROM search WHERE search MATCH ?)"


class Filter(NamedTuple):
    """A query as SQL.

    `match` is an FTS5 expression for rows of `search`, None if the query has no text to rank by.
    `where`, with its `params`, is every condition that is not in `match`.
    """

    where: str
    params: tuple[object, ...]
    match: str | None

    def from_where(self, order: str = "") -> str:
        """What follows FROM: `readings`, with `search` if there is a `match`, and the WHERE clause.

        Joins `books` only if a condition, or the ORDER BY expression `order`, refers to it.
        """
        search = "search JOIN readings ON readings.id = search.rowid" if self.match else "readings"
        books = " JOIN books ON books.id = readings.book_id" if "books." in self.where + order else ""
        match = "search MATCH ? AND " if self.match else ""
        return f"{search}{books} WHERE {match}({self.where})"

    @property
    def all_params(self) -> tuple[object, ...]:
        """The parameters of `from_where`: `match`, if there is one, then `params`."""
        return (self.match, *self.params) if self.match else self.params


def to_sql(node: Node, *, prefix: bool = True) -> Filter:
    """The SQL for a query. With `prefix`, a word also matches longer words that begin with it.

    Raises BadInput for an unknown field or a value that does not fit its field.
    """
    wanted, excluded, others = [], [], []
    for part in node.nodes if isinstance(node, And) else (node,):
        if match := _match(part, prefix):
            wanted.append(match)
        elif isinstance(part, Not) and (match := _match(part.node)):
            excluded.append((match, part))
        else:
            others.append(part)
    if not wanted:
        others += [part for _, part in excluded]
    where, params = _join_conditions(others, " AND ", "1")
    return Filter(where, params, _join_match(wanted, [match for match, _ in excluded]))


def substring_condition(part: Substring) -> query_fields.Condition:
    """The condition that a text is anywhere in the index, or in one of its columns."""
    columns = [query_fields.TEXT_FIELDS[part.field]] if part.field else INDEX_COLUMNS
    in_any_column = " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in columns)
    text = re.sub(r"([%_\\])", r"\\\1", part.text)
    cases = (text,) if text.isascii() else dict.fromkeys((text, text.lower(), text.upper(), text.title()))
    patterns = tuple(f"%{case}%" for case in cases for _ in columns)
    in_any_case = " OR ".join([in_any_column] * len(cases))
    return f"readings.id IN (SELECT rowid FROM search WHERE {in_any_case})", patterns


def match_names(node: Node) -> str | None:
    """The FTS5 expression for readings with every word of a query in title and names.

    None if the query has no word, and no field, that could be there.
    """
    nodes = node.nodes if isinstance(node, And) else (node,)
    parts = [match_words(part.text, part.is_phrase, prefix=False) for part in nodes if isinstance(part, Word)]
    parts += [_match(part, prefix=False) for part in nodes if isinstance(part, Field) and part.name in _NAME_FIELDS]
    found = [part for part in parts if part]
    return f"{NAME_COLUMNS} : (" + " AND ".join(found) + ")" if found else None


def match_word_or_field(node: Word | Field) -> str | None:
    """The FTS5 expression for a word, or for a text field; None for any other field."""
    return _match(node)


def match_words(text: str, is_phrase: bool = False, *, prefix: bool = True) -> str | None:
    """The FTS5 expression for `text`: a word in any of its forms, or a phrase as it stands; None without letters."""
    if not any(map(str.isalnum, text)):
        return None
    return _quoted(text) if is_phrase else _match_any_form(text, prefix)


def match_title(title: str) -> str | None:
    """The FTS5 expression for titles that have every complete word of `title`; None if it has no word."""
    words = [_match_any_form(word, prefix=False) for word in title.split() if any(map(str.isalnum, word))]
    return "{title} : (" + " AND ".join(words) + ")" if words else None


def match_title_beginning(title: str) -> str | None:
    """The FTS5 expression for titles that begin with `title`; None if it has no word."""
    return f"{{title}} : ^ {_quoted(title)} *" if any(map(str.isalnum, title)) else None


def _join_match(wanted: list[str], excluded: list[str]) -> str | None:
    if not wanted:
        return None
    expression = " AND ".join(wanted)
    return f"({expression}) NOT ({' OR '.join(excluded)})" if excluded else expression


def _join_conditions(nodes: Sequence[Node], operator: str, if_empty: str) -> query_fields.Condition:
    parts = [_condition(node) for node in nodes]
    where = operator.join(f"({where})" for where, _ in parts) or if_empty
    return where, tuple(param for _, params in parts for param in params)


def _condition(node: Node) -> query_fields.Condition:
    if match := _match(node):
        return _IN_INDEX, (match,)
    if isinstance(node, And):
        return _join_conditions(node.nodes, " AND ", "1")
    if isinstance(node, Or):
        return _join_conditions(node.nodes, " OR ", "0")
    if isinstance(node, Substring):
        return substring_condition(node)
    if isinstance(node, Not):
        where, params = _condition(node.node)
        return f"NOT coalesce({where}, 0)", params
    assert isinstance(node, Field)
    return query_fields.field_condition(node.name, node.value)


def _match(node: Node, prefix: bool = True) -> str | None:
    """The FTS5 expression of a node that consists of text only, else None."""
    if isinstance(node, Word):
        return match_words(node.text, node.is_phrase, prefix=prefix)
    if isinstance(node, Field):
        return _match_field(node, prefix)
    if isinstance(node, (And, Or)) and node.nodes:
        parts = [_match(part, prefix) for part in node.nodes]
        operator = " AND " if isinstance(node, And) else " OR "
        return "(" + operator.join(part for part in parts if part) + ")" if all(parts) else None
    return None


def _match_field(node: Field, prefix: bool) -> str | None:
    # A title such as `dune: messiah` looks like a field, but has no value and not the name of a field.
    if not node.value and not query_fields.is_field(node.name):
        return match_words(node.name, prefix=prefix)
    column = query_fields.TEXT_FIELDS.get(node.name)
    words = match_words(node.value, node.is_phrase, prefix=prefix)
    return f"{{{column}}} : {words}" if column and words else None


def _match_any_form(word: str, prefix: bool) -> str:
    """`word` with and without its apostrophe."""
    star = "*" if prefix else ""
    as_typed = _quoted(word) + (star if _ends_in_a_letter(word) else "")
    forms = dict.fromkeys([as_typed, *_without_apostrophe(word, star), *_with_apostrophe(word, star)])
    return "(" + " OR ".join(forms) + ")"


def _ends_in_a_letter(word: str) -> bool:
    """Or in a digit, or in a combining mark, which in Hindi and Thai is a vowel."""
    if word[-1].isalnum() or word.isascii():
        return word[-1].isalnum()
    from unicodedata import category

    return category(word[-1])[0] == "M"


def _without_apostrophe(word: str, star: str) -> list[str]:
    """`Wizard's` must find `wizards` too."""
    joined = re.sub(r"(?<=\w)['\u2019](?=\w)", "", word)
    return [_quoted(joined) + star] if joined != word else []


def _with_apostrophe(word: str, star: str) -> list[str]:
    """`wizards` must find `Wizard's`, `oneill` O'Neill and `larbre` l'arbre: FTS5 splits words at an apostrophe."""
    if not word.isalpha() or len(word) < 4:
        return []
    before = [_quoted(f"{word[:cut]} {word[cut:]}") + star for cut in (1, 2)]
    return before + [_quoted(f"{word[:-cut]} {word[-cut:]}") for cut in (1, 2)]


def _quoted(text: str) -> str:
    text = text.replace("\0", " ").replace('"', '""')
    return f'"{text}"'
