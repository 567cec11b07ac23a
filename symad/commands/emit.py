"""``symad emit``: a formula and its derivatives as one C file, or a stage on the way there as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.commands.options import add_formula

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from symad.formula.expression import Expression
    from symad.inputs.sources import Source

_OF_ROWS = ("residual", "mean", "weights", "penalty")
HELP = "one C99 file that computes a formula and its derivatives, without any dependency; or a stage as text"


def add_options(parser: argparse.ArgumentParser) -> None:
    """The formula, what the file computes and where it goes."""
    add_formula(parser)
    parser.add_argument("--lang", choices=("c",), default="c", help="language of the file (default: c)")
    parser.add_argument(
        "--of",
        metavar="LIST",
        help="what the file computes, of value,gradient,jacobian,hessian,jvp,vjp,hvp (default: value,gradient; "
        "value,jacobian for a tuple); with --objective of value,gradient,hvp,gauss_newton,gauss_newton_product; with "
        "--stage one of them, or value_and_gradient",
    )
    parser.add_argument(
        "--stage",
        metavar="STAGE",
        help="in place of C: the nodes of the formula (tape), of its derivative (gradient), or the instructions that "
        "evaluate it (plan)",
    )
    parser.add_argument("--name", default=None, help="name of the C function (default: the formula's name, or f)")
    parser.add_argument("--batch", action="store_true", help="also functions for many points, in vector code")
    parser.add_argument(
        "--sparse",
        action="store_true",
        help="Jacobians and Hessians (their lower triangle) as entries in compressed columns, with tables of their "
        "places beside the function (default: value,gradient,hessian; value,jacobian for a tuple)",
    )
    parser.add_argument(
        "--objective",
        metavar="NAMES",
        help="a sum over rows of data: NAMES are its columns, t,y; all other variables are the parameters",
    )
    parser.add_argument("--residual", action="store_true", help="with --objective: half the sum of the squares")
    parser.add_argument("--mean", action="store_true", help="with --objective: divided by the number of rows")
    parser.add_argument("--weights", action="store_true", help="with --objective: each row has a factor")
    parser.add_argument("--penalty", metavar="FORMULA", help="with --objective: added once, of the parameters alone")
    parser.add_argument("-o", "--output", metavar="FILE", help="write to FILE instead of standard output")


def run(options: argparse.Namespace) -> int:
    """Write the file; the exit status."""
    from symad.commands import output
    from symad.commands.reading import given
    from symad.commands.statuses import AGREE
    from symad.errors import SymadError
    from symad.inputs.sources import SourceError, located

    source = None
    try:
        output.check_folder(options.output)
        sources = given(options)
        if len(sources) > 1:
            raise SourceError(f"emit writes one formula; {options.file or 'standard input'} holds {len(sources)}")
        source = sources[0]
        output.write(_stage(source, options) if options.stage else _c_file(source, options), options.output)
    except SymadError as error:
        message = located(source, error) if source is not None else str(error)
        return output.refuse(message, debug=options.debug)
    return AGREE


def _c_file(source: Source, options: argparse.Namespace) -> str:
    from symad.commands.formulas import said
    from symad.emission import emit_c
    from symad.inputs.sources import parsed

    kinds = None if options.of is None else [kind.strip() for kind in options.of.split(",")]
    name = options.name or (source.name if source.name.isidentifier() else "f")
    if options.objective is not None:
        return _objective(said(parsed(source, options.n), source), kinds, name, options)
    _leave_out(options, _OF_ROWS, "is for sums over rows: name their columns with --objective")
    formula = said(parsed(source, options.n), source)
    return emit_c(formula, outputs=kinds, name=name, batch=options.batch, sparse=options.sparse)


def _objective(formula: Expression, kinds: list[str] | None, name: str, options: argparse.Namespace) -> str:
    from symad.arrays.exporting import c_of_formula

    _leave_out(options, ("batch", "sparse"), "is not for sums over rows: leave it out with --objective")
    return c_of_formula(
        formula,
        [column.strip() for column in options.objective.split(",") if column.strip()],
        outputs=kinds,
        name=name,
        residual=options.residual,
        mean=options.mean,
        weights=options.weights,
        penalty=options.penalty,
    )


def _stage(source: Source, options: argparse.Namespace) -> str:
    from symad.commands.formulas import said
    from symad.inputs.sources import parsed

    _leave_out(
        options, ("batch", "name", "sparse", "objective", *_OF_ROWS), "is for a C file: leave it out with --stage"
    )
    return said(parsed(source, options.n), source).compile().describe(options.stage, of=options.of)


def _leave_out(options: argparse.Namespace, names: Sequence[str], why: str) -> None:
    from symad.inputs.sources import SourceError

    for name in names:
        if getattr(options, name):
            raise SourceError(f"--{name} {why}")
