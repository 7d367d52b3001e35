"""The YAML of front matter, written so that YAML 1.1 and 1.2 parsers read the same, and read without surprises.

Our own writer: a text is plain only where no parser can take it for another type, a literal block
if it has several lines, and otherwise a JSON string, which is YAML too. Reading uses PyYAML's parser
without its types: `no` is a word, `012` keeps its zero, a date stays text.
"""

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from readlog.core.errors import BadInput
from readlog.core.normalize_text import CONTROL_CHARACTERS
from readlog.formats.json_format import dumps

if TYPE_CHECKING:
    from yaml.error import MarkedYAMLError
    from yaml.nodes import Node, ScalarNode

_RESERVED_WORDS = frozenset("y n yes no on off true false null".split())
_PLAIN_SIGNS = frozenset(" .'\u2019()/_-\u2013\u2014")
_PLAIN_OUTSIDE_LISTS = _PLAIN_SIGNS | frozenset(",!?&+")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,300})(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_INTEGER_MANTISSA = re.compile(r"^(-?[0-9]+)e")
"""A float without a decimal point, which YAML 1.1 takes for text."""
_MAX_LENGTH = 2_000_000


def write_mapping(mapping: Mapping[str, Any], plain: frozenset[str] = frozenset()) -> str:
    """A mapping as block YAML, each entry with a line feed at its end.

    The texts of the keys in `plain` are written without quotes: dates, which other tools then recognise.
    """
    return "".join(
        f"{key}: {value}\n" if key in plain else _entry(_scalar(key), value) for key, value in mapping.items()
    )


def read_mapping(text: str, texts: frozenset[str], lines_above: int = 0) -> dict[str, Any]:
    """The mapping in a YAML text.

    For the keys in `texts`, every scalar is the text as written, or None if empty; for other keys,
    plain scalars have JSON's types. Raises BadInput, with the line (counted from `lines_above`, the
    number of lines before the text in its file), for anything but a mapping, repeated keys,
    aliases, tags, and excessive nesting.
    """
    from yaml import MarkedYAMLError, YAMLError

    if len(text) > _MAX_LENGTH:
        raise BadInput(f"the front matter has {len(text)} characters; {_MAX_LENGTH} is the most.")
    try:
        root = _compose(text)
        return _mapping(root, typed=True, texts=texts) if root else {}
    except MarkedYAMLError as error:
        raise BadInput(_message_with_line(error, lines_above)) from error
    except YAMLError as error:
        raise BadInput(f"the front matter has a character that YAML does not allow: {_in_one_line(error)}") from error
    except RecursionError as error:
        raise BadInput("the front matter is nested too deeply.") from error


def _entry(key: str, value: Any) -> str:
    if isinstance(value, str) and _fits_block(value):
        lines = (f"  {line}".rstrip() for line in value.split("\n"))
        return f"{key}: |-\n" + "".join(f"{line}\n" for line in lines)
    if isinstance(value, (list, tuple)) and any(isinstance(item, (dict, list, tuple)) for item in value):
        return f"{key}:\n" + "".join(f"  - {_flow(item)}\n" for item in value)
    return f"{key}: {_flow(value, outermost=True)}\n"


def _fits_block(text: str) -> bool:
    """Whether `text` survives a literal block unchanged."""
    lines = text.split("\n")
    return (
        len(lines) > 1
        and not lines[0][:1].isspace()
        and not any(map(_needs_escapes, lines))
        and bool(lines[0] and lines[-1])
    )


def _needs_escapes(line: str) -> bool:
    return line != line.rstrip() or "\t" in line or not line.isprintable() or bool(CONTROL_CHARACTERS.search(line))


def _flow(value: Any, outermost: bool = False) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str):
        return _scalar(value, outermost)
    return _INTEGER_MANTISSA.sub(r"\1.0e", dumps(value)) if isinstance(value, float) else dumps(value)


def _scalar(text: str, outermost: bool = False) -> str:
    if _is_plain(text, outermost):
        return text
    return dumps(text)


def _is_plain(text: str, outermost: bool) -> bool:
    """Whether `text` can be a plain scalar: a letter, then letters and safe signs, fewer of them in lists."""
    if not text[:1].isalpha() or text[-1] == " " or text.casefold() in _RESERVED_WORDS:
        return False
    signs = _PLAIN_OUTSIDE_LISTS if outermost else _PLAIN_SIGNS
    return all(character.isalnum() or character in signs for character in text)


def _compose(text: str) -> "Node | None":
    from yaml import AliasEvent, SafeLoader
    from yaml.composer import ComposerError

    class Loader(SafeLoader):
        """PyYAML's loader up to the tree of nodes, without aliases: a page of them can stand for gigabytes."""

        def compose_node(self, parent: "Node | None", index: int) -> "Node | None":
            if self.check_event(AliasEvent):
                mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
                raise ComposerError(None, None, "aliases are not read here", mark)
            return super().compose_node(parent, index)

    return Loader(text).get_single_node()


def _mapping(node: "Node", typed: bool, texts: frozenset[str] = frozenset()) -> dict[str, Any]:
    from yaml import MappingNode
    from yaml.constructor import ConstructorError

    if not isinstance(node, MappingNode):
        raise ConstructorError(None, None, "expected fields, as in title: Conquered City", node.start_mark)
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = _key(key_node)
        if key in mapping:
            raise ConstructorError(None, None, f'"{key}" stands twice', key_node.start_mark)
        mapping[key] = _value(value_node, typed and key not in texts)
    return mapping


def _key(node: "Node") -> str:
    from yaml import ScalarNode
    from yaml.constructor import ConstructorError

    if not isinstance(node, ScalarNode):
        raise ConstructorError(None, None, "a field needs a name", node.start_mark)
    return str(node.value)


def _value(node: "Node", typed: bool) -> Any:
    from yaml import ScalarNode, SequenceNode
    from yaml.constructor import ConstructorError

    if not node.tag.startswith("tag:yaml.org,2002:") or "python" in node.tag:
        raise ConstructorError(None, None, f"{node.tag} is not read here", node.start_mark)
    if isinstance(node, ScalarNode):
        return _read_scalar(node, typed)
    if isinstance(node, SequenceNode):
        return [_value(item, typed) for item in node.value]
    return _mapping(node, typed)


def _read_scalar(node: "ScalarNode", typed: bool) -> Any:
    text: str = node.value
    if node.style is not None:
        return text
    if text in ("", "~", "null"):
        return None
    if not typed:
        return text
    if text in ("true", "false") or _NUMBER.fullmatch(text):
        return json.loads(text)
    return text


def _message_with_line(error: "MarkedYAMLError", lines_above: int) -> str:
    from yaml.parser import ParserError
    from yaml.scanner import ScannerError

    mark = error.problem_mark or error.context_mark
    line = f"line {lines_above + mark.line + 1}: " if mark else ""
    hint = (
        " Put a value with : # or quotes in it between quotes."
        if isinstance(error, (ParserError, ScannerError))
        else ""
    )
    return f"{line}{error.problem or _in_one_line(error)}.{hint}"


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())
