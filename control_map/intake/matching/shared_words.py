"""Words that many names of unknown parties share, so that one answer can stand for all of them.

"People's Defense Force (Mingin)", "PDF: People's Defense Force - Kale" and seventy more share "People's Defense Force".
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from control_map.intake.matching.actor_names import fold_party

_FEWEST_NAMES = 3
"""Names that share words, from which one answer is offered for them."""
_FEWEST_TELLING, _MOST_WORDS = 2, 6
"""Words of which a name must share as many that tell parties apart, and words that are looked at together."""
_MOST_OFFERED = 5
_MOST_NAMES = 5_000
_COMMON = frozenset(
    """
    a and armed army battalion brigade command communal force forces for front gang government group
    groups guard gunmen in local men militants militia militias military of police rebels security state the
    unidentified unknown unit
    """.split()
)
"""Words that parties of all kinds have in their names."""
_INNER = frozenset("a and for in of the".split())
"""Words with which no name begins or ends."""
_SEGMENT = re.compile(r"[\w'\u2019.]+(?: [\w'\u2019.]+)*")
"""Words with nothing but a space between them."""


class SharedWords(NamedTuple):
    """Words that several names share: `pattern` has them as `ActorNames` takes it, with a star for what differs."""

    pattern: str
    names: tuple[str, ...]


def find_shared_words(names: Sequence[str]) -> list[SharedWords]:
    """Return the words that at least three of some names share, those of the most names first; no name is in two."""
    written: dict[tuple[str, ...], str] = {}
    sharing: defaultdict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
    for name in names[:_MOST_NAMES]:
        for words, text in _list_runs(name):
            written.setdefault(words, text)
            sharing[words][name] = None
    open_names = dict.fromkeys(names)
    offered: list[SharedWords] = []
    while len(offered) < _MOST_OFFERED:
        left = {words: [name for name in those if name in open_names] for words, those in sharing.items()}
        best = max(left, key=lambda words: (len(left[words]), len(words)), default=())
        if len(left.get(best, ())) < _FEWEST_NAMES:
            break
        text, those = written[best], left[best]
        begins = all(fold_party(name).startswith(fold_party(text)) for name in those)
        offered.append(SharedWords(f"{text}*" if begins else f"*{text}*", tuple(those)))
        for name in those:
            del open_names[name]
    return offered


def _list_runs(name: str) -> list[tuple[tuple[str, ...], str]]:
    """Return the runs of words in a name that tell parties apart: folded, and as they are written."""
    runs = []
    for segment in _SEGMENT.findall(name):
        words = segment.split()
        folded = [fold_party(word) for word in words]
        for begin in range(len(words)):
            for end in range(begin + _FEWEST_TELLING, min(len(words), begin + _MOST_WORDS) + 1):
                run = folded[begin:end]
                telling = [word for word in run if word not in _COMMON and not any(map(str.isdigit, word))]
                if len(telling) >= _FEWEST_TELLING and run[0] not in _INNER and run[-1] not in _INNER:
                    runs.append((tuple(run), " ".join(words[begin:end])))
    return runs
