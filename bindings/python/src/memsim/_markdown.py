"""Tables of reports."""

from collections.abc import Collection, Iterable


def table(head: Iterable[str], lines: Iterable[Iterable[str]], words: Collection[str] = ()) -> str:
    """A Markdown table; the first column and those headed by `words` are aligned left, the others right."""
    cells = list(head)
    rule = ["---" if name in words or not index else "--:" for index, name in enumerate(cells)]
    return "\n".join(f"| {' | '.join(line)} |" for line in (cells, rule, *lines))
