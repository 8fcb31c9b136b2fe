"""Qwen 2's transformer in JAX, over the weights of a GGUF file by their names there."""

from collections.abc import Mapping
from typing import TypeAlias

import jax
import jax.numpy as jnp

from model.make_tiny_model import ROPE_BASE, Shape

Weights: TypeAlias = Mapping[str, jax.Array]


def logits(weights: Weights, shape: Shape, tokens: jax.Array) -> jax.Array:
    """(batch, length, vocabulary) out of (batch, length) numbers of tokens; each place sees what precedes it."""
    length = tokens.shape[1]
    turn = _angles(shape, length)
    is_past = jnp.tril(jnp.ones((length, length), bool))
    state = weights["token_embd.weight"][tokens]
    for layer in range(shape.layers):
        block = f"blk.{layer}"
        seen = _normed(state, weights[f"{block}.attn_norm.weight"])
        state = state + _attention(weights, block, shape, seen, turn, is_past)
        seen = _normed(state, weights[f"{block}.ffn_norm.weight"])
        gate = jax.nn.silu(seen @ weights[f"{block}.ffn_gate.weight"].T)
        state = state + (gate * (seen @ weights[f"{block}.ffn_up.weight"].T)) @ weights[f"{block}.ffn_down.weight"].T
    return _normed(state, weights["output_norm.weight"]) @ weights["token_embd.weight"].T


def _attention(
    weights: Weights,
    block: str,
    shape: Shape,
    seen: jax.Array,
    turn: tuple[jax.Array, jax.Array],
    is_past: jax.Array,
) -> jax.Array:
    def projected(part: str, heads: int) -> jax.Array:
        flat = seen @ weights[f"{block}.attn_{part}.weight"].T + weights[f"{block}.attn_{part}.bias"]
        return flat.reshape(*flat.shape[:2], heads, -1)

    shared = shape.heads // shape.kv_heads
    queries = _turned(projected("q", shape.heads), turn)
    keys = jnp.repeat(_turned(projected("k", shape.kv_heads), turn), shared, axis=2)
    values = jnp.repeat(projected("v", shape.kv_heads), shared, axis=2)
    scores = jnp.einsum("bqhd,bkhd->bhqk", queries, keys) * queries.shape[-1] ** -0.5
    shares = jax.nn.softmax(jnp.where(is_past, scores, -1e9), axis=-1)
    found = jnp.einsum("bhqk,bkhd->bqhd", shares, values)
    return found.reshape(*found.shape[:2], -1) @ weights[f"{block}.attn_output.weight"].T


def _normed(state: jax.Array, weight: jax.Array) -> jax.Array:
    return state * jax.lax.rsqrt(jnp.mean(state**2, axis=-1, keepdims=True) + 1e-6) * weight


def _angles(shape: Shape, length: int) -> tuple[jax.Array, jax.Array]:
    """Cosine and sine of each place's rotation, (length, 1, half of a head's width)."""
    half = shape.width // shape.heads // 2
    frequencies = ROPE_BASE ** (-jnp.arange(half) / half)
    angles = (jnp.arange(length)[:, None] * frequencies)[:, None, :]
    return jnp.cos(angles), jnp.sin(angles)


def _turned(heads: jax.Array, turn: tuple[jax.Array, jax.Array]) -> jax.Array:
    """Rotary position embedding (arXiv 2104.09864), a head's two halves as the pairs."""
    cosine, sine = turn
    first, second = jnp.split(heads, 2, axis=-1)
    return jnp.concatenate((first * cosine - second * sine, second * cosine + first * sine), axis=-1)
