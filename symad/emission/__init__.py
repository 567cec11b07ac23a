"""Export: any Expression as one C99 file that carries the kernels it needs."""

from symad.emission.export import emit_c as emit_c
from symad.emission.functions import KINDS as KINDS
from symad.emission.native import native_file as native_file
