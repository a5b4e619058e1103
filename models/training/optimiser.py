"""Muon for matrices, AdamW for the rest."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)  # quintic coefficients (Jordan 2024)
ROUNDS = 5
MOMENTUM = 0.95
SHRINKAGE = 0.01  # weight decay, as a share of the rate


class Muon(torch.optim.Optimizer):
    """Momentum orthogonalised by Newton-Schulz (Jordan 2024), a matrix at a time, so that it stays in the cache.

    torch.optim.Muon works in bfloat16, which a CPU without bfloat16 units computes slowly and which spoiled training
    there; this one stays in float32.
    """

    def __init__(self, matrices: list[nn.Parameter], rate: float) -> None:
        super().__init__(matrices, {"lr": rate})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]  # no loss is computed again here
        """Move every matrix by its orthogonalised momentum."""
        rate = self.param_groups[0]["lr"]
        for matrix in self.param_groups[0]["params"]:
            scale = max(1.0, matrix.shape[0] / matrix.shape[1]) ** 0.5
            matrix.mul_(1 - rate * SHRINKAGE).add_(orthogonal(self._look_ahead(matrix)), alpha=-rate * scale)

    def _look_ahead(self, matrix: nn.Parameter) -> torch.Tensor:
        """The Nesterov form of a matrix's momentum, which takes the newest gradient in."""
        state = self.state[matrix]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(matrix)
        assert matrix.grad is not None
        momentum: torch.Tensor = state["momentum"].mul_(MOMENTUM).add_(matrix.grad, alpha=1 - MOMENTUM)
        ahead: torch.Tensor = matrix.grad.lerp(momentum, MOMENTUM)
        return ahead


def orthogonal(matrix: torch.Tensor) -> torch.Tensor:
    """The nearest matrix with singular values near 1.

    Each round multiplies X by p(X X'), a polynomial that commutes with X X'. So the rounds work on the Gram matrix,
    whose side is the shorter one, and X is multiplied once, by their product.
    """
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.mT if tall else matrix
    x = x / (x.norm() + 1e-7)
    a, b, c = NEWTON_SCHULZ
    gram = x @ x.mT
    product: torch.Tensor | None = None
    for _ in range(ROUNDS):
        factor = torch.addmm(gram, gram, gram, beta=b, alpha=c)
        factor.diagonal().add_(a)
        product = factor if product is None else product @ factor
        gram = factor @ (gram @ factor)
    assert product is not None
    result: torch.Tensor = product @ x
    return result.mT if tall else result


@torch.no_grad()
def bound_heads(model: Any, most: float | None) -> None:
    """Scale down queries and keys of the encoder's heads where the product of their Frobenius norms is over most^2.

    With vectors of unit variance, logits of random weights then have a standard deviation of most^2 over the width of a
    head.
    """
    if most is None:
        return
    for layer in model.model.encoder.layers:
        attention = layer.self_attn
        query, key = attention.q_proj, attention.k_proj
        norms = [projection.weight.reshape(attention.num_heads, -1).norm(dim=1) for projection in (query, key)]
        scale = (most / (norms[0] * norms[1]).sqrt()).clamp(max=1).repeat_interleave(attention.head_dim)
        for projection in (query, key):
            projection.weight.mul_(scale[:, None])
            projection.bias.mul_(scale)


def optimisers(
    model: Any, *, rate: float, embedding_rate: float, muon_rate: float
) -> tuple[Muon, torch.optim.AdamW, list[nn.Parameter]]:
    """Muon over the matrices, AdamW over embeddings, norms and biases, and the latter's parameters for clipping.

    Each group keeps its full rate as ``peak``.
    """
    shared: nn.Parameter = model.model.shared.weight
    matrices: list[nn.Parameter] = []
    small: list[nn.Parameter] = []
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad or parameter is shared or "embed" in name:
            continue
        (matrices if parameter.ndim == 2 else small).append(parameter)
    groups = [{"params": small, "lr": rate}, {"params": [shared], "lr": rate * embedding_rate}]
    adam = torch.optim.AdamW(groups, betas=(0.9, 0.98), eps=1e-8, weight_decay=0.0)
    muon = Muon(matrices, muon_rate)
    for group in (*adam.param_groups, *muon.param_groups):
        group["peak"] = group["lr"]
    return muon, adam, [*small, shared]
