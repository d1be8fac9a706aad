"""No text from outside is Markdown: each Streamlit call that reads Markdown gets program text, or escaped text."""

import ast
import importlib
import re
import string
from collections.abc import Iterator, Mapping
from enum import EnumMeta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import control_map.ui
from control_map.ui.html import escape_markdown

UI = Path(control_map.ui.__file__).parent
LABELLED = set(
    "button download_button link_button page_link form_submit_button checkbox toggle radio selectbox multiselect slider"
    " select_slider text_input text_area number_input date_input time_input datetime_input file_uploader camera_input"
    " audio_input color_picker pills segmented_control expander popover tabs dialog metric toast error warning info"
    " success markdown caption write write_stream title header subheader spinner status badge menu_button latex".split()
)
"""Calls whose first argument Streamlit reads as Markdown."""
LATER = {"progress": 1, "radio": 1, "pills": 1, "segmented_control": 1}
"""Calls with another such argument, and its position."""
NAMED = {"label", "help", "text", "body", "captions", "delta", "title", "header"}
"""Arguments that are read as Markdown by their names, whatever is called."""
OPTIONS = {"radio", "pills", "segmented_control"}
"""Inputs whose options are Markdown, written by `format_func`; those of `selectbox` are plain text."""
OTHERS = {"write": {"state/query.py", "url_schema.py"}}
"""Methods of ours that have the name of such a call, and the files that call them."""
TRUSTED = {
    "tabs": "names of tabs, from `SECTIONS`",
    "parts": "names of parts of the Share dialogue, from `PARTS`",
    "siblings": "names of sections, from `SECTIONS`",
    "f'Sections of {tab}'": "the name of a tab",
    "f'Column for {name}'": "names of columns of the codebook; a label that is not shown is read aloud as it is",
    "f'{name} where the table is empty'": "the same",
}
"""What the walk cannot see to be program text, and why it is."""
TRUSTED_PARAMETERS = {("toolbar/row.py", "name")}
"""The names of popovers, each of which is written where `_popover` is called."""


class Walk(ast.NodeVisitor):
    """Finds the Markdown of one module that may hold text from outside."""

    def __init__(self, path: Path, source: str = "") -> None:
        self.file = path.relative_to(UI).as_posix()
        self.tree = ast.parse(source or path.read_text("utf-8"))
        dotted = ".".join(["control_map.ui", *path.relative_to(UI).with_suffix("").parts]).removesuffix(".__init__")
        self.module = importlib.import_module(dotted)
        self.functions: list[ast.AST] = [self.tree]
        self.checked, self.found = 0, []
        self.visit(self.tree)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.functions.append(node)
        self.generic_visit(node)
        self.functions.pop()

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Attribute) and self.file not in OTHERS.get(node.func.attr, ()):
            for text in self.markdown_of(node, node.func.attr):
                self.checked += 1
                if not self.is_safe(text) and (self.file, ast.unparse(text)) not in TRUSTED_PARAMETERS:
                    self.found.append(f"{self.file}:{text.lineno}: {node.func.attr}: {ast.unparse(text)}")
        self.generic_visit(node)

    def markdown_of(self, call: ast.Call, name: str) -> Iterator[ast.expr]:
        """Yield the arguments of a call that Streamlit reads as Markdown."""
        named = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
        spread = [keyword.value for keyword in call.keywords if keyword.arg is None]
        if name in LABELLED and call.args:
            yield call.args[0]
        if name in LATER and name not in OPTIONS and len(call.args) > LATER[name]:
            yield call.args[LATER[name]]
        if name in OPTIONS:
            write = named.get("format_func")
            options = named.get("options") or call.args[LATER[name]]
            if isinstance(write, ast.Lambda):
                yield write.body
            elif write is not None and not isinstance(write, ast.Name):
                yield write
            else:  # what a function of ours makes of program text is program text
                yield options
        if name in LABELLED or name.endswith("Column"):
            yield from (value for key, value in named.items() if key in NAMED)
            for value in spread:
                if isinstance(value, ast.Name) and value.id == "button":
                    continue  # further arguments of `offer_download`, each of which is named where it is called
                kept = self.meaning(value.id) if isinstance(value, ast.Name) else value
                assert isinstance(kept, ast.Dict), f"{self.file}:{value.lineno}: cannot be followed"
                yield from (
                    each
                    for key, each in zip(kept.keys, kept.values, strict=True)
                    if isinstance(key, ast.Constant) and key.value in NAMED
                )

    def is_safe(self, node: ast.expr) -> bool:
        """Whether text is program text, a number, or escaped."""
        if ast.unparse(node) in TRUSTED:
            return True
        parts = self.parts_of(node)
        return parts is not None and all(map(self.is_safe, parts))

    def parts_of(self, node: ast.expr) -> list[ast.expr] | None:
        """Return the expressions that text is made of beside program text; None if it may come from outside."""
        parts: list[ast.expr] | None = None
        match node:
            case ast.Constant():
                parts = []
            case ast.Name() | ast.Attribute() if self.is_program_text(node):
                parts = []
            case ast.JoinedStr(values=each) | ast.BoolOp(values=each) | ast.Dict(values=each) | ast.List(elts=each):
                parts = each
            case ast.FormattedValue(value=value, format_spec=spec):
                parts = [] if spec is not None and "," in ast.unparse(spec) else [value]
            case ast.BinOp(left=one, right=other) | ast.IfExp(body=one, orelse=other):
                parts = [one, other]
            case ast.GeneratorExp(elt=text) | ast.ListComp(elt=text):
                parts = [text]
            case ast.Call(func=func, args=args):
                parts = self.parts_of_result(func, args)
            case ast.Attribute(value=of) | ast.Subscript(value=of):
                parts = [of]
            case ast.Name(id=name) if kept := self.meaning(name):
                parts = [kept]
        return parts

    def parts_of_result(self, func: ast.expr, args: list[ast.expr]) -> list[ast.expr] | None:
        """Return the expressions that the result of a call is made of, as `parts_of` does."""
        name = ast.unparse(func)
        if name.endswith("escape_markdown") or name in {"len", "_count_set"} or self.is_program_text(func):
            return []
        joins = isinstance(func, ast.Attribute) and func.attr == "join" and isinstance(func.value, ast.Constant)
        return args if joins or name in {"list", "str"} else None

    def is_program_text(self, node: ast.expr) -> bool:
        """Whether a name stands for a constant text, a table of texts or an enumeration of a module."""
        name = ast.unparse(node)
        if not re.fullmatch(r"(?:\w+\.)?_?[A-Z]\w*", name):
            return False
        value = self.module
        for part in name.split("."):
            value = getattr(value, part, None)
        return isinstance(value, (str, Mapping, EnumMeta, tuple))

    def meaning(self, name: str) -> ast.expr | None:
        """Return what a local name is set to: by one assignment, or by a loop over what is written there."""
        for function in reversed(self.functions):
            for node in self.tree.body if function is self.tree else ast.walk(function):
                match node:
                    case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                        return value
                    case ast.AnnAssign(target=ast.Name(id=target), value=value) if target == name:
                        return value
                    case ast.For(target=target, iter=of) | ast.comprehension(target=target, iter=of):
                        names = target.elts if isinstance(target, ast.Tuple) else [target]
                        for position, each in enumerate(names):
                            if isinstance(each, ast.Name) and each.id == name:
                                return self.looped(of, position)
        return None

    @staticmethod
    def looped(of: ast.expr, position: int) -> ast.expr:
        """Return what a loop runs over, or the parts at a position of the rows that are written there."""
        if isinstance(of, ast.Tuple) and all(isinstance(row, ast.Tuple) for row in of.elts):
            return ast.List([row.elts[position] for row in of.elts])
        while isinstance(of, ast.Call) and of.args and ast.unparse(of.func) in {"zip", "list", "enumerate"}:
            of = of.args[-1] if ast.unparse(of.func) == "zip" else of.args[0]
        if isinstance(of, ast.Call) and isinstance(of.func, ast.Attribute) and of.func.attr in {"items", "values"}:
            return of.func.value
        return of


