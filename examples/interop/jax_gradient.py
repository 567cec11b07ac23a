"""A formula inside JAX: under jit, vmap and grad, with derivatives from the tape."""

import jax
import jax.numpy as jnp

import symad
from symad.interop import jax_function

jax.config.update("jax_enable_x64", True)

f = jax_function("exp(-x*y)*sin(x)")
x = jnp.array([0.3, 0.7])


def same(x):
    """The same in JAX's own operations."""
    return jnp.exp(-x[0] * x[1]) * jnp.sin(x[0])


print("value:", bool(jnp.allclose(f(x), same(x), rtol=1e-14)))
print("gradient under jit:", bool(jnp.allclose(jax.jit(jax.grad(f))(x), jax.grad(same)(x), rtol=1e-14)))
rows = jnp.stack([x, 2 * x, 3 * x])
gradients = jax.vmap(jax.grad(f))(rows)
print("gradients under vmap:", bool(jnp.allclose(gradients, jax.vmap(jax.grad(same))(rows), rtol=1e-14)))
print(
    "Hessian, reverse over reverse:", bool(jnp.allclose(jax.jacrev(jax.grad(f))(x), jax.hessian(same)(x), rtol=1e-13))
)
tape = symad.compile("exp(-x*y)*sin(x)")
print("to the bit what the tape gives:", bool((jax.grad(f)(x) == tape.gradient([0.3, 0.7])).all()))
