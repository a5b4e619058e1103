"""Loaders of YAML that others wrote: what is written carelessly, or to do harm, is an error of YAML."""

from __future__ import annotations

from typing import Any, Final

import yaml

MOST_REPEATED: Final = 1_000_000
"""Characters that the aliases of a YAML file may stand for; ten lines of them can stand for a thousand million."""


def line_of(error: yaml.MarkedYAMLError, text: str) -> int:
    """Return the line of an error, from 1: of a text that ends too early the last one, where PyYAML says the next."""
    return min(error.problem_mark.line, text.rstrip().count("\n")) + 1 if error.problem_mark else 1


class FewAliases(yaml.parser.Parser, yaml.composer.Composer):
    """Refuses aliases that stand for more than anybody writes: a part of every loader of what others have written."""

    _repeated = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Return the next node, as PyYAML does."""
        is_alias = self.check_event(yaml.AliasEvent)
        node = super().compose_node(parent, index)
        if is_alias and node is not None:
            self._repeated += _length(node, {})
            if self._repeated > MOST_REPEATED:
                problem = f"its aliases stand for more than {MOST_REPEATED:,} characters"
                raise yaml.composer.ComposerError(problem=problem, problem_mark=node.start_mark)
        return node


def _length(node: yaml.Node, known: dict[int, int]) -> int:
    """Return how many characters a node would have with all aliases written out; ``known`` are nodes met before."""
    if isinstance(node, yaml.ScalarNode):
        return 1 + len(node.value)
    if id(node) not in known:
        known[id(node)] = 1  # where it stands within itself
        pairs = node.value if isinstance(node, yaml.MappingNode) else ((part,) for part in node.value)
        known[id(node)] = 1 + sum(_length(part, known) for parts in pairs for part in parts)
    return known[id(node)]


class Loader(FewAliases, yaml.SafeLoader):
    """Refuses a key that stands twice, which YAML forbids and PyYAML lets pass: one of the two would be ignored."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return a mapping, as PyYAML does."""
        seen = set()
        pairs = node.value if isinstance(node, yaml.MappingNode) else ()  # !!map can stand before anything
        for key in (key for key, _ in pairs if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"the key {key.value!r} stands twice", problem_mark=key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Return what a node stands for, as PyYAML does."""
        try:
            return super().construct_object(node, deep)
        except (ValueError, AttributeError, LookupError) as error:
            # How PyYAML takes a thirteenth month, !!int before a word or nothing, !!bool before what is neither.
            raise yaml.constructor.ConstructorError(
                problem=f"{node.value!r} is no {node.tag.rpartition(':')[2]}", problem_mark=node.start_mark
            ) from error
