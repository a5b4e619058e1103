"""The faults that ``mutation.py`` puts into a module: one operator, constant, condition or statement changed."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

SWAPS: Final[dict[type[ast.AST], type[ast.AST]]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.MatMult: ast.Mult, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """A possible fault: what kind, which lines of the source it touches, and how to put it into the tree."""

    kind: str
    first: int
    last: int
    in_function: bool
    apply: Callable[[], None]


def changes(tree: ast.Module) -> list[Change]:
    """Return all faults that can be put into a module, in the order of its text."""
    return list(_walk(tree, in_function=False))


def _walk(node: ast.AST, *, in_function: bool) -> Iterator[Change]:
    inside = in_function or isinstance(node, ast.FunctionDef | ast.Lambda)
    for field, value in ast.iter_fields(node):
        if field in ("decorator_list", "annotation", "returns", "bases", "keywords") and not isinstance(node, ast.Call):
            continue
        for at, child in enumerate(value if isinstance(value, list) else [value]):
            if (
                not isinstance(child, ast.AST)
                or isinstance(child, ast.Import | ast.ImportFrom | ast.Assert)
                or _is_text(child)
            ):
                continue
            # What stands in an argument list is run when the module is loaded.
            runs = inside and not isinstance(node, ast.arguments)
            if isinstance(child, ast.expr | ast.stmt):
                first, last = child.lineno, child.end_lineno or child.lineno
                for kind, new in _changes(child):
                    put = _setter(node, field, at if isinstance(value, list) else None, new)
                    yield Change(kind, first, last, runs, put)
            yield from _walk(child, in_function=runs)


def _is_text(node: ast.AST) -> bool:
    """Whether a statement is a docstring, or the list of public names."""
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets)
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _setter(node: ast.AST, field: str, at: int | None, new: ast.AST) -> Callable[[], None]:
    def put() -> None:
        if at is None:
            setattr(node, field, new)
        else:
            getattr(node, field)[at] = new

    return put


def _changes(node: Any) -> Iterator[tuple[str, ast.AST]]:
    """Yield what may stand in a node's place, and what kind of fault that is."""
    match node:
        case ast.Compare(left=left, ops=operators, comparators=others):
            for at, operator in enumerate(operators):
                swapped = [*operators[:at], SWAPS[type(operator)](), *operators[at + 1 :]]
                yield "comparison", ast.Compare(left, swapped, others)  # type: ignore[arg-type]
        case ast.BinOp(left=left, op=operator, right=right):
            yield "arithmetic", ast.BinOp(left, SWAPS[type(operator)](), right)  # type: ignore[arg-type]
        case ast.AugAssign(target=target, op=operator, value=value):
            yield "arithmetic", ast.AugAssign(target, SWAPS[type(operator)](), value)  # type: ignore[arg-type]
            yield "statement", ast.Pass()
        case ast.BoolOp(op=operator, values=values):
            yield "boolean", ast.BoolOp(SWAPS[type(operator)](), values)  # type: ignore[arg-type]
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield "boolean" if isinstance(node.op, ast.Not) else "arithmetic", operand
        case ast.Constant(value=bool(value)):
            yield "constant", ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield "constant", ast.Constant(value + 1)
        case ast.Constant(value=str(value)):
            yield "constant", ast.Constant("" if value else "x")
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and not value.value):
            yield "return", ast.Return(ast.Constant(None))
        case ast.Expr() | ast.Raise() | ast.Delete():
            yield "statement", ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield "statement", ast.Pass()
        case ast.Continue():
            yield "statement", ast.Break()
        case ast.Break():
            yield "statement", ast.Continue()
    test = getattr(node, "test", None)
    if isinstance(test, ast.Name | ast.Attribute | ast.Call | ast.Subscript):
        yield "condition", _with_test(node, ast.UnaryOp(ast.Not(), test))


def _with_test(node: Any, test: ast.expr) -> ast.AST:
    fields = {**dict(ast.iter_fields(node)), "test": test}
    return type(node)(**fields)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed module: the one of all its changes that has a number, and the difference that it makes."""

    module: str
    number: int
    kind: str
    lines: range
    in_function: bool
    text: str
    diff: str

    @property
    def name(self) -> str:
        """What it is known by, for as long as these lines stay as they are."""
        return f"{self.module}\n{self.diff}"


def mutant(root: Path, module: str, number: int) -> Mutant:
    """Make one of the changes of a module, given by its path in the checkout."""
    source = (root / module).read_text(encoding="utf-8")
    tree = ast.parse(source)
    plain = ast.unparse(tree).splitlines()
    change = changes(tree)[number]
    change.apply()
    text = ast.unparse(ast.fix_missing_locations(tree))
    lines = list(difflib.unified_diff(plain, text.splitlines(), lineterm="", n=0))[2:]
    diff = "\n".join(line for line in lines if not line.startswith("@@"))
    places = range(change.first, change.last + 1)
    return Mutant(module, number, change.kind, places, change.in_function, text + "\n", diff)
