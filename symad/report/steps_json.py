"""A listing of the two sweeps as data for JSON, and back."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from symad.lecture.listing import Contribution, Dual, ForwardStep, Listing, Partial, Pass, ReverseStep, Term
from symad.report.document import finite, finite_map, read_map, read_number

if TYPE_CHECKING:
    from collections.abc import Mapping


def to_dict(listing: Listing) -> dict[str, object]:
    """The same as data for JSON."""
    return {
        "formula": listing.formula,
        "result": listing.result,
        **finite_map("point", listing.point),
        **finite("value", listing.value),
        **finite_map("gradient", listing.gradient),
        "forward": [_forward_dict(step) for step in listing.forward],
        "reverse": [_reverse_dict(step) for step in listing.reverse],
        "status": [{"bit": bit, "at": text} for bit, text in listing.status],
        **({"passes": [_pass_dict(one) for one in listing.passes]} if listing.passes else {}),
    }


def from_dict(data: Mapping[str, Any], machine: object = None, settings: object = None) -> Listing:
    """The Listing of such data."""
    del machine, settings  # nothing was measured
    return Listing(
        formula=data["formula"],
        result=data["result"],
        point=read_map(data, "point"),
        value=_number(data, "value"),
        gradient=read_map(data, "gradient"),
        forward=tuple(_read_forward(step) for step in data["forward"]),
        reverse=tuple(_read_reverse(step) for step in data["reverse"]),
        status=tuple((bit["bit"], bit["at"]) for bit in data["status"]),
        passes=tuple(_read_pass(one) for one in data.get("passes", ())),
    )


def _number(data: Mapping[str, Any], key: str) -> float:
    number = read_number(data, key)
    return math.nan if number is None else number


def _forward_dict(step: ForwardStep) -> dict[str, object]:
    partials = [
        {
            "operand": one.operand,
            "formula": one.formula or None,
            **finite("value", one.value),
            "taken": one.taken,
            "reason": one.reason or None,
        }
        for one in step.partials
    ]
    return {
        "step": step.number or None,
        "name": step.name,
        "operation": step.operation or None,
        **finite("value", step.value),
        "partials": partials,
        "live": step.live,
    }


def _reverse_dict(step: ReverseStep) -> dict[str, object]:
    uses = [
        {
            "user": one.user,
            **finite("adjoint", one.adjoint),
            **finite("partial", one.partial),
            **finite("value", one.value),
            "taken": one.taken,
        }
        for one in step.contributions
    ]
    return {
        "step": step.number or None,
        "name": step.name,
        **finite("adjoint", step.adjoint),
        "seeded": step.seeded,
        "contributions": uses,
        "live": step.live,
    }


def _pass_dict(one: Pass) -> dict[str, object]:
    return {"by": one.variable, "steps": [_dual_dict(dual) for dual in one.steps]}


def _dual_dict(dual: Dual) -> dict[str, object]:
    terms = [
        {"operand": term.operand, **finite("partial", term.partial), **finite("tangent", term.tangent)}
        for term in dual.terms
    ]
    numbers = {**finite("value", dual.value), **finite("tangent", dual.tangent)}
    return {"name": dual.name, "operation": dual.operation or None, **numbers, "terms": terms}


def _read_pass(data: Mapping[str, Any]) -> Pass:
    return Pass(data["by"], tuple(_read_dual(one) for one in data["steps"]))


def _read_dual(data: Mapping[str, Any]) -> Dual:
    terms = tuple(Term(one["operand"], _number(one, "partial"), _number(one, "tangent")) for one in data["terms"])
    return Dual(data["name"], data["operation"] or "", _number(data, "value"), _number(data, "tangent"), terms)


def _read_forward(data: Mapping[str, Any]) -> ForwardStep:
    partials = tuple(
        Partial(one["operand"], one["formula"] or "", _number(one, "value"), one["taken"], one.get("reason") or "")
        for one in data["partials"]
    )
    number, operation = data["step"] or 0, data["operation"] or ""
    return ForwardStep(number, data["name"], operation, _number(data, "value"), partials, data["live"])


def _read_reverse(data: Mapping[str, Any]) -> ReverseStep:
    uses = tuple(
        Contribution(one["user"], _number(one, "adjoint"), _number(one, "partial"), _number(one, "value"), one["taken"])
        for one in data["contributions"]
    )
    adjoint = _number(data, "adjoint")
    return ReverseStep(data["step"] or 0, data["name"], adjoint, data["seeded"], uses, data["live"])
