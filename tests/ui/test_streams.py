import io
import subprocess
import sys

import pytest
from tests.given import CONTROLS, HOSTILE
from tests.screen import Script

from readlog.core.errors import UnreadableInput
from readlog.ui import streams

posix = pytest.mark.skipif(sys.platform == "win32", reason="a matter of POSIX shells")
SAY = "from readlog.ui import streams; streams.prepare(); "


def shell(code: str, rest: str) -> tuple[str, str, int]:
    """Run Python with its streams as `rest` of a line of bash says; what came out, and the exit code."""
    done = subprocess.run(
        ["bash", "-c", f'"$0" -c "$1" {rest}', sys.executable, SAY + code], capture_output=True, timeout=60, check=False
    )
    return done.stdout.decode(), done.stderr.decode(), done.returncode


def given_on_stdin(data: bytes, monkeypatch: pytest.MonkeyPatch) -> str:
    """What is read where these bytes are standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="ascii"))
    return streams.as_text(streams.read_bytes("review"), "review")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("text", ["", "Pétrograd 雪国 📚\r\nend", "\x00\x1b"])
def test_any_unicode_is_read(monkeypatch: pytest.MonkeyPatch, encoding: str, text: str) -> None:
    """With a mark or without, whatever the locale is, and not a character of it is changed."""
    assert given_on_stdin(text.encode(encoding), monkeypatch) == text


def test_utf_16_is_read_in_both_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mark says which."""
    assert given_on_stdin(b"\xfe\xff\x00\xe9", monkeypatch) == given_on_stdin(b"\xff\xfe\xe9\x00", monkeypatch) == "é"


@pytest.mark.parametrize(
    ("data", "kind", "byte"),
    [
        ("Pétrograd".encode("latin-1"), "UTF-8", 2),
        (b"\xc3", "UTF-8", 1),
        (b"\xff\xfea\x00b", "UTF-16", 5),
        (b"\xef\xbb\xbfab\xe9", "UTF-8", 6),
    ],
)
def test_what_is_no_unicode_is_named_to_the_byte(
    monkeypatch: pytest.MonkeyPatch, data: bytes, kind: str, byte: int
) -> None:
    """Counted from the beginning of the file, as an editor counts; nothing is guessed."""
    with pytest.raises(
        UnreadableInput, match=rf"^The review on standard input is not {kind} text \(byte {byte}\)\. Convert"
    ):
        given_on_stdin(data, monkeypatch)


def test_a_closed_standard_input_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """And is no crash."""
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(UnreadableInput, match="There is no standard input to read the note from"):
        streams.read_bytes("note")
    assert not streams.can_ask()


@pytest.mark.parametrize("hostile", [*HOSTILE, "lone \udce9 surrogate", "\ud83d half"])
def test_talk_and_pages_are_harmless(capsys: pytest.CaptureFixture[str], hostile: str) -> None:
    """On both streams, and they can be encoded."""
    streams.say(hostile)
    streams.put(hostile)
    written = capsys.readouterr()
    assert written.out == written.err
    assert not set(written.out) & set(CONTROLS)
    assert written.out.encode().endswith(b"\n")


@posix
def test_streams_that_are_closed_take_everything() -> None:
    """What goes to one that is not there goes nowhere, and the other one is as it was."""
    code = "streams.put('data'); streams.say('talk'); streams.say_quietly('quiet'); streams.data().write('more\\n')"
    assert shell(code, "") == ("data\nmore\n", "talk\n", 0)
    assert shell(code, ">&-") == ("", "talk\n", 0)
    assert shell(code, "2>&-") == ("data\nmore\n", "", 0)
    assert shell(code, "<&- >&- 2>&-") == ("", "", 0)


@posix
def test_data_in_a_pipe_is_as_it_is() -> None:
    """UTF-8 and plain line feeds, and what a program wrote is not changed for a person."""
    assert shell("streams.data().write('é\\x1b[31m\\r\\n')", "") == ("é\x1b[31m\r\n", "", 0)


def test_data_on_a_terminal_is_harmless() -> None:
    """A person may look at an export too."""
    shown = Script(f"{SAY}streams.data().write('a\\x1b[31mb\\x9bc\\u202ed\\ne\\tf\\n')").end()
    assert shown.expandtabs() == "a\ufffd[31mb\ufffdc\ufffdd\ne\tf\n".expandtabs()


def test_a_quiet_line_is_for_a_person_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """Dim where there is colour, plain where there is none, and not at all in a pipe."""
    streams.say_quietly("3 readings")
    assert capsys.readouterr() == ("", "")
    line = f"{SAY}streams.say_quietly('3 \\x1breadings')"
    assert Script(line).end() == "\x1b[2m3 \ufffdreadings\x1b[0m\n"
    for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert Script(line, env=env).end() == "3 \ufffdreadings\n"


@posix
def test_a_quiet_line_needs_no_stderr() -> None:
    """A person who closed it sees the list all the same."""
    code = "import os, sys; os.execv('/bin/sh', ['sh', '-c', '\"$0\" -c \"$1\" 2>&-; echo CODE $?', *sys.argv[1:]])"
    assert Script(code, sys.executable, f"{SAY}streams.say_quietly('x')").end() == "CODE 0\n"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ("0, 0, 'reading', 'newest first'", "No readings."),
        ("1, 1, 'reading', 'newest first'", "1 reading"),
        ("1204, 1204, 'tag'", "1,204 tags"),
        ("20, 1204, 'tag'", "20 of 1,204. --limit 0 shows all."),
        ("20, 1204, 'reading', 'newest first'", "20 of 1,204, newest first. --limit 0 shows all."),
        ("20, 1204, 'reading', 'by title'", "20 of 1,204, by title. --limit 0 shows all."),
    ],
)
def test_below_a_list_stands_how_much_it_is(arguments: str, line: str) -> None:
    """And how to see the rest."""
    assert Script(f"{SAY}streams.say_list_size({arguments})", env={"NO_COLOR": "1"}).end() == f"{line}\n"
