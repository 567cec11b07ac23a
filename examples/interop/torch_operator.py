"""A formula as an operator of PyTorch, checked by PyTorch's own checkers, and fitted by one of its optimisers."""

import torch

from symad.interop import torch_function

f = torch_function("exp(-x*y)*sin(x)")
x = torch.tensor([[0.3, 0.7], [1.1, -0.4]], dtype=torch.float64, requires_grad=True)

print("opcheck:", set(torch.library.opcheck(f, (x,)).values()))
print("gradcheck:", torch.autograd.gradcheck(f, (x,)))
print("gradgradcheck:", torch.autograd.gradgradcheck(f, (x,)))

rosenbrock = torch_function("(1 - x)**2 + 100*(y - x**2)**2")
p = torch.tensor([-1.2, 1.0], dtype=torch.float64, requires_grad=True)
optimiser = torch.optim.LBFGS([p], line_search_fn="strong_wolfe", max_iter=100)


def closure():
    optimiser.zero_grad()
    loss = rosenbrock(p)
    loss.backward()
    return loss


optimiser.step(closure)
print("minimum at", [round(one, 4) for one in p.detach().tolist()])
