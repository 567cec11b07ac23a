"""Softmax and cross-entropy: the gradient by the scores is p - y, also where exponentials overflow."""

import numpy as np

import symad
from symad.functions import cross_entropy, logsumexp, softmax

scores = np.array([2.0, -1.0, 0.5, 0.0])
y = np.array([0.0, 1.0, 0.0, 0.0])

loss = symad.function(lambda z, y: cross_entropy(z, y))
naive = symad.function(lambda z, y: -np.sum(y * np.log(np.exp(z) / np.sum(np.exp(z)))))

print("class        p           y       dL/dz       p - y")
p, gradient = softmax(scores), loss.gradient(scores, y)
for k in range(4):
    print(f"{k}    {p[k]:11.8f}{y[k]:8.1f}{gradient[k]:14.8f}{p[k] - y[k]:12.8f}")
print(f"\nlargest difference within 2e-16: {bool(np.max(np.abs(gradient - (p - y))) <= 2e-16)}")

hessian = loss.hessian(scores, y)
print(f"second derivatives are diag(p) - p p': {bool(np.max(np.abs(hessian - (np.diag(p) - np.outer(p, p)))) < 1e-15)}")

print("\nscores times   by logsumexp          naive             gradient of the naive form")
for factor in (1, 100, 400):
    z = factor * scores
    values = loss(z, y), naive(z, y)
    print(f"{factor:>6}     {values[0]:16.9f}{values[1]:16.9f}     {naive.gradient(z, y)}")

batch = np.outer([1.0, 2.0, -1.0], scores)
classes = np.array([1, 0, 3])
mean = symad.function(lambda z: np.mean(cross_entropy(z, classes)))
rows = (softmax(batch) - np.eye(4)[classes]) / 3
print(f"\nmean over three rows by their classes: {mean(batch):.9f}")
print(f"its gradient is (p - y)/3 in each row: {bool(np.max(np.abs(mean.gradient(batch) - rows)) < 1e-15)}")
print(f"as a formula: {symad.trace(lambda z: logsumexp(z) - z[1], scores)}")
