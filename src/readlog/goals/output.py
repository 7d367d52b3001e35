"""The progress towards a yearly goal as a sentence."""

from readlog.core.normalize_text import pluralize
from readlog.goals.results import Goal


def goal_sentence(goal: Goal) -> str:
    """Progress in words: `31 books of 40; three more than the pace`; without a goal only `31 books`."""
    if not goal.goal or not goal.pace:
        return pluralize(goal.finished, "book")
    so_far = f"{pluralize(goal.finished, 'book')} of {goal.goal:,}"
    if goal.finished >= goal.goal:
        more = f", and {_number_in_words(goal.finished - goal.goal)} more" if goal.finished > goal.goal else ""
        return f"{so_far}: reached{more}"
    ahead = goal.pace.ahead
    if not goal.pace.days_left:
        return f"{so_far}; {_number_in_words(-ahead)} missing"
    if not ahead:
        return f"{so_far}; as many as the pace" if goal.pace.expected else so_far
    return f"{so_far}; {_number_in_words(abs(ahead))} {'more' if ahead > 0 else 'fewer'} than the pace"


def _number_in_words(number: int) -> str:
    names = "no one two three four five six seven eight nine ten eleven twelve".split()
    return names[number] if number < len(names) else f"{number:,}"
