"""What is said of a fault in the notation of families: the sentences of C with the names of this text put in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symad._core.tapes import Fault

# Statuses of the notation; all others are about the program that it stands for.
_NOTATION = (
    "ERR_SIZE", "ERR_LOOP", "ERR_RANGE", "ERR_INDEX", "ERR_TERM", "ERR_WHOLE", "ERR_BRACKET",
    "ERR_LIMIT_ROUNDS", "ERR_LIMIT_LOOPS", "ERR_LIMIT_WHOLE",
)  # fmt: skip
_FOLDS = {"sum": "a sum", "prod": "a product"}


def is_notation(fault: Fault) -> bool:
    """Whether the notation itself is at fault, at every size."""
    return fault.name.startswith(_NOTATION)


def sentence(fault: Fault, piece: str, size: str | None) -> str:
    """The reason for a fault in the notation that concerns this piece of the text."""
    shown = f"`{piece}`"
    match fault.name:
        case "ERR_SIZE":
            return f"{piece} is not given: add --{piece} 4 (in Python {piece}=4)"
        case "ERR_SIZE_UNUSED":
            return f"the size {size} does not occur: a family is written like `repeat {size}: l = 2*l`"
        case "ERR_INDEX_UNKNOWN":
            return f"{shown} is no index here" + (f"; there is {fault.made}" if fault.made else "")
        case "ERR_INDEX_SHARED":
            return fault.sentence.replace("this name", f"`{fault.made or piece}`")
        case "ERR_INDEX_BOUND":
            return f"{shown} is {'the size of the family' if piece == size else 'an index'}: bind another name"
        case "ERR_INDEX_UNUSED":
            return f"the index {shown} does not occur in the term: write x[{piece}] or x{{{piece}}}"
        case "ERR_INDEX_NEGATIVE":
            return f"the index becomes -{fault.node} here, and a name holds none below 0"
        case "ERR_BRACKET_OTHER":
            return f"`{chr(fault.node)}` is closed by {shown}"
        case "ERR_WHOLE" | "ERR_WHOLE_OPERATOR":
            return f"{fault.sentence}, not {shown}"
    reason = fault.sentence.replace("this bracket", f"this {shown}")
    subject, _, rest = reason.partition(" ")
    return f"{shown} {rest}" if subject == "this" and rest.startswith(("is ", "has ", "follows ")) else reason


def hint(fault: Fault, piece: str) -> str:
    """How a sum or a product is written, for one that is called like a function."""
    if fault.name != "ERR_FUNCTION" or piece not in _FOLDS:
        return ""
    return f"; {_FOLDS[piece]} is written {piece}(i = 1..n, x[i])"
