"""A formula inside PyTorch: operators whose values and derivatives come from the tape."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from symad.interop.extras import opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from symad.formula.given import Formula
    from symad.tape.tape import Tape

_numbers = count()  # PyTorch knows operators by their names, for as long as the process lives


def torch_function(formula: Formula | Tape) -> Callable[[Any], Any]:
    """An operator of CPU tensors ``(..., n_vars)`` to ``(...)`` that can be differentiated twice.

    Parameters
    ----------
    formula : Tape, Expression, str or SymPy expression
        With one output.

    Returns
    -------
    callable
        A ``torch.library.custom_op`` under a name of its own, with the type of its argument; float64 keeps all digits.

    Raises
    ------
    ExpressionError
        If there are several outputs.
    InteropError
        If PyTorch is not installed.
    """
    torch, tape = opened("torch", formula, "a PyTorch operator")
    name = f"symad::formula{next(_numbers)}"

    def called(function: Callable[..., Any], *tensors: Any) -> Any:
        found = function(*(tensor.detach().double().numpy() for tensor in tensors))
        return torch.as_tensor(found, dtype=tensors[0].dtype)

    def value(x):  # type: ignore[no-untyped-def]  # annotated below, by types of a library that may be missing
        return called(tape.value, x)

    def gradient(x):  # type: ignore[no-untyped-def]
        return called(tape.gradient, x)

    def product(x, v):  # type: ignore[no-untyped-def]
        return called(tape.hvp, x, v)

    tensor = torch.Tensor
    for function in (value, gradient, product):
        function.__annotations__ = dict.fromkeys([*function.__code__.co_varnames, "return"], tensor)
    made = torch.library.custom_op
    product_op = made(f"{name}_hvp", product, mutates_args=())
    gradient_op = made(f"{name}_gradient", gradient, mutates_args=())
    value_op = made(name, value, mutates_args=())
    product_op.register_fake(lambda x, v: torch.empty_like(x, memory_format=torch.contiguous_format))
    gradient_op.register_fake(lambda x: torch.empty_like(x, memory_format=torch.contiguous_format))
    value_op.register_fake(lambda x: x.new_empty(x.shape[:-1]))

    def keep(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.save_for_backward(*inputs)

    gradient_op.register_autograd(lambda ctx, v: product_op(*ctx.saved_tensors, v), setup_context=keep)
    value_op.register_autograd(
        lambda ctx, weight: weight.unsqueeze(-1) * gradient_op(*ctx.saved_tensors), setup_context=keep
    )
    return value_op  # type: ignore[no-any-return]