@pytest.fixture(scope="module")
def walks() -> list[Walk]:
    return [Walk(path) for path in sorted(UI.rglob("*.py"))]


def test_each_call_that_reads_markdown_gets_program_text_or_escaped_text(walks):
    assert [found for walk in walks for found in walk.found] == []
    assert sum(walk.checked for walk in walks) > 70  # it does find the calls


@pytest.mark.parametrize(
    "written",
    [
        "st.button(place.name)",
        "column.checkbox(f'Only {place.name}')",
        "st.selectbox('Rule', rules, help='; '.join(f'**{rule.label}**' for rule in rules))",
        "st.radio('Use', names)",
        "st.pills('Show', list(_SHEETS), format_func=lambda name: names[name])",
        "st.segmented_control('Show', list(_SHEETS), format_func=names.__getitem__)",
        "bar.progress(0.5, 'Reading ' + name)",
        "config.TextColumn('Place', help=place.name)",
        "st.toast(str(error))",
        "st.tabs([name for name in names])",
        "st.button(escape_markdown(name) + name)",
        "st.metric('Places', 3, delta=name)",
    ],
)
def test_the_walk_finds_text_that_is_not_escaped(written: str):
    assert len(Walk(UI / "html.py", written).found) == 1


def unescaped(markdown: str) -> str:
    return re.sub(rf"\\([{re.escape(string.punctuation)}])", r"\1", markdown).replace("\u2060", "")


@given(st.text(st.characters(exclude_categories=["C"]) | st.sampled_from("\\`*_[]<>#~$|&:@=-+.) w\n\t")))
def test_escaped_text_is_the_same_text_in_one_line(text: str):
    assert unescaped(escape_markdown(text)) == " ".join(text.replace("\u2060", "").split())


@given(st.text(st.characters() | st.sampled_from("\\`*_[]<>#~$|&:@=- w.")))
def test_no_character_with_a_meaning_is_left_and_no_address_symbol_or_arrow(text: str):
    escaped = escape_markdown(text)
    plain = re.sub(r"\\.", "", escaped)
    assert not set(plain) & set("\\`*_[]<>#~$|&\n\r\t")
    seen = re.sub(r"\\(.)", r"\1", escaped)
    assert not re.search(r":[\w+/-]|@[\w-]|www\.|->|<-|--|[<>~]=", seen, re.IGNORECASE | re.ASCII)
    escaped.encode()  # no half of a character is left, which no message could carry
