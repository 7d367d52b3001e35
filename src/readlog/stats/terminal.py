"""Figures on a terminal: a line of sums, then one section below the other, as wide as the terminal lets them be."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from readlog.stats.chart_data import Bars, Charts, Days, Lines, Section
from readlog.stats.terminal_charts import bar_lines, day_lines, legend, named_lines, wrapped
from readlog.ui.console import QUIET, STARS, WIDEST_PAGE, terminal, text
from readlog.ui.run_program import show_in_pager

_SLACK = 1
"""Columns kept free at the right: some terminals begin a new line when the last one is filled."""
_BETWEEN = "   "


def show_charts(charts: Charts, hint: str = "") -> None:
    """The sums and all sections, through the pager where the terminal is too short; a `hint` is the last line."""
    console = terminal()
    with console.capture() as capture:
        for line in _lines(charts, hint, console.width - _SLACK):
            console.print(line, no_wrap=True, crop=False, overflow="ignore")
    show_in_pager(capture.get(), console.height)


def _lines(charts: Charts, hint: str, width: int) -> Iterator[Text]:
    page = min(width, WIDEST_PAGE)
    yield from _sums(charts.sums, page)
    for section in charts.sections:
        yield Text()
        yield from _heading(section, page)
        yield from _body(section, width if isinstance(section, Days) else page)
    if hint:
        yield from (Text(), *wrapped(hint, page))


def _body(section: Section, width: int) -> Iterator[Text]:
    if isinstance(section, Bars):
        return bar_lines(section, width)
    return day_lines(section, width) if isinstance(section, Days) else named_lines(section, width)


def _sums(parts: Sequence[str], width: int) -> Iterator[Text]:
    """As many of the parts in each line as fit into it."""
    lines: list[Text] = []
    for part in parts:
        said = text(part)
        if part.startswith("★"):
            said.stylize(STARS, 0, len("★ 0.00"))
        if lines and lines[-1].cell_len + len(_BETWEEN) + said.cell_len <= width:
            lines[-1] = Text.assemble(lines[-1], _BETWEEN, said)
        else:
            lines.append(said)
    for line in lines:
        yield from line.wrap(terminal(), width)


def _heading(section: Bars | Days | Lines, width: int) -> Iterator[Text]:
    """The heading, and what is said of the whole section: beside it, or below where there is no room."""
    if not section.heading:
        return
    about = _BETWEEN.join(filter(None, (legend(section) if isinstance(section, Bars) else "", section.about)))
    if about and len(section.heading) + len(_BETWEEN) + len(about) > width:
        yield Text(section.heading)
        yield from wrapped(about, width)
    else:
        yield Text.assemble(section.heading, (f"{_BETWEEN}{about}" if about else "", QUIET))
